"""The operator is mailed once about each message; what is old is forgotten."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from slackapp.models import SupportRequest, Topic
from slackapp.pages import services
from slackapp.pages.tasks import (
    mail_support_request,
    prune_support_requests,
    sweep_support_requests,
)
from slackapp.tests.environment import BASE_DIR
from slackapp.tests.support_form import kept, mails_queued, send
from slackapp.tests.test_settings import COMPLETE

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(settings):
    settings.SUPPORT_EMAIL = "help@acme.example"
    settings.SECURITY_EMAIL = "security@acme.example"
    settings.DEFAULT_FROM_EMAIL = "countersign@acme.example"


@pytest.fixture
def broken_mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody answers there


def test_the_mail_tells_everything_and_an_answer_goes_to_the_person(operator):
    row = kept()

    mail_support_request(support_request_id=row.pk)

    [message] = mail.outbox
    assert message.subject == f"[{row.reference}] Something does not work"
    assert message.to == ["help@acme.example"]
    assert message.from_email == "countersign@acme.example"
    assert message.reply_to == ["dana@example.com"]
    for words in ("Dana Lee", "acme.slack.com", "It did yesterday.", "/admin/", row.reference):
        assert words in message.body
    row.refresh_from_db()
    assert row.mailed_at is not None
    assert row.mail_error == ""


def test_a_security_problem_goes_to_those_who_look_after_security(operator):
    send(topic=Topic.SECURITY)

    mail_support_request(support_request_id=SupportRequest.objects.get().pk)

    assert mail.outbox[0].to == ["security@acme.example"]


def test_nothing_typed_reaches_a_header_but_the_checked_address(operator):
    send(name="Dana <all@example.com>", workspace="acme, all@example.com", message="Bcc: all@e.org")

    mail_support_request(support_request_id=SupportRequest.objects.get().pk)

    sent = mail.outbox[0].message()
    assert set(sent.keys()) == {
        "Auto-Submitted",
        "Content-Transfer-Encoding",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Reply-To",
        "Subject",
        "To",
    }
    assert "all@example.com" not in str([sent[name] for name in sent])


def test_the_same_job_run_twice_mails_once(operator):
    row = kept()

    mail_support_request(support_request_id=row.pk)
    mail_support_request(support_request_id=row.pk)

    assert len(mail.outbox) == 1


def test_two_workers_at_once_mail_once(operator):
    row = kept()
    services.start_mailing(support_request_id=row.pk)

    mail_support_request(support_request_id=row.pk)

    assert mail.outbox == []


def test_a_mail_whose_worker_died_is_taken_up_again(operator):
    row = kept()
    services.start_mailing(support_request_id=row.pk)
    SupportRequest.objects.update(mailing_since=timezone.now() - services.MAILING_TAKES_AT_MOST * 2)

    mail_support_request(support_request_id=row.pk)

    assert len(mail.outbox) == 1


def test_a_mail_that_is_sent_again_is_the_same_mail(operator):
    row = kept()
    mail_support_request(support_request_id=row.pk)
    SupportRequest.objects.update(mailed_at=None)  # its worker died before it could say so

    mail_support_request(support_request_id=row.pk)

    first, second = (message.message()["Message-ID"] for message in mail.outbox)
    assert first == second


def test_a_mail_server_that_is_away_leaves_its_reason_and_another_try(operator, broken_mail):
    row = kept()

    with pytest.raises(OSError, match="refused"):
        mail_support_request(support_request_id=row.pk)

    row.refresh_from_db()
    assert row.mailed_at is None
    assert row.mail_error.startswith("ConnectionRefusedError")
    assert [*services.waiting_for_mail()] == [row]


def test_without_an_address_the_row_says_that_nobody_was_mailed(settings):
    settings.SUPPORT_EMAIL = settings.SECURITY_EMAIL = ""
    row = kept()

    mail_support_request(support_request_id=row.pk)

    row.refresh_from_db()
    assert mail.outbox == []
    assert row.mailed_at is None
    assert row.mail_error == "SUPPORT_EMAIL is not set, so nobody was mailed."


def test_a_lost_mail_is_queued_again_until_a_week_has_passed(operator):
    kept()
    send(message="An old one")
    old = SupportRequest.objects.latest("pk")
    old.created_at = timezone.now() - timedelta(days=8)
    old.save(update_fields=["created_at"])
    ProcrastinateJob.objects.all()._raw_delete("default")  # noqa: SLF001  # models are read-only

    sweep_support_requests(timestamp=0)
    sweep_support_requests(timestamp=0)

    assert mails_queued() == 1


def test_what_has_been_mailed_is_left_alone_by_the_sweep(operator):
    mail_support_request(support_request_id=kept().pk)
    queued = mails_queued()

    sweep_support_requests(timestamp=0)

    assert mails_queued() == queued


def test_a_process_that_imports_nothing_of_ours_by_itself_knows_the_tasks():
    program = (
        "import django; django.setup(); from procrastinate.contrib.django import app; "
        "app.perform_import_paths(); print(*app.tasks)"
    )
    environment = {**COMPLETE, "DJANGO_SETTINGS_MODULE": "slackapp.settings", "PATH": ""}
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    known = {services.MAIL_REQUEST, "slackapp.sweep_support_requests"}
    assert known | {"slackapp.prune_support_requests"} <= set(ran.stdout.split())


@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_the_mail(operator, work):
    row = kept()

    work()

    row.refresh_from_db()
    assert row.mailed_at is not None
    assert len(mail.outbox) == 1


def test_messages_are_deleted_after_the_days_of_the_setting(settings):
    settings.SUPPORT_KEPT_DAYS = 40
    send(message="Old")
    SupportRequest.objects.update(created_at=timezone.now() - timedelta(days=41))
    send(message="Young")
    SupportRequest.objects.filter(message="Young").update(
        created_at=timezone.now() - timedelta(days=39)
    )

    prune_support_requests(timestamp=0)

    assert [row.message for row in SupportRequest.objects.all()] == ["Young"]


def test_the_hash_of_an_address_is_forgotten_after_a_day():
    send(message="Yesterday")
    SupportRequest.objects.update(created_at=timezone.now() - timedelta(hours=25))
    send(message="Today")

    prune_support_requests(timestamp=0)

    keys = dict(SupportRequest.objects.values_list("message", "address_key"))
    assert keys["Yesterday"] == ""
    assert keys["Today"] != ""
