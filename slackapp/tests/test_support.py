"""A message to the operator is kept, and never lost to an error."""

import re

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from slackapp.models import RequestState, SupportRequest, Topic
from slackapp.pages import services
from slackapp.pages.forms import LONGEST_MESSAGE, SupportForm
from slackapp.tests.support_form import ADDRESS, FILLED, kept, mails_queued, send, text_of

pytestmark = pytest.mark.django_db


def test_a_message_is_kept_and_its_reference_shown():
    response = send()

    row = SupportRequest.objects.get()
    assert response.status_code == 302
    page = text_of(Client().get(response.url))
    assert re.fullmatch(r"S-[0-9A-F]{8}", row.reference)
    assert row.reference in page
    assert (row.topic, row.email, row.name, row.workspace, row.state) == (
        "problem",
        "dana@example.com",
        "Dana Lee",
        "acme.slack.com",
        RequestState.OPEN,
    )
    assert row.message == FILLED["message"]


def test_the_mail_is_queued_with_the_row():
    row = kept()

    job = ProcrastinateJob.objects.get(task_name=services.MAIL_REQUEST)
    assert job.args == {"support_request_id": row.pk}


def test_a_message_that_cannot_be_queued_is_not_kept(monkeypatch):
    def broken(*_arguments, **_names):
        raise OperationalError("the queue is gone")

    monkeypatch.setattr("approvals.effects.enqueue_once", broken)

    assert send().status_code == 503
    assert SupportRequest.objects.count() == 0


def test_a_form_sent_twice_is_one_message():
    first, second = send(), send()

    reference = SupportRequest.objects.get().reference
    assert reference in text_of(Client().get(first.url))
    assert reference in text_of(Client().get(second.url))
    assert mails_queued() == 1


@pytest.mark.parametrize(
    "change", [{"message": "Another."}, {"topic": "question"}, {"form_key": "1" * 32}]
)
def test_other_words_or_another_form_are_another_message(change):
    send()
    send(**change)

    assert SupportRequest.objects.count() == 2


def test_a_form_key_that_is_none_does_not_merge_two_messages():
    send(form_key="")
    send(form_key="<script>")
    send(form_key="")

    assert SupportRequest.objects.count() == 3


@pytest.mark.parametrize("topic", Topic.values)
def test_a_link_may_choose_the_topic(topic):
    page = text_of(Client().get(ADDRESS, {"topic": topic}))

    assert f'<option value="{topic}" selected>' in page


def test_a_link_cannot_choose_what_is_no_topic():
    page = text_of(Client().get(ADDRESS, {"topic": '"><script>'}))

    assert "<script>" not in page
    assert '<option value="" selected>' in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("topic", "", "Choose what it is about."),
        ("topic", "pizza", "Choose one of the topics in the list."),
        ("email", "", "Enter your e-mail address"),
        ("email", "dana", "Enter an e-mail address like"),
        ("email", "dana@example.com\nBcc: all@example.com", "Enter an e-mail address like"),
        ("email", "d" * 250 + "@example.com", "at most 254 characters"),
        ("name", "Dana\r\nBcc: all@example.com", "Write this in one line"),
        ("name", "d" * 101, "at most 100 characters"),
        ("workspace", "ac\u2028me", "Write this in one line"),
        ("message", " \n ", "Write what you want to tell us."),
        ("message", "x" * (LONGEST_MESSAGE + 1), "Shorten the message to 5000 characters"),
        ("message", "nul\x00byte", "Null characters are not allowed."),
        ("website", "https://spam.example", "Empty this field, then send again"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(field, value, words):
    response = send(**{field: value})

    page = text_of(response)
    assert response.status_code == 422
    assert SupportRequest.objects.count() == 0
    error = re.search(f'<ul class="errorlist" id="id_{field}_error"><li>(.*?)</li>', page)[1]
    assert words in error
    control = re.search(f'<(?:input|select|textarea)[^>]* id="id_{field}"[^>]*>', page)[0]
    assert 'aria-invalid="true"' in control
    assert f"id_{field}_error" in re.search('aria-describedby="([^"]*)"', control)[1].split()
    assert f'<a href="#id_{field}">' in page
    assert "<title>Not sent: " in page
    for name in {"name", "workspace", "message"} - {field}:
        assert FILLED[name].splitlines()[0] in page


def test_the_robots_trap_is_hidden_until_it_has_caught_somebody():
    assert re.search(
        r'<div class="trap" aria-hidden="true">\s*<label', text_of(Client().get("/support"))
    )
    assert 'class="trap"' not in text_of(send(website="filled by a browser"))


def test_the_end_of_a_line_counts_once():
    lines = "x\r\n" * (LONGEST_MESSAGE // 2 - 1) + "xx"

    assert send(message=lines).status_code == 302
    assert len(SupportRequest.objects.get().message) == LONGEST_MESSAGE


def test_a_pasted_text_is_not_cut_off_in_silence():
    assert "maxlength" not in str(SupportForm()["message"])


def test_a_text_that_no_server_takes_gets_a_page_that_says_so(settings):
    response = send(message="x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE)

    assert response.status_code == 400
    assert "it is too big" in text_of(response)
    assert f'href="{ADDRESS}"' in text_of(response)


def test_without_the_form_s_cookie_the_words_come_back():
    client = Client(enforce_csrf_checks=True)

    response = send(client)

    page = text_of(response)
    assert response.status_code == 403
    assert "this form was open for too long" in page
    assert "The card does not show." in page
    assert SupportRequest.objects.count() == 0
    fresh = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    assert send(client, csrfmiddlewaretoken=fresh).status_code == 302


def test_another_form_without_its_cookie_gets_a_page_that_says_what_to_do():
    response = Client(enforce_csrf_checks=True).post(reverse("admin:login"), {"username": "x"})

    assert response.status_code == 403
    assert "load the page again" in text_of(response)


def test_the_form_is_never_cached():
    for response in (Client().get(ADDRESS), send(), send(email="")):
        assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("receipt", ["", "S-7F3A91C2", "IlMtN0YzQTkxQzIi:1:forged"])
def test_a_receipt_that_we_did_not_give_leads_back_to_the_form(receipt):
    assert Client().get("/support/sent", {"receipt": receipt}).url == ADDRESS


def test_when_the_database_does_not_answer_the_page_says_so_and_gives_the_address(settings, caplog):
    settings.SUPPORT_EMAIL = "help@acme.example"

    with connection.execute_wrapper(gone):
        response = send()

    page = text_of(response)
    assert response.status_code == 503
    assert "our database does not answer" in page
    assert 'href="mailto:help@acme.example"' in page
    assert "The card does not show." in page
    assert "secret of the server" in caplog.text
    assert "secret of the server" not in page


def gone(*_arguments):
    raise OperationalError("secret of the server")
