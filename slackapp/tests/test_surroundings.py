"""Probes, the queue's tasks, what is open to the public."""

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import get_resolver
from procrastinate.contrib.django import app as queue

from approvals.effects import Effect
from approvals.slack.ids import ActionId, CallbackId, Field
from installations.effects import Effect as InstallationEffect
from slackapp import bolt, ingest


def test_liveness_needs_neither_database_nor_host_name():
    response = Client().get("/livez", headers={"host": "10.0.0.7"})

    assert response.status_code == 200


@pytest.mark.django_db
def test_a_migrated_database_is_ready():
    assert Client().get("/readyz").json() == {"ready": True}


def test_without_a_database_it_is_not_ready_and_the_log_says_why(monkeypatch, caplog):
    def broken(_connection):
        raise OperationalError("gone")

    monkeypatch.setattr("slackapp.health.MigrationExecutor", broken)

    response = Client().get("/readyz")

    assert response.status_code == 503
    assert "database" in response.json()["problem"]
    assert "not ready: the database does not answer" in caplog.messages


@pytest.mark.parametrize("effect", [*Effect, *InstallationEffect, ingest.HANDLE_EVENT])
def test_every_effect_names_a_task_that_knows_how_to_retry(effect):
    assert queue.tasks[effect].retry_strategy is not None


@pytest.mark.parametrize("identifier", [*ActionId, *CallbackId, Field.APPROVER_GROUP])
def test_everything_that_slack_can_send_back_has_a_listener(identifier):
    heard = {
        cell.cell_contents
        for listener in bolt.app()._listeners  # noqa: SLF001  # Bolt offers no other way
        for matcher in listener.matchers
        for cell in matcher.func.__closure__ or []
        if isinstance(cell.cell_contents, str)
    }

    assert identifier in heard
    assert "campaign.unheard" not in heard


def test_only_the_signed_endpoint_skips_the_csrf_check():
    exempt = {
        str(pattern.pattern)
        for pattern in patterns(get_resolver().url_patterns)
        if getattr(pattern.callback, "csrf_exempt", False)
    }

    assert exempt == {"slack/events"}


def patterns(entries):
    for entry in entries:
        if hasattr(entry, "url_patterns"):
            yield from patterns(entry.url_patterns)
        else:
            yield entry


@pytest.mark.django_db
def test_pages_carry_a_content_security_policy():
    policy = Client().get("/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
