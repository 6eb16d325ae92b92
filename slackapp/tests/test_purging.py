"""After a purge nothing that people wrote or were called is in the database; evidence is."""

import json
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from approvals import effects
from approvals.models import Campaign
from approvals.services.purging import purge_content
from approvals.tasks import stop_workspace
from approvals.tests.factories import queued
from installations import services
from installations.models import Installation, Workspace
from installations.tests.factories import raw_rows
from slackapp.models import DeliveryState, ReceivedDelivery
from slackapp.tests.test_main_job import FORM

TABLES = ("approvals_revision", "approvals_decision")
EMPTY = {
    "approvals_revision": {
        "title": "''",
        "brief": "''",
        "channels": "'{}'",
        "budget": "0",
        "currency": "''",
        "launch_on": "'1970-01-01'",
        "asset_url": "''",
    },
    "approvals_decision": {"reason": "''"},
}


@pytest.fixture
def decided(installed, work):
    """Return a local Slack in which a campaign waits for its decision."""
    slack = installed
    slack.person("dana").command("/campaign", channel="campaigns")
    slack.person("dana").submit(FORM)
    work()
    return slack


def northwind() -> Workspace:
    return Workspace.objects.get(team_id="T01NORTHWD")


def leave(slack, work) -> None:
    slack.uninstall()
    slack.settle()
    work()


def whole_database() -> str:
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    rows = {name: raw_rows(name) for name in names if not name.startswith("django_migrations")}
    return json.dumps(rows, default=str, ensure_ascii=False)


def test_nothing_written_or_named_is_left_anywhere_in_the_database(decided, work):
    """Jobs that failed or wait, and given up events included."""
    Installation.objects.update(
        enterprise_name="Written Group",
        enterprise_url="https://written.enterprise.slack.com",
        incoming_webhook_channel="#written",
        custom_values={"said": "Written"},
    )
    Workspace.objects.update(settings={"said": "Written"})
    ReceivedDelivery.objects.create(
        key="event:Ev0",
        kind="event_callback",
        team_id="T01NORTHWD",
        state=DeliveryState.DEAD,
        payload={"event": {"text": "Written in a message"}},
        last_error="KeyError: Written",
    )
    whispers = {"workspace_id": northwind().pk, "channel_id": "", "text": "Written privately"}
    effects.whisper(user_id="U0NOBODY", **whispers)
    work()
    effects.whisper(user_id=decided.person("dana").user_id, **whispers)
    assert statuses_of_jobs_with("Written privately") == ["failed", "todo"]
    leave(decided, work)

    purge_content(workspace_id=northwind().pk)
    work()

    left = whole_database()
    for words in ("Written", "written", "Spring launch", "Northwind", "campaign-approvers"):
        assert words not in left, left[max(left.index(words) - 300, 0) : left.index(words) + 60]


def test_an_organisation_s_name_goes_with_its_last_workspace(slack, install, work):
    slack.enterprise("Globex", teams=("northwind", "contoso"))
    install(org=True)
    slack.grant_access("northwind", "contoso")
    slack.settle()
    work()
    slack.uninstall_org("globex")
    slack.settle()
    work()
    first, second = Workspace.objects.order_by("pk")

    purge_content(workspace_id=first.pk)
    assert Installation.objects.get().enterprise_name
    purge_content(workspace_id=second.pk)
    assert not Installation.objects.get().enterprise_name


def test_an_uninstall_drops_the_words_that_wait_in_the_queue(decided):
    decided.person("dana").command("/campaign", channel="campaigns")
    decided.person("dana").submit(FORM)
    assert queued("approvals.whisper")

    services.end_team(
        client_id=settings.SLACK_CLIENT_ID,
        team_id="T01NORTHWD",
        happened_at=timezone.now() + timedelta(seconds=2),
    )

    assert "whisper" not in json.dumps(raw_rows("procrastinate_jobs"), default=str)


def test_stopping_late_does_not_hold_what_a_reinstall_sends(decided, install, work):
    decided.person("dana").command("/campaign", channel="campaigns")
    leave(decided, work)
    install()
    work()
    decided.person("dana").command("/campaign", channel="campaigns")
    decided.person("dana").submit(FORM)

    stop_workspace(workspace_id=northwind().pk)

    assert {row["state"] for row in raw_rows("approvals_postedmessage")} == {"posted", "waiting"}


def statuses_of_jobs_with(words: str) -> list[str]:
    jobs = raw_rows("procrastinate_jobs")
    return [job["status"] for job in jobs if words in json.dumps(job, default=str)]


def columns(table: str) -> list[str]:
    return list(raw_rows(table)[0])


def try_change(table: str, assignments: str, *, as_replica: bool) -> None:
    role = "replica" if as_replica else "origin"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL session_replication_role = {role}")
        cursor.execute(f"UPDATE {table} SET {assignments}")  # noqa: S608  # our own tables


def emptied(table: str, **more: str) -> str:
    """Return SQL that erases the content, and sets ``more``."""
    return ", ".join(f"{name} = {value}" for name, value in {**EMPTY[table], **more}.items())


@pytest.mark.parametrize("as_replica", [False, True], ids=["usual session", "replica"])
@pytest.mark.parametrize("erased", [False, True], ids=["kept", "marked"])
def test_evidence_changes_into_nothing_but_emptiness_and_only_when_marked(
    decided, work, erased, as_replica
):
    """Every column of both tables, alone and together with an erasure."""
    decided.person("ana").click("campaign.approve")
    work()
    Campaign.objects.update(erased_at=timezone.now() if erased else None)
    before = [raw_rows(table) for table in TABLES]

    for table in TABLES:
        for column in columns(table):
            other = {column: other_value(table, column)}
            for assignments in (f"{column} = {other[column]}", emptied(table, **other)):
                with pytest.raises(DatabaseError, match="append-only"):
                    try_change(table, assignments, as_replica=as_replica)
    assert [raw_rows(table) for table in TABLES] == before

    for table in TABLES:
        with nullcontext() if erased else pytest.raises(DatabaseError, match="append-only"):
            try_change(table, emptied(table), as_replica=as_replica)


def other_value(table: str, column: str) -> str:
    """Return SQL for a value that the column does not hold, of its type."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT data_type FROM information_schema.columns"
            " WHERE table_name = %s AND column_name = %s",
            [table, column],
        )
        kind = cursor.fetchone()[0]
    return {
        "bigint": f"{column} + 1",
        "integer": f"{column} + 1",
        "smallint": f"{column} + 1",
        "numeric": f"{column} + 1",
        "date": f"{column} + 1",
        "timestamp with time zone": f"{column} + interval '1 day'",
        "jsonb": "'{}'",
        "ARRAY": "'{other}'",
    }.get(kind, "'EUX'")


@pytest.mark.parametrize("table", [*TABLES, "approvals_auditentry"])
def test_evidence_of_a_purged_workspace_is_not_deleted(decided, work, table):
    decided.person("ana").click("campaign.approve")
    work()
    leave(decided, work)
    purge_content(workspace_id=northwind().pk)

    with pytest.raises(DatabaseError, match="append-only"):
        run_as_replica(f"DELETE FROM {table}")  # noqa: S608  # our own tables


@transaction.atomic
def run_as_replica(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
