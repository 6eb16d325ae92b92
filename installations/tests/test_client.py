"""One call is one request, and every way to fail is one of three types."""

import logging

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from installations import errors
from installations.client import SlackLine
from installations.errors import NotInstalledError, RejectedError, TemporaryError
from installations.models import Installation, Workspace, WorkspaceState
from installations.tests.factories import (
    BOT_TOKEN,
    make_installation,
    make_org_installation,
    make_workspace,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace(slack, store) -> Workspace:
    """Return a workspace whose bot token the local Slack knows."""
    tokens = slack.tokens_for()
    store.save(make_installation(team_id=tokens.team_id, bot_token=tokens.bot_token))
    return Workspace.objects.create(team_id=tokens.team_id, name="Northwind")


@pytest.fixture
def line(workspace) -> SlackLine:
    return SlackLine(workspace)


def failure_of(line, method="auth.test", **arguments) -> errors.SlackCallError:
    with pytest.raises(errors.SlackCallError) as failed:
        line.call(method, **arguments)
    return failed.value


def everything_said(error: BaseException | None) -> str:
    said = []
    while error is not None:
        said.append(f"{error!r} {error!s}")
        error = error.__cause__ or error.__context__
    return " ".join(said)


def test_a_call_returns_slack_s_answer(line):
    assert line.call("auth.test")["team"] == "Northwind"


def test_structures_and_truth_go_over_the_line_and_none_stays_here(line, slack):
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "Grüße & <b>"}}]
    answer = line.call(
        "chat.postMessage",
        channel=slack.channel("campaigns").channel_id,
        text="Grüße",
        blocks=blocks,
        unfurl_links=False,
        thread_ts=None,
    )

    assert answer["message"]["blocks"][0]["text"]["text"] == "Grüße & <b>"
    assert "thread_ts" not in answer["message"]


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        *[(code, 200, NotInstalledError) for code in sorted(errors.REVOKED)],
        *[(code, 200, TemporaryError) for code in sorted(errors.TEMPORARY)],
        ("internal_error", 500, TemporaryError),
        ("service_unavailable", 503, TemporaryError),
        ("something_new", 502, TemporaryError),
        ("channel_not_found", 200, RejectedError),
        ("missing_scope", 200, RejectedError),
        ("something_new", 200, RejectedError),
        ("something_new", 400, RejectedError),
    ],
)
def test_slack_s_refusals_become_our_types_at_the_first_call(line, slack, code, status, kind):
    slack.faults.fail("auth.test", code, status=status)

    failure = failure_of(line)

    assert type(failure) is kind
    assert failure.code == code
    assert failure.retry_after is None
    assert line.call("auth.test")["ok"]


@pytest.mark.parametrize(
    ("_case", "headers", "seconds"),
    [
        ("as Slack says", {"Retry-After": "30"}, 30),
        ("at once", {"Retry-After": "0"}, 0),
        ("a date", {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 1),
        ("nonsense", {"Retry-After": "-5"}, 1),
    ],
)
def test_a_429_says_when_to_come_back_and_is_not_repeated(line, slack, _case, headers, seconds):
    slack.faults.fail("auth.test", headers=headers)

    failure = failure_of(line)

    assert isinstance(failure, TemporaryError)
    assert (failure.code, failure.retry_after) == ("ratelimited", seconds)
    assert line.call("auth.test")["ok"]


@pytest.mark.parametrize(
    ("headers", "seconds"), [({}, 1), ({"retry-after": "30"}, 30), ({"Retry-After": "30"}, 30)]
)
def test_the_header_of_a_429_may_be_missing_or_in_any_case(headers, seconds):
    response = SlackResponse(
        client=None,
        http_verb="POST",
        api_url="",
        req_args={},
        data={"ok": False, "error": "ratelimited"},
        headers=headers,
        status_code=429,
    )

    failure = errors.from_slack(SlackApiError("", response))

    assert failure.retry_after == seconds


@pytest.mark.parametrize("performed", [False, True])
def test_a_dropped_connection_is_temporary_and_not_repeated(line, slack, performed):
    slack.faults.drop("auth.test", performed=performed)

    assert isinstance(failure_of(line), TemporaryError)
    assert line.call("auth.test")["ok"]


def test_a_slow_answer_is_temporary_and_not_repeated(workspace, slack):
    hasty = SlackLine(workspace, timeout=0.1)
    slack.faults.delay("auth.test", 0.5)

    failure = failure_of(hasty)

    assert isinstance(failure, TemporaryError)
    assert failure.code == "TimeoutError"
    assert hasty.call("auth.test")["ok"]


def test_nobody_at_the_address_is_temporary(workspace, settings):
    settings.SLACK_API_URL = "http://127.0.0.1:9/api/"

    assert isinstance(failure_of(SlackLine(workspace)), TemporaryError)


@pytest.mark.parametrize(
    ("_case", "status", "body", "content_type"),
    [
        ("a page", 200, b"<html>please log in</html>", "text/html"),
        ("a long error page", 503, b"<html>" + b"sorry " * 500, "text/html"),
        ("a page in another charset", 502, "Grüße".encode("latin-1"), "text/html"),
        ("a page in no charset", 502, b"sorry", "text/html; charset=martian"),
        ("a page of bytes", 200, b"\xff\xfe\x00", "application/json"),
        ("nothing", 200, b"", "application/json"),
        ("nothing with an error", 500, b"", "application/json"),
        ("null", 200, b"null", "application/json"),
        ("a list", 200, b'["ok"]', "application/json"),
        ("a string", 200, b'"ok"', "application/json"),
        ("half an answer", 200, b'{"ok": tr', "application/json"),
        ("no error code", 200, b'{"ok": false}', "application/json"),
        ("a strange error code", 200, b'{"ok": false, "error": {"a": 1}}', "application/json"),
        ("compressed", 200, b"\x1f\x8b", "application/gzip"),
        ("not found", 404, b"<h1>404</h1>", "text/html"),
    ],
)
def test_an_answer_that_is_not_slack_s_is_temporary(
    stranger, db, _case, status, body, content_type
):
    server = stranger(body, status=status, content_type=content_type)

    failure = failure_of(SlackLine(make_workspace()))

    assert isinstance(failure, TemporaryError)
    assert len(failure.code) < 65
    assert server.asked == 1


@pytest.mark.parametrize("fault", ["invalid_auth", "channel_not_found", "fatal_error", "drop"])
def test_no_failure_carries_the_token(line, slack, workspace, caplog, fault):
    caplog.set_level(logging.INFO)
    token = slack.tokens_for().bot_token
    if fault == "drop":
        slack.faults.drop("auth.test")
    else:
        slack.faults.fail("auth.test", fault, status=200)

    failure = failure_of(line)

    assert token not in everything_said(failure)
    assert token not in caplog.text
    assert token not in repr(line)


def test_an_uninstalled_workspace_has_no_line(offline):
    workspace = make_workspace(state=WorkspaceState.UNINSTALLED)

    with pytest.raises(NotInstalledError, match="uninstalled"):
        SlackLine(workspace)


def test_a_workspace_without_a_bot_has_no_line(offline):
    with pytest.raises(NotInstalledError, match="not_installed"):
        SlackLine(Workspace.objects.create(team_id="T111"))


def test_a_token_that_does_not_open_makes_no_line_and_is_not_repeated(offline):
    workspace = make_workspace()
    Installation.objects.update(bot_token=BOT_TOKEN)

    with pytest.raises(NotInstalledError, match="token_unreadable") as refused:
        SlackLine(workspace)
    assert "CANARY" not in everything_said(refused.value)


def test_a_workspace_of_an_organisation_speaks_with_the_organisation_s_bot(slack, store):
    tokens = slack.tokens_for()
    store.save(make_org_installation(bot_token=tokens.bot_token))
    workspace = Workspace.objects.create(team_id="T777", enterprise_id="E111")

    assert SlackLine(workspace).call("auth.test")["bot_id"] == tokens.bot_id


def test_a_reinstall_during_a_call_is_used_from_the_next_line_on(workspace, slack, store):
    before = SlackLine(workspace)
    code = slack.install()
    granted = SlackLine(workspace).call(
        "oauth.v2.access",
        code=code,
        client_id=slack.slack.credentials.client_id,
        client_secret=slack.slack.credentials.client_secret,
    )

    dead = failure_of(before)
    store.save(make_installation(team_id=workspace.team_id, bot_token=granted["access_token"]))

    assert isinstance(dead, NotInstalledError)
    assert SlackLine(workspace).call("auth.test")["ok"]
