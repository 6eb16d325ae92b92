"""A flood of messages is stopped; the senders are counted, not known."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from slackapp.models import SupportRequest
from slackapp.pages import services
from slackapp.tests.support_form import send, text_of

pytestmark = pytest.mark.django_db


def test_one_sender_reaches_the_limit_and_keeps_the_words(settings):
    settings.SUPPORT_EMAIL = "help@acme.example"
    for number in range(services.FROM_ONE_ADDRESS):
        assert send(message=f"Number {number}").status_code == 302

    refused = send(message="One more")

    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "3600"
    assert "too many messages" in text_of(refused)
    assert "One more" in text_of(refused)
    assert 'href="mailto:help@acme.example"' in text_of(refused)
    assert SupportRequest.objects.count() == services.FROM_ONE_ADDRESS


def test_a_message_that_is_sent_again_does_not_count_again():
    for _ in range(services.FROM_ONE_ADDRESS + 1):
        assert send().status_code == 302


def test_somebody_else_is_not_held_to_that_limit():
    for number in range(services.FROM_ONE_ADDRESS):
        send(message=f"Number {number}")

    assert send(Client(REMOTE_ADDR="192.0.2.7")).status_code == 302


def test_where_senders_cannot_be_told_apart_only_the_limit_for_all_holds():
    answers = {
        send(Client(REMOTE_ADDR="127.0.0.1"), message=f"Number {number}").status_code
        for number in range(services.FROM_ONE_ADDRESS + 1)
    }

    assert answers == {302}


def test_everybody_together_reaches_a_limit_too(monkeypatch):
    monkeypatch.setattr(services, "FROM_EVERYWHERE", 3)
    answers = [
        send(Client(REMOTE_ADDR=f"192.0.2.{number}"), message=str(number)).status_code
        for number in range(4)
    ]

    assert answers == [302, 302, 302, 429]


def test_after_an_hour_there_is_room_again():
    for number in range(services.FROM_ONE_ADDRESS):
        send(message=f"Number {number}")
    SupportRequest.objects.update(created_at=timezone.now() - services.WINDOW)

    assert send(message="Later").status_code == 302


def test_no_address_is_kept_only_its_hash():
    send(Client(REMOTE_ADDR="192.0.2.7"))

    row = SupportRequest.objects.values().get()
    assert len(row["address_key"]) == 64
    assert "192.0.2.7" not in str(row)


@pytest.mark.django_db(transaction=True)
def test_messages_at_once_do_not_slip_under_the_limit_together():
    def one(number):
        try:
            return send(message=f"Number {number}").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(one, range(12)))

    assert answers == [302] * services.FROM_ONE_ADDRESS + [429] * (12 - services.FROM_ONE_ADDRESS)
