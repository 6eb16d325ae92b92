"""No secret that Slack gave us, and none of our own, comes out anywhere."""

import io
import json
import logging
import sys
import zipfile

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.views import debug

from installations import errors, rotation, services
from installations.client import SlackLine
from installations.models import Installation, Workspace
from installations.services.tokens import BOT
from installations.tasks import refresh_tokens
from installations.tests.factories import raw_rows
from slackapp.manifest import manifest
from slackapp.tests.test_main_job import FORM

FIELD_KEY = "a" * 43  # the tests' own
DJANGOS = "django.views.debug.SafeExceptionReporterFilter"
PUBLIC = ["/", "/support", "/privacy", "/terms", "/security", "/slack/connect", "/readyz", "/livez"]


@pytest.fixture
def secrets(slack):
    """Return a function that lists every secret there has been so far."""
    seen: set[str] = {
        settings.SLACK_CLIENT_SECRET,
        *settings.SLACK_SIGNING_SECRETS,
        settings.SECRET_KEY,
        FIELD_KEY,
    }

    def all_of_them():
        state = slack.state
        seen.update(state.tokens, state.codes, getattr(state, "refresh_tokens", ()))
        for row in Installation.objects.all():
            for column in ("bot_token", "bot_refresh_token", "user_token", "user_refresh_token"):
                seen.update(filter(None, [row.reveal(column), getattr(row, column)]))
        return seen

    return all_of_them


@pytest.fixture
def lived_in(slack, live_server, install, work, secrets):
    """Return a local Slack in which everything that touches a token has happened once."""
    slack.reset(lambda: manifest(live_server.url, token_rotation=True))
    install()
    secrets()
    install(person="wanda")
    work()
    slack.person("dana").command("/campaign", channel="campaigns")
    slack.person("dana").submit(FORM)
    work()
    secrets()
    refresh_tokens(installation_id=Installation.objects.order_by("pk").first().pk, at_once=1)
    secrets()
    slack.faults.fail("views.open", "fatal_error", status=200)
    slack.person("dana").command("/campaign", channel="campaigns")
    for code, status in (("token_revoked", 200), ("fatal_error", 500), ("invalid_auth", 200)):
        slack.faults.fail("auth.test", code, status=status)
        with pytest.raises(Exception, match=code):
            SlackLine(Workspace.objects.get()).call("auth.test")
    return slack


def leaks(text: str, secrets: set[str]) -> list[str]:
    return [secret for secret in secrets if secret and secret in text]


def test_there_are_canaries_to_find(lived_in, secrets):
    kinds = {secret[:10] for secret in secrets()}

    assert {"xoxe.xoxb-", "xoxe.xoxp-"} <= kinds
    assert any(kind.startswith("xoxe-1-") for kind in kinds)


def test_no_log_line_holds_a_secret(slack, live_server, request, secrets, caplog):
    caplog.set_level(logging.INFO)
    request.getfixturevalue("lived_in")

    assert caplog.text
    assert leaks(caplog.text, secrets()) == []


def test_no_admin_page_holds_a_secret(lived_in, secrets, admin_client):
    pages = [reverse("admin:index")]
    for model in admin.site._registry:  # noqa: SLF001  # there is no public list
        names = f"admin:{model._meta.app_label}_{model._meta.model_name}"  # noqa: SLF001
        pages.append(reverse(f"{names}_changelist"))
        pages += [reverse(f"{names}_change", args=[row.pk]) for row in model.objects.all()[:5]]

    for page in pages:
        answer = admin_client.get(page, follow=True)
        assert answer.status_code == 200, page
        assert leaks(answer.content.decode(), secrets()) == [], page


def test_no_public_page_holds_a_secret(lived_in, secrets):
    for page in PUBLIC:
        answer = Client().get(page)

        assert answer.status_code == 200, page
        assert leaks(answer.content.decode(), secrets()) == [], page


def test_no_job_delivery_or_audit_entry_holds_a_secret(lived_in, secrets, work):
    services.request_uninstall(workspace=Workspace.objects.get(), actor="admin:olive")
    tables = [
        "procrastinate_jobs",
        "procrastinate_events",
        "slackapp_receiveddelivery",
        "installations_installationauditentry",
        "installations_workspace",
        "installations_oauthstate",
        "installations_keycheck",
        "approvals_auditdetail",
    ]

    dump = json.dumps([raw_rows(table) for table in tables], default=str)

    assert leaks(dump, secrets()) == []


def test_no_export_holds_a_secret(lived_in, secrets, tmp_path):
    file = tmp_path / "northwind.zip"
    call_command("export_workspace", Workspace.objects.get().team_id, output=str(file))

    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "Spring launch" in text
    assert leaks(text, secrets()) == []


@pytest.fixture
def fresh_filter():
    yield
    debug.get_default_exception_reporter_filter.cache_clear()


@pytest.mark.usefixtures("fresh_filter")
@pytest.mark.parametrize("masks", [True, False], ids=["ours", "Django's own"])
def test_no_error_report_holds_a_secret(lived_in, secrets, settings, masks):
    if not masks:
        settings.DEFAULT_EXCEPTION_REPORTER_FILTER = DJANGOS
    debug.get_default_exception_reporter_filter.cache_clear()
    row = Installation.objects.order_by("pk").first()
    lived_in.faults.fail("oauth.v2.access", "fatal_error", status=200)

    report = report_of(lambda: rotation.refresh(row.pk, BOT, ahead=rotation.AHEAD * 12))

    assert bool(leaks(report, secrets())) is not masks


def report_of(fail) -> str:
    """Return what Django would mail about the error in which ``fail`` ends."""
    try:
        fail()
    except errors.TemporaryError:
        return debug.ExceptionReporter(None, *sys.exc_info()).get_traceback_html()
    raise AssertionError("nothing failed")
