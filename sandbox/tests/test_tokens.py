"""Who may call what."""

import pytest
from slack_sdk import WebClient

from sandbox.testing import LocalSlack
from sandbox.tests.conftest import client_of
from sandbox.tests.kit import refusal


@pytest.mark.parametrize(
    ("token", "error"), [(None, "not_authed"), ("xoxb-nobody", "invalid_auth")]
)
def test_a_call_without_a_live_token_is_refused(
    slack: LocalSlack, token: str | None, error: str
) -> None:
    assert refusal(client_of(slack, token), "auth.test")["error"] == error


def test_auth_test_names_the_bot_and_its_workspace(slack: LocalSlack, client: WebClient) -> None:
    tokens = slack.tokens_for("northwind")

    answer = client.auth_test()

    assert answer["team_id"] == "T01NORTHWD"
    assert answer["user_id"] == tokens.bot_user_id
    assert answer["bot_id"] == tokens.bot_id


def test_the_token_may_also_be_a_form_field(slack: LocalSlack) -> None:
    token = slack.tokens_for("northwind").bot_token

    assert client_of(slack, None).api_call("auth.test", data={"token": token})["ok"]


def test_a_missing_scope_is_named_together_with_those_provided(slack: LocalSlack) -> None:
    slack.reset()
    code = slack.install(app_scopes=["commands"])
    tokens = client_of(slack, None).oauth_v2_access(
        client_id="111.222", client_secret="client-secret", code=code
    )

    body = refusal(client_of(slack, tokens["access_token"]), "users.info", user="U01DANALEE")

    assert (body["error"], body["needed"], body["provided"]) == (
        "missing_scope",
        "users:read",
        "commands",
    )


def test_an_unknown_method_is_refused(client: WebClient) -> None:
    assert refusal(client, "chat.shout")["error"] == "unknown_method"


def test_api_test_gives_back_what_it_got(slack: LocalSlack) -> None:
    assert client_of(slack, None).api_test(foo="bar")["args"] == {"foo": "bar"}


def test_answers_name_the_scopes_of_token_and_method(client: WebClient) -> None:
    headers = client.users_info(user="U01DANALEE").headers

    assert "chat:write" in headers["x-oauth-scopes"]
    assert headers["x-accepted-oauth-scopes"] == "users:read"


def test_planned_faults_happen_once(slack: LocalSlack, client: WebClient) -> None:
    slack.faults.fail("auth.test", headers={"Retry-After": "7"})

    body = refusal(client, "auth.test")

    assert body["error"] == "ratelimited"
    assert client.auth_test()["ok"]


def test_a_dropped_call_may_have_been_performed(slack: LocalSlack, client: WebClient) -> None:
    dana = slack.person("dana")
    slack.faults.drop("chat.postMessage", performed=True)

    with pytest.raises(ConnectionError):
        client.chat_postMessage(channel=dana.user_id, text="Lost on the way back")

    assert [one["text"] for one in dana.direct_messages()] == ["Lost on the way back"]
