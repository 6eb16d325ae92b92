"""A state comes back once, soon, and from the browser that it went to."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from installations.models import Errand, OAuthState
from installations.oauth_state_store import (
    LIFETIME,
    DjangoOAuthStateStore,
    Started,
    delete_expired_states,
)
from installations.tests.factories import raw_rows

pytestmark = pytest.mark.django_db


def test_a_state_is_consumed_once():
    states = DjangoOAuthStateStore()
    state = states.issue()

    assert states.consume(state) is True
    assert states.consume(state) is False


def test_an_unknown_state_is_not_consumed():
    assert DjangoOAuthStateStore().consume("never-issued") is False
    assert DjangoOAuthStateStore().consume("") is False


@pytest.mark.parametrize(
    ("_case", "seconds", "consumed"),
    [("in time", LIFETIME - 1, True), ("too late", LIFETIME, False)],
)
def test_a_state_lives_ten_minutes(_case, seconds, consumed):
    states = DjangoOAuthStateStore()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        state = states.issue()
        clock.shift(timedelta(seconds=seconds))

        assert states.consume(state) is consumed


@pytest.mark.parametrize("browser", ["", "another-cookie", "the-cookie "])
def test_only_its_own_browser_consumes_a_state(browser):
    states = DjangoOAuthStateStore()
    state = states.issue(browser="the-cookie")

    assert states.consume(state, browser=browser) is False
    assert states.consume(state, browser="the-cookie") is True


def test_a_state_without_a_browser_is_not_one_for_every_browser():
    states = DjangoOAuthStateStore()

    assert states.consume(states.issue(), browser="some-cookie") is False


def test_bolt_may_pass_what_it_likes_when_it_issues():
    states = DjangoOAuthStateStore()

    assert states.consume(states.issue("request", context={})) is True


def test_what_a_state_was_issued_for_comes_back_once():
    states = DjangoOAuthStateStore()
    user = get_user_model().objects.create_user("olga")
    state = states.issue(browser="the-cookie", errand=Errand.PERSON, user_id=user.pk)

    assert states.claim(state, browser="another") is None
    assert states.claim(state, browser="the-cookie") == Started(Errand.PERSON, user.pk)
    assert states.claim(state, browser="the-cookie") is None


def test_who_leaves_takes_along_what_they_began():
    user = get_user_model().objects.create_user("olga")
    DjangoOAuthStateStore().issue(user_id=user.pk)
    user.delete()

    assert not OAuthState.objects.exists()


def test_states_differ():
    states = DjangoOAuthStateStore()

    assert len({states.issue(browser="one") for _ in range(20)}) == 20


def test_reading_the_table_finishes_nobody_s_install():
    states = DjangoOAuthStateStore()
    state = states.issue(browser="the-cookie")

    [row] = raw_rows("installations_oauthstate")
    assert state not in str(row)
    assert "the-cookie" not in str(row)
    assert states.consume(row["state_hash"], browser="the-cookie") is False
    assert states.consume(state, browser=row["browser_hash"]) is False


def test_abandoned_states_are_swept_away_and_living_ones_kept():
    DjangoOAuthStateStore(expiration_seconds=-1).issue()
    states = DjangoOAuthStateStore()
    state = states.issue()

    assert delete_expired_states() == 1
    assert OAuthState.objects.count() == 1
    assert states.consume(state)


@pytest.mark.django_db(transaction=True)
def test_of_two_browsers_tabs_that_come_back_at_once_one_wins():
    states = DjangoOAuthStateStore()
    for _ in range(10):
        state = states.issue(browser="the-cookie")

        assert sorted(at_once(lambda: states.consume(state, browser="the-cookie"))) == [  # noqa: B023  # called here
            False,
            True,
        ]


def at_once(act):
    """Return what ``act`` says in two threads with a connection each, let go together."""
    barrier, answers = Barrier(2), []

    def go():
        connection.ensure_connection()
        barrier.wait(5)
        answers.append(act())
        connection.close()

    threads = [Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    return answers
