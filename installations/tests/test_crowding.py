"""Installs are begun so often and no oftener."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.utils import timezone

from installations import oauth_state_store
from installations.models import OAuthState
from installations.oauth_state_store import (
    LIFETIME,
    PER_ADDRESS,
    DjangoOAuthStateStore,
    TooManyStatesError,
)
from installations.tests.browsing import start

pytestmark = pytest.mark.django_db

OFFICE, ELSEWHERE = "203.0.113.7", "198.51.100.9"
PATHS = ["/slack/install", "/slack/connect/start"]


def begin(client, path="/slack/install", address=OFFICE):
    return client.get(path, REMOTE_ADDR=address)


def crowd(client, address=OFFICE) -> None:
    for _ in range(PER_ADDRESS):
        assert begin(client, address=address).status_code == 302


@pytest.mark.parametrize("path", PATHS)
def test_one_address_begins_twenty_and_is_then_told_when_to_come_back(client, path):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        crowd(client)
        clock.shift(timedelta(seconds=90))

        page = begin(client, path)

        assert page.status_code == 429
        assert page["Retry-After"] == str(LIFETIME - 90 + 1)
        assert "try again in 9 minutes" in page.content.decode()
        assert not page.cookies
        assert OAuthState.objects.count() == PER_ADDRESS
        assert begin(client, address=ELSEWHERE).status_code == 302


def test_whoever_waits_as_long_as_told_is_let_in(client):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        crowd(client)
        clock.shift(timedelta(seconds=int(begin(client)["Retry-After"])))

        assert begin(client).status_code == 302


def test_what_came_back_from_slack_no_longer_counts(client):
    crowd(client)
    OAuthState.objects.first().delete()

    assert begin(client).status_code == 302
    assert begin(client).status_code == 429


def test_staff_wait_like_everybody(client):
    client.force_login(get_user_model().objects.create_user("olga", is_staff=True))
    crowd(client)

    assert begin(client).status_code == 429


def test_whole_addresses_of_one_line_count_as_one(client):
    for number in range(PER_ADDRESS):
        begin(client, address=f"2001:db8:1:1::{number:x}")

    assert begin(client, address="2001:db8:1:1:ffff::1").status_code == 429
    assert begin(client, address="2001:db8:1:2::1").status_code == 302


def test_behind_a_trusted_proxy_its_word_counts(client, settings):
    settings.TRUST_PROXY_HEADERS = True
    for number in range(PER_ADDRESS):
        told = f"10.0.0.{number}, {OFFICE}"
        client.get("/slack/install", headers={"X-Forwarded-For": told})

    assert client.get("/slack/install", headers={"X-Forwarded-For": OFFICE}).status_code == 429
    assert client.get("/slack/install", headers={"X-Forwarded-For": ELSEWHERE}).status_code == 302


def test_a_claimed_address_does_not_help_against_the_limit(client):
    for number in range(PER_ADDRESS):
        client.get(
            "/slack/install",
            REMOTE_ADDR=OFFICE,
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        )

    assert begin(client).status_code == 429


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "", "unix:"])
def test_a_proxy_on_this_machine_that_hides_everyone_is_not_counted_as_one(client, address):
    crowd(client, address)

    assert begin(client, address=address).status_code == 302


def test_the_address_itself_is_not_kept(client):
    begin(client)

    kept = str(OAuthState.objects.values().get())
    assert OFFICE not in kept
    assert len(OAuthState.objects.get().address_hash) == 64


def test_altogether_there_is_a_limit_whatever_the_addresses(monkeypatch, client):
    monkeypatch.setattr(oauth_state_store, "ALTOGETHER", 3)
    for number in range(3):
        assert begin(client, address=f"198.51.100.{number}").status_code == 302

    page = begin(client, address="198.51.100.4")

    assert page.status_code == 429
    assert 0 < int(page["Retry-After"]) <= LIFETIME + 1


def test_states_that_expired_count_no_more(monkeypatch):
    monkeypatch.setattr(oauth_state_store, "ALTOGETHER", 1)
    DjangoOAuthStateStore(expiration_seconds=-1).issue()
    DjangoOAuthStateStore().issue()

    with pytest.raises(TooManyStatesError):
        DjangoOAuthStateStore().issue()


def test_who_has_begun_can_finish_while_others_are_turned_away(client, monkeypatch):
    state = start(client)
    monkeypatch.setattr(oauth_state_store, "ALTOGETHER", 1)

    assert begin(client).status_code == 429
    assert DjangoOAuthStateStore().consume(state, browser=client.cookies["install"].value)


@pytest.mark.django_db(transaction=True)
def test_a_rush_exceeds_the_limit_by_less_than_its_threads():
    threads, rounds = 4, PER_ADDRESS
    barrier = Barrier(threads)

    def rush():
        browser = Client()
        barrier.wait(5)
        for _ in range(rounds):
            begin(browser)
        connection.close()

    running = [Thread(target=rush) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(60)

    assert PER_ADDRESS <= OAuthState.objects.count() < PER_ADDRESS + threads
