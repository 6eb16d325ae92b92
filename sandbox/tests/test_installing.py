"""From the consent page to tokens, and back out again."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from sandbox.testing import LocalSlack
from sandbox.tests.app import EchoApp
from sandbox.tests.conftest import CLIENT_ID, CLIENT_SECRET, REDIRECT_URL, client_of
from sandbox.tests.kit import refusal
from sandbox.types import JSON, Value

LINK = {"client_id": CLIENT_ID, "scope": "chat:write,commands", "state": "s<1>&"}


def consent(slack: LocalSlack, **changes: Value) -> httpx.Response:
    return httpx.get(slack.authorize_url, params={**LINK, **changes})


def decide(slack: LocalSlack, decision: str, **changes: Value) -> httpx.Response:
    fields = {**LINK, "team": "T01NORTHWD", "user_id": "U01WANDAAD", "decision": decision}
    return httpx.post(slack.authorize_url, data={**fields, **changes})


def exchange(slack: LocalSlack, code: str, **changes: Value) -> SlackResponse:
    arguments = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "code": code}
    return client_of(slack, None).oauth_v2_access(**{**arguments, **changes})


def test_the_page_says_who_asks_for_what_and_offers_both_answers(slack: LocalSlack) -> None:
    page = consent(slack).text

    assert "Send messages in its own name" in page
    assert re.search(r"<button[^>]*>Allow</button>", page)
    assert re.search(r"<button[^>]*>Cancel</button>", page)
    assert '<option value="U01WANDAAD" selected>' in page
    assert "Gus Guest" not in page


def test_what_the_link_says_is_escaped(slack: LocalSlack) -> None:
    page = consent(slack, state='"><script>').text

    assert "<script>" not in page
    assert "&quot;&gt;&lt;script&gt;" in page


def test_the_link_may_preselect_a_workspace(slack: LocalSlack) -> None:
    assert "Omar Haddad" in consent(slack, team="T01CONTOSO").text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": "other"}, "invalid_client_id"),
        ({"redirect_uri": "https://evil.example/"}, "bad_redirect_uri"),
        ({"redirect_uri": f"{REDIRECT_URL}.evil"}, "bad_redirect_uri"),
        ({"scope": "world:domination"}, "invalid_scope"),
        ({"scope": ""}, "no_scopes"),
    ],
)
def test_a_wrong_link_gets_an_error_page(slack: LocalSlack, changes: JSON, code: str) -> None:
    answer = consent(slack, **changes)

    assert answer.status_code == 400
    assert code in answer.text


def test_allowing_leads_back_with_code_and_state(slack: LocalSlack) -> None:
    location = decide(slack, "allow").headers["location"]

    query = parse_qs(urlsplit(location).query)
    assert location.startswith(REDIRECT_URL)
    assert query["state"] == ["s<1>&"]
    assert exchange(slack, query["code"][0])["ok"]


def test_cancelling_leads_back_with_access_denied(slack: LocalSlack) -> None:
    query = parse_qs(urlsplit(decide(slack, "cancel").headers["location"]).query)

    assert query == {"error": ["access_denied"], "state": ["s<1>&"]}


def test_a_guest_cannot_install(slack: LocalSlack) -> None:
    assert decide(slack, "allow", user_id="U01GUSGUES").status_code == 400


def test_a_code_brings_tokens_once(slack: LocalSlack) -> None:
    code = slack.install()

    answer = exchange(slack, code)

    assert answer["access_token"].startswith("xoxb-")
    assert answer["team"] == {"id": "T01NORTHWD", "name": "Northwind"}
    assert answer["authed_user"] == {"id": "U01WANDAAD"}
    assert (answer["enterprise"], answer["is_enterprise_install"]) == (None, False)
    again = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "code": code}
    assert refusal(client_of(slack, None), "oauth.v2.access", **again)["error"] == "invalid_code"


def test_a_code_lives_ten_minutes(slack: LocalSlack) -> None:
    code = slack.install()
    slack.clock.advance(601)

    arguments = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "code": code}
    body = refusal(client_of(slack, None), "oauth.v2.access", **arguments)

    assert body["error"] == "invalid_code"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "other"}, "invalid_client_id"),
        ({"client_secret": "wrong"}, "bad_client_secret"),
        ({"redirect_uri": "http://127.0.0.1:1/elsewhere"}, "bad_redirect_uri"),
        ({"grant_type": "refresh_token"}, "invalid_grant_type"),
    ],
)
def test_a_wrong_exchange_is_refused(slack: LocalSlack, changes: JSON, error: str) -> None:
    arguments = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "code": slack.install(),
        **changes,
    }

    assert refusal(client_of(slack, None), "oauth.v2.access", **arguments)["error"] == error


def test_a_second_install_keeps_the_bot_and_ends_the_old_token(slack: LocalSlack) -> None:
    first = slack.tokens_for()

    second = exchange(slack, slack.install())

    assert second["bot_user_id"] == first.bot_user_id
    assert second["access_token"] != first.bot_token
    assert refusal(client_of(slack, first.bot_token), "auth.test")["error"] == "token_revoked"


def test_workspaces_have_tokens_of_their_own(slack: LocalSlack) -> None:
    contoso = client_of(slack, slack.tokens_for("contoso").bot_token)

    assert contoso.auth_test()["team"] == "Contoso"
    assert refusal(contoso, "users.info", user="U01DANALEE")["error"] == "user_not_found"


def test_uninstalling_ends_the_token_and_tells_the_app(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    bot_user_id = slack.tokens_for().bot_user_id

    slack.uninstall()
    slack.settle()

    assert refusal(client, "auth.test")["error"] == "account_inactive"
    assert app.events("tokens_revoked")[0]["tokens"] == {"oauth": [], "bot": [bot_user_id]}
    assert app.events("app_uninstalled")


def test_auth_revoke_ends_the_token(slack: LocalSlack, app: EchoApp, client: WebClient) -> None:
    assert client.api_call("auth.revoke")["revoked"]

    slack.settle()
    assert refusal(client, "auth.test")["error"] == "token_revoked"
    assert app.events("app_uninstalled")
