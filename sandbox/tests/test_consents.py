"""Ways to and from the consent page that are not the usual one."""

from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from sandbox.authorize import ApprovalPendingError, ConsentError
from sandbox.testing import LocalSlack
from sandbox.tests.app import EchoApp
from sandbox.tests.conftest import CLIENT, CLIENT_ID, REDIRECT_URL, client_of, manifest
from sandbox.tests.kit import refusal, tokens_from
from sandbox.types import JSON


def query_of(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


def access(slack: LocalSlack, url: str, **arguments: str) -> JSON:
    code = query_of(url)["code"][0]
    return tokens_from(client_of(slack, None), **CLIENT, code=code, **arguments)


def link(**asked: str) -> str:
    return f"https://slack.com/oauth/v2/authorize?{urlencode({'client_id': CLIENT_ID, **asked})}"


def test_a_redirect_follows_the_links_scopes_state_and_address(slack: LocalSlack) -> None:
    asked = link(scope="chat:write,commands", state="s1", redirect_uri=f"{REDIRECT_URL}/deeper")

    back = slack.install_redirect(authorize_url=asked)

    assert back.startswith(f"{REDIRECT_URL}/deeper?")
    assert query_of(back)["state"] == ["s1"]
    answer = access(slack, back, redirect_uri=f"{REDIRECT_URL}/deeper")
    assert answer["scope"] == "chat:write,commands"


def test_a_redirect_may_come_with_another_state(slack: LocalSlack) -> None:
    back = slack.install_redirect(authorize_url=link(scope="chat:write", state="s1"), state="s2")

    assert query_of(back)["state"] == ["s2"]


def test_a_wrong_link_leads_nowhere(slack: LocalSlack) -> None:
    with pytest.raises(ConsentError):
        slack.install_redirect(authorize_url=link(scope="world:domination"))


def test_a_user_only_consent_leaves_the_bot_token_alone(slack: LocalSlack) -> None:
    before = slack.tokens_for()

    back = slack.install_redirect(authorize_url=link(user_scope="search:read"), by="ana")
    answer = access(slack, back)

    assert answer["authed_user"]["access_token"].startswith("xoxp-")
    assert answer["authed_user"]["token_type"] == "user"
    assert not {"access_token", "token_type", "scope", "bot_user_id"} & set(answer)
    assert slack.tokens_for() == before
    assert client_of(slack, before.bot_token).auth_test()["ok"]
    person = client_of(slack, answer["authed_user"]["access_token"]).auth_test()
    assert person["user_id"] == "U01ANARUIZ"


def test_a_user_only_consent_brings_no_bot_into_the_workspace(slack: LocalSlack) -> None:
    access(slack, slack.install_redirect(authorize_url=link(user_scope="search:read"), by="ana"))

    assert slack.state.bot_user("T01NORTHWD") is None
    assert slack.tokens_for().bot_token.startswith("xoxb-")


def test_an_install_from_slacks_own_pages_has_a_code_and_no_state(slack: LocalSlack) -> None:
    back = slack.direct_install_redirect("contoso")

    assert back.startswith(REDIRECT_URL)
    assert "state" not in query_of(back)
    assert access(slack, back, redirect_uri=REDIRECT_URL)["team"]["name"] == "Contoso"


def test_an_install_from_slacks_own_pages_takes_no_foreign_address(slack: LocalSlack) -> None:
    code = query_of(slack.direct_install_redirect())["code"][0]
    elsewhere = {**CLIENT, "code": code, "redirect_uri": f"{REDIRECT_URL}/elsewhere"}

    body = refusal(client_of(slack, None), "oauth.v2.access", **elsewhere)

    assert body["error"] == "bad_redirect_uri"


@pytest.mark.parametrize("error", ["access_denied", "invalid_scope", "<script>"])
def test_slack_may_refuse_with_any_error(slack: LocalSlack, error: str) -> None:
    back = slack.refuse_redirect(state="s1", redirect_uri=REDIRECT_URL, error=error)

    assert back.startswith(f"{REDIRECT_URL}?")
    assert query_of(back) == {"error": [error], "state": ["s1"]}


def decide(slack: LocalSlack, user_id: str, scope: str = "chat:write") -> httpx.Response:
    fields = {"client_id": CLIENT_ID, "scope": scope, "team": "T01NORTHWD", "decision": "allow"}
    return httpx.post(slack.authorize_url, data={**fields, "user_id": user_id})


def test_where_admins_approve_apps_others_only_ask(slack: LocalSlack) -> None:
    slack.require_admin_approval()

    page = decide(slack, "U01DANALEE")

    assert page.status_code == 200
    assert "location" not in page.headers
    assert "Your request for Echo was sent" in page.text
    assert [one.user_id for one in slack.install_requests()] == ["U01DANALEE"]
    assert slack.install_requests("contoso") == []
    with pytest.raises(ApprovalPendingError):
        slack.install_redirect(by="dana")
    assert decide(slack, "U01WANDAAD").status_code == 302


def test_what_an_admin_let_in_others_may_renew(slack: LocalSlack) -> None:
    slack.require_admin_approval()
    access(slack, slack.install_redirect(authorize_url=link(scope="chat:write")))

    assert decide(slack, "U01DANALEE").status_code == 302
    assert decide(slack, "U01DANALEE", "chat:write,commands").status_code == 200
    slack.require_admin_approval(required=False)
    assert decide(slack, "U01DANALEE", "chat:write,commands").status_code == 302


def test_scopes_add_up_over_consents(slack: LocalSlack, app: EchoApp) -> None:
    slack.reset(manifest(app.url))
    access(slack, slack.install_redirect(authorize_url=link(scope="chat:write")))

    answer = access(slack, slack.install_redirect(authorize_url=link(scope="commands")))

    assert answer["scope"] == "chat:write,commands"
