"""Who guesses passwords has to wait; who guesses elsewhere locks nobody out."""

import logging
import re
import time
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from slackapp.operators.tasks import prune_logins
from slackapp.tests.test_signing_in import PASSWORD, sign_in

REFUSED = "Please enter the correct username and password"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Hash passwords in no time; how slow that should be is Django's business."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def olga():
    return User.objects.create_superuser("olga", password=PASSWORD)


def test_five_wrong_passwords_lock_a_name_at_an_address_for_half_an_hour(client, olga):
    answers = [sign_in(client, password="wrong") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert "Too many attempts" in answers[-1].content.decode()
    assert sign_in(client).status_code == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert sign_in(client).status_code == 302


def test_trying_on_does_not_make_the_lock_longer(client, olga):
    for _ in range(5):
        sign_in(client, password="wrong")
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        assert sign_in(client).status_code == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert sign_in(client).status_code == 302


def test_nobody_is_locked_out_by_somebody_elsewhere(client, olga):
    for _ in range(6):
        sign_in(Client(REMOTE_ADDR="203.0.113.9"), password="wrong")

    assert sign_in(client).status_code == 302


@pytest.fixture
def visitor():
    """Return a browser that comes from elsewhere than this machine."""
    return Client(REMOTE_ADDR="198.51.100.7")


def test_a_proxy_on_this_machine_is_not_locked_for_everybody(client, olga):
    for number in range(25):
        sign_in(client, username=f"guess{number}", password="x")

    assert sign_in(client).status_code == 302


def test_an_address_is_locked_after_twenty_failures_with_any_names(visitor, olga):
    answers = [sign_in(visitor, username=f"guess{number}", password="x") for number in range(20)]

    assert [answer.status_code for answer in answers] == [200] * 19 + [429]
    assert sign_in(visitor).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="203.0.113.9")).status_code == 302


def test_a_login_forgives_ones_own_mistakes_but_not_the_addresss(visitor, olga):
    for number in range(16):
        sign_in(visitor, username=f"guess{number}", password="x")
    for _ in range(3):
        sign_in(visitor, password="wrong")
    assert sign_in(visitor).status_code == 302

    assert not AccessAttempt.objects.filter(username="olga").exists()
    answers = [sign_in(visitor, username=f"more{number}", password="x") for number in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]


def test_behind_a_proxy_the_address_it_saw_counts_and_no_claim(olga, settings):
    settings.TRUST_PROXY_HEADERS = True

    def through_proxy(claim):
        return Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"{claim}, 198.51.100.7")

    for number in range(5):
        sign_in(through_proxy(f"192.0.2.{number}"), password="wrong")

    assert sign_in(through_proxy("192.0.2.99")).status_code == 429
    other = Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.8")
    assert sign_in(other).status_code == 302


def test_a_name_that_exists_is_answered_like_one_that_does_not(client, olga):
    def words(username):
        page = sign_in(Client(REMOTE_ADDR="203.0.113.9"), username=username, password="x")
        return re.sub(r'value="[^"]*"', "", page.content.decode())

    assert REFUSED in words("olga")
    assert words("olga") == words("ghost-22")
    for username in ("olga", "ghost-22"):
        for _ in range(5):
            locked = sign_in(client, username=username, password="x")
        assert locked.status_code == 429
        assert username not in locked.content.decode()


def test_no_password_and_no_name_is_logged(client, olga, caplog):
    caplog.set_level(logging.DEBUG)
    for _ in range(6):
        sign_in(client, password="hunter2-CANARY")

    assert "hunter2-CANARY" not in caplog.text
    assert "hunter2-CANARY" not in "".join(
        attempt.post_data + attempt.get_data for attempt in AccessAttempt.objects.all()
    )


def test_old_attempts_logins_and_sessions_are_forgotten(client, olga, settings):
    sign_in(client, password="wrong")
    sign_in(client, username="other", password="wrong")
    sign_in(client)
    assert Session.objects.count() == AccessLog.objects.count() == 1

    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        prune_logins(timestamp=int(time.time()))
        assert not AccessAttempt.objects.exists()
        assert not Session.objects.exists()
        assert AccessLog.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=settings.LOGINS_KEPT_DAYS + 1)):
        prune_logins(timestamp=int(time.time()))
        assert not AccessLog.objects.exists()
