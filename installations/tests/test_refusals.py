"""The way back from Slack when Slack, the database or the link says no."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection

from installations import oauth
from installations.models import Installation, Workspace
from installations.tests.browsing import come_back, consent, install, own_lines, says, start
from installations.tests.factories import raw_rows
from sandbox.authorize import ApprovalPendingError

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        ("access_denied", "access_denied"),
        ("app_approval_pending", "admin_approval"),
        ("bad_redirect_uri", "wrong_address"),
        ("cannot_install_an_org_installed_app", "org_installed"),
        ("invalid_scope", "wrong_scopes"),
        ("invalid_team_for_non_distributed_app", "one_workspace"),
        ("server_error", "unknown"),
        ("<script>alert(1)</script>", "unknown"),
        ("x\ninstall done: forged line", "unknown"),
        ("{{ request }}", "unknown"),
        ("too_many", "unknown"),
    ],
)
def test_slack_s_no_is_told_in_our_words(client, error, failure, caplog):
    page = come_back(client, error=error, state=start(client))

    assert says(page, failure)
    assert error not in page.content.decode()
    assert "<script" not in page.content.decode() + caplog.text
    assert "forged line" not in caplog.text
    assert not [line for line in own_lines(caplog) if line.levelname == "ERROR"]


def test_what_an_admin_has_to_approve_stays_at_slack_until_then(client, slack):
    slack.require_admin_approval()
    with pytest.raises(ApprovalPendingError):
        consent(slack, client, by="dana")

    assert [one.user_id for one in slack.install_requests()] == [slack.person("dana").user_id]
    assert not Installation.objects.exists()
    assert install(slack, client).status_code == 302  # the admin
    assert install(slack, client, by="dana").status_code == 302  # who may now, too


def test_a_cancelled_install_cannot_be_finished_afterwards(client, slack):
    back = consent(slack, client)
    state = parse_qs(urlsplit(back).query)["state"][0]
    come_back(client, error="access_denied", state=state)

    assert says(client.get(back), "other_browser")


@pytest.mark.parametrize("query", [{}, {"code": ""}])
def test_an_answer_without_a_code_is_refused(client, query):
    assert says(come_back(client, state=start(client), **query), "no_code")


@pytest.mark.parametrize("code", ["1.2.3", "\0", "ü" * 3000, "<script>"])
def test_a_code_that_slack_does_not_take_is_refused(client, slack, code, caplog):
    page = come_back(client, state=start(client), code=code)

    assert says(page, "code_refused")
    assert code not in page.content.decode()
    assert "an install stopped: code_refused" in caplog.text
    assert "invalid_code" in caplog.text


@pytest.mark.parametrize("wrong", ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"])
def test_wrong_credentials_of_ours_are_told_to_the_operator(client, slack, settings, wrong, caplog):
    back = consent(slack, client)
    setattr(settings, wrong, "CANARY-wrong")

    page = client.get(back)

    assert says(page, "wrong_credentials")
    assert "CANARY" not in page.content.decode() + caplog.text
    [line] = [line for line in own_lines(caplog) if line.levelname == "ERROR"]
    word = "invalid_client_id" if wrong == "SLACK_CLIENT_ID" else "bad_client_secret"
    assert line.getMessage() == f"an install stopped: wrong_credentials {word}"


def test_an_app_that_the_organisation_has_is_not_installed_again(client, slack):
    back = consent(slack, client)
    slack.faults.fail("oauth.v2.access", "cannot_install_an_org_installed_app", status=200)

    assert says(client.get(back), "org_installed")


@pytest.mark.parametrize("fault", ["drop", "answered late", "busy", "broken"])
def test_when_slack_does_not_answer_the_page_says_so(client, slack, fault):
    back = consent(slack, client)
    match fault:
        case "drop":
            slack.faults.drop("oauth.v2.access")
        case "answered late":
            slack.faults.drop("oauth.v2.access", performed=True)
        case "busy":
            slack.faults.fail("oauth.v2.access")
        case "broken":
            slack.faults.fail("oauth.v2.access", "internal_error", status=500)

    assert says(client.get(back), "slack_unreachable")
    assert Installation.objects.count() == 0


@pytest.mark.parametrize(
    ("_case", "body"),
    [("a page", b"<html>"), ("a list", b"[]"), ("nothing", b""), ("a lone yes", b'"ok"')],
)
def test_when_somebody_else_answers_it_is_as_if_slack_did_not(client, stranger, _case, body):
    stranger(body, content_type="application/json")

    assert says(come_back(client, state=start(client), code="1.2.3"), "slack_unreachable")


@pytest.mark.parametrize("fault", ["drop", "busy", "refused"])
def test_a_spent_code_is_kept_even_if_the_bot_cannot_say_who_it_is(client, slack, fault):
    back = consent(slack, client)
    match fault:
        case "drop":
            slack.faults.drop("auth.test")
        case "busy":
            slack.faults.fail("auth.test")
        case "refused":
            slack.faults.fail("auth.test", "access_denied", status=200)

    assert client.get(back).status_code == 302
    row = Installation.objects.get()
    assert row.reveal("bot_token") == slack.tokens_for().bot_token
    assert (row.bot_id, row.bot_user_id) == ("", slack.tokens_for().bot_user_id)


def test_an_install_without_a_bot_is_not_kept(client, slack):
    state = start(client)
    code = slack.install(app_scopes=["chat:write"], redirect_uri=oauth.callback_url())
    slack.state.codes[code].scopes = []
    slack.state.codes[code].user_scopes = ["search:read"]

    assert says(come_back(client, state=state, code=code), "no_bot")
    assert not Installation.objects.exists()
    assert not Workspace.objects.exists()


BROKEN_STEPS = {
    "the state": "installations_oauthstate",
    "the tokens": "installations_installation",
    "the workspace": "installations_workspace",
    "the queue": "procrastinate_jobs",
}


@contextmanager
def broken(table: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO broken")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE broken RENAME TO {table}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", [*BROKEN_STEPS])
def test_when_the_database_fails_the_page_says_so_and_nothing_is_kept(client, slack, step, caplog):
    back = consent(slack, client)
    with broken(BROKEN_STEPS[step]):
        page = client.get(back)

    assert says(page, "not_saved")
    assert "an install stopped: not_saved" in caplog.text
    assert "xoxb" not in caplog.text
    assert not Installation.objects.exists()
    assert not Workspace.objects.exists()
    assert not raw_rows("procrastinate_jobs")
