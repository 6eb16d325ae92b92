"""chat.*: what is posted, changed, refused."""

import pytest
from slack_sdk import WebClient

from sandbox.testing import LocalSlack
from sandbox.tests.app import EchoApp
from sandbox.tests.conftest import manifest
from sandbox.tests.kit import actions, button, refusal, section
from sandbox.types import JSON

CHANNEL = "C01APPROVE"


@pytest.fixture
def member(slack: LocalSlack, client: WebClient) -> WebClient:
    slack.invite_bot("campaign-approvals")
    return client


def test_a_bot_outside_a_channel_cannot_post_there(client: WebClient) -> None:
    assert refusal(client, "chat.postMessage", channel=CHANNEL, text="Hi")["error"] == (
        "not_in_channel"
    )


def test_a_posted_message_is_described_as_slack_does(slack: LocalSlack, member: WebClient) -> None:
    answer = member.chat_postMessage(channel=CHANNEL, text="Hi", blocks=[section()])

    message = answer["message"]
    assert answer["channel"] == CHANNEL
    assert message["bot_id"] == slack.tokens_for().bot_id
    assert message["blocks"][0]["text"] == {"type": "mrkdwn", "text": "Hello", "verbatim": False}
    assert message["blocks"][0]["block_id"]


def test_a_message_to_a_person_lands_in_their_dm_with_the_app(
    slack: LocalSlack, client: WebClient
) -> None:
    dana = slack.person("dana")

    answer = client.chat_postMessage(channel=dana.user_id, text="Psst")

    assert answer["channel"].startswith("D")
    assert dana.direct_messages()[-1]["text"] == "Psst"


def test_a_closed_messages_tab_refuses_direct_messages(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    closed = manifest(app.url)
    closed["features"]["app_home"]["messages_tab_enabled"] = False
    slack.reset(closed)
    client.token = slack.tokens_for().bot_token

    body = refusal(client, "chat.postMessage", channel="U01DANALEE", text="Psst")

    assert body["error"] == "messages_tab_disabled"


@pytest.mark.parametrize(
    ("_case", "arguments", "error"),
    [
        ("nothing to say", {"channel": CHANNEL}, "no_text"),
        ("nowhere to say it", {"text": "Hi"}, "invalid_arguments"),
        ("no such channel", {"channel": "C0NOWHERE", "text": "Hi"}, "channel_not_found"),
        ("too long", {"channel": CHANNEL, "text": "x" * 40_001}, "msg_too_long"),
        ("bad JSON", {"channel": CHANNEL, "blocks": "[{"}, "invalid_blocks_format"),
    ],
)
def test_a_message_slack_would_refuse_is_refused(
    member: WebClient, _case: str, arguments: JSON, error: str
) -> None:
    assert refusal(member, "chat.postMessage", **arguments)["error"] == error


def test_bad_blocks_are_refused_with_a_pointer(member: WebClient) -> None:
    body = refusal(member, "chat.postMessage", channel=CHANNEL, blocks=[section("x" * 3001)])

    assert body["error"] == "invalid_blocks"
    assert body["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


def test_an_update_replaces_text_and_blocks(slack: LocalSlack, member: WebClient) -> None:
    ts = member.chat_postMessage(channel=CHANNEL, text="Old", blocks=[section("Old")])["ts"]

    member.chat_update(channel=CHANNEL, ts=ts, text="New")

    message = slack.person("ana").messages()[-1]
    assert (message["text"], message.get("blocks")) == ("New", None)


@pytest.mark.parametrize(
    ("method", "error"),
    [("chat.update", "cant_update_message"), ("chat.delete", "cant_delete_message")],
)
def test_an_app_cannot_touch_what_others_wrote(
    slack: LocalSlack, member: WebClient, method: str, error: str
) -> None:
    ts = slack.person("dana").messages()[-1]["ts"]

    assert refusal(member, method, channel=CHANNEL, ts=ts, text="Mine")["error"] == error


def test_a_deleted_message_is_gone(slack: LocalSlack, member: WebClient) -> None:
    ts = member.chat_postMessage(channel=CHANNEL, text="Oops")["ts"]

    member.chat_delete(channel=CHANNEL, ts=ts)

    assert "Oops" not in [one["text"] for one in slack.person("dana").messages()]
    assert refusal(member, "chat.update", channel=CHANNEL, ts=ts, text="x")["error"] == (
        "message_not_found"
    )


def test_an_ephemeral_message_is_seen_by_one_person(slack: LocalSlack, member: WebClient) -> None:
    member.chat_postEphemeral(channel=CHANNEL, user="U01DANALEE", text="Only you")

    assert [one["text"] for one in slack.person("dana").ephemerals()] == ["Only you"]
    assert slack.person("ana").ephemerals() == []


def test_a_person_outside_the_channel_gets_no_ephemeral_message(
    slack: LocalSlack, client: WebClient
) -> None:
    slack.invite_bot("general")

    body = refusal(client, "chat.postEphemeral", channel="C01GENERAL", user="U01GUSGUES", text="x")

    assert body["error"] == "user_not_in_channel"


def test_a_permalink_leads_to_the_message(slack: LocalSlack, member: WebClient) -> None:
    ts = member.chat_postMessage(channel=CHANNEL, text="Here")["ts"]

    answer = member.chat_getPermalink(channel=CHANNEL, message_ts=ts)

    assert answer["permalink"] == f"{slack.url}/client/T01NORTHWD/{CHANNEL}?message={ts}"


def test_a_reaction_counts_once(member: WebClient) -> None:
    ts = member.chat_postMessage(channel=CHANNEL, text="Nice?")["ts"]
    arguments = {"channel": CHANNEL, "timestamp": ts, "name": "eyes"}

    member.reactions_add(**arguments)

    assert refusal(member, "reactions.add", **arguments)["error"] == "already_reacted"


def test_elements_without_action_id_get_one(slack: LocalSlack, member: WebClient) -> None:
    blocks = [actions({"type": "button", "text": button()["text"]})]

    answer = member.chat_postMessage(channel=CHANNEL, text="x", blocks=blocks)

    assert answer["message"]["blocks"][0]["elements"][0]["action_id"]
