"""What the app hears: commands, clicks, events; and how it may answer."""

import time
from collections.abc import Callable

import httpx
import pytest
from slack_sdk import WebClient

from sandbox.errors import GestureError
from sandbox.testing import LocalSlack
from sandbox.tests.app import EchoApp
from sandbox.tests.kit import actions, button, section
from sandbox.types import JSON, Value


def until(condition: Callable[[], bool], seconds: float = 3.0) -> None:
    """Wait for something another thread does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_command_is_the_form_slack_sends(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    slack.person("dana").command("/echo", "new <b> @ana", channel="campaigns")

    form = app.last
    assert set(form) == {
        "token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name",
        "command", "text", "api_app_id", "is_enterprise_install", "response_url", "trigger_id",
    }  # fmt: skip
    assert form["text"] == "new <b> @ana"
    assert form["is_enterprise_install"] == "false"
    assert (form["channel_id"], form["channel_name"]) == ("C01CAMPAGN", "campaigns")


def test_should_escape_turns_names_into_references(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    slack.person("dana").command("/escaped", "a<b @ana #general @nobody")

    assert app.last["text"] == "a&lt;b <@U01ANARUIZ|ana> <#C01GENERAL|general> @nobody"


def test_a_text_answer_is_seen_by_one_person(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    app.answers_text("You said it")

    slack.person("dana").command("/echo")

    assert slack.person("dana").ephemerals("general")[-1]["text"] == "You said it"
    assert slack.person("ana").ephemerals("general") == []


def test_an_answer_in_channel_is_seen_by_all(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    app.answers_json({"response_type": "in_channel", "text": "Hear!", "blocks": [section()]})

    slack.person("dana").command("/echo")

    assert slack.person("ana").messages("general")[-1]["text"] == "Hear!"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda app: app.answers_text("broken", 500), "dispatch_failed"),
        (lambda app: app.answers_late(0.7), "operation_timeout"),
        (lambda app: app.answers_json({"blocks": [section("")]}), "invalid_command_response"),
    ],
)
def test_a_failing_command_says_so_to_the_person(
    slack: LocalSlack,
    app: EchoApp,
    client: WebClient,
    answer: Callable[[EchoApp], None],
    error: str,
) -> None:
    answer(app)

    outcome = slack.person("dana").command("/echo")

    told = slack.person("dana").ephemerals("general")[-1]["text"]
    assert outcome.error == told
    assert "/echo failed with the error" in told
    assert error in told
    time.sleep(0.3 if error == "operation_timeout" else 0)


def test_a_command_nobody_has_is_told_apart(slack: LocalSlack, client: WebClient) -> None:
    outcome = slack.person("dana").command("/nope")

    assert outcome.error == "/nope is not a valid command."


@pytest.fixture
def posted(slack: LocalSlack, client: WebClient) -> Callable[..., JSON]:
    """Return a function that posts a button to Dana."""

    def post(**more: Value) -> JSON:
        blocks = [section(), actions(button(value="42", **more))]
        answer = client.chat_postMessage(channel="U01DANALEE", text="Press", blocks=blocks)
        message: JSON = answer["message"]
        return message

    return post


def test_a_click_is_the_payload_slack_sends(
    slack: LocalSlack, app: EchoApp, posted: Callable[..., JSON]
) -> None:
    message = posted(style="primary")

    assert slack.person("dana").click("go", "app").ok

    payload = app.last
    assert payload["type"] == "block_actions"
    assert payload["message"] == message
    assert payload["container"]["message_ts"] == message["ts"]
    assert payload["channel"]["name"] == "directmessage"
    assert payload["enterprise"] is None
    assert payload["is_enterprise_install"] is False
    assert payload["response_url"].startswith(slack.url)
    action = payload["actions"][0]
    assert (action["value"], action["block_id"], action["style"]) == ("42", "actions", "primary")
    assert action["action_ts"]


def test_a_click_in_an_ephemeral_message_comes_without_the_message(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    app.answers_json({"text": "Press", "blocks": [actions(button())]})
    slack.person("dana").command("/echo")
    app.clear()

    slack.person("dana").click("go", "general")

    assert app.last["container"]["is_ephemeral"] is True
    assert "message" not in app.last


def test_a_selection_carries_its_option(slack: LocalSlack, app: EchoApp, client: WebClient) -> None:
    option = {"text": {"type": "plain_text", "text": "One", "emoji": True}, "value": "1"}
    menu = {"type": "static_select", "action_id": "pick", "options": [option]}
    client.chat_postMessage(channel="U01DANALEE", text="Pick", blocks=[actions(menu)])

    slack.person("dana").click("pick", "app", value="1")

    assert app.last["actions"][0]["selected_option"] == option
    assert app.last["state"]["values"]["actions"]["pick"]["selected_option"] == option


def test_an_app_that_does_not_answer_a_click_is_reported(
    slack: LocalSlack, app: EchoApp, posted: Callable[..., JSON]
) -> None:
    posted()
    app.answers_text("broken", 500)

    outcome = slack.person("dana").click("go", "app")

    assert "dispatch_failed" in outcome.error
    assert [one.kind for one in slack.deliveries].count("block_actions") == 1


def test_nobody_can_click_what_is_not_there(slack: LocalSlack, posted: Callable[..., JSON]) -> None:
    with pytest.raises(GestureError):
        slack.person("dana").click("gone", "app")


def respond(app: EchoApp, **body: object) -> httpx.Response:
    return httpx.post(app.last["response_url"], json=body)


def test_a_response_url_replaces_and_deletes_the_clicked_message(
    slack: LocalSlack, app: EchoApp, posted: Callable[..., JSON]
) -> None:
    dana = slack.person("dana")
    posted()
    dana.click("go", "app")

    respond(app, replace_original=True, text="Pressed")
    assert dana.direct_messages()[-1]["text"] == "Pressed"

    respond(app, delete_original=True)
    assert dana.direct_messages() == []


def test_a_response_url_whispers_unless_told_otherwise(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    slack.person("dana").command("/echo")

    respond(app, text="Psst")
    respond(app, response_type="in_channel", text="Hey")

    assert slack.person("dana").ephemerals("general")[-1]["text"] == "Psst"
    assert slack.person("ana").messages("general")[-1]["text"] == "Hey"


def test_a_response_url_works_five_times(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    slack.person("dana").command("/echo")

    codes = [respond(app, text="Again").status_code for _ in range(6)]

    assert codes == [200] * 5 + [400]


def test_a_response_url_lives_half_an_hour(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    slack.person("dana").command("/echo")
    slack.clock.advance(1801)

    assert respond(app, text="Late").text == "expired_url"


def test_an_event_comes_in_its_envelope(slack: LocalSlack, app: EchoApp, client: WebClient) -> None:
    slack.person("dana").send("Hello there", "app")
    slack.settle()

    envelope = app.last_envelope
    tokens = slack.tokens_for()
    assert envelope["type"] == "event_callback"
    assert envelope["event_id"].startswith("Ev")
    assert envelope["event"]["channel_type"] == "im"
    assert envelope["authorizations"] == [
        {
            "enterprise_id": None,
            "team_id": "T01NORTHWD",
            "user_id": tokens.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ]


def test_an_unacknowledged_event_is_repeated_three_times(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    app.answers_text("broken", 500)
    slack.person("dana").open_home()

    until(lambda: len(app.received) == 2)
    slack.settle()
    slack.clock.advance(60)
    until(lambda: len(app.received) == 3)
    slack.settle()
    slack.clock.advance(300)
    until(lambda: len(app.received) == 4)
    slack.settle()
    slack.clock.advance(3600)
    slack.settle()

    numbers = [one.headers.get("x-slack-retry-num") for one in app.received]
    assert numbers == [None, "1", "2", "3"]
    assert app.received[1].headers["x-slack-retry-reason"] == "http_error"
    assert len({one.payload["event_id"] for one in app.received}) == 1


def test_a_mention_in_a_channel_is_heard(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    slack.invite_bot("campaigns")

    slack.person("dana").send("@echo_bot are you there?", "campaigns")
    slack.settle()

    bot = slack.tokens_for().bot_user_id
    assert app.events("app_mention")[0]["text"] == f"<@{bot}> are you there?"
    assert app.events("member_joined_channel")[0]["user"] == bot


def test_a_group_change_is_heard_with_its_difference(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    slack.set_group_members("campaign-approvers", "ana", "olga")
    slack.settle()

    event = app.events("subteam_members_changed")[0]
    assert (event["added_users"], event["removed_users"]) == (["U01OLGASTN"], ["U01BENOKOY"])
    assert app.events("subteam_updated")[0]["subteam"]["users"] == ["U01ANARUIZ", "U01OLGASTN"]


def test_a_deactivated_person_is_reported(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    slack.deactivate("ben")
    slack.settle()

    assert app.events("user_change")[0]["user"]["deleted"] is True
