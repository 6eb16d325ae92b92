"""Messages: posting, changing, removing, and how Slack describes them."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.ids import Ids
from sandbox.slack import Slack
from sandbox.types import JSON, Value
from sandbox.workspace import Channel, Message, User


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be posted."""

    text: str = ""
    blocks: list[JSON] | None = None
    thread_ts: str | None = None
    ephemeral_to: str | None = None
    subtype: str | None = None
    metadata: JSON | None = None


def post(slack: Slack, channel: Channel, author: User, draft: Draft) -> Message:
    """Add a message, tell the windows, and send the events that belong to it."""
    with slack.lock:
        message = Message(
            ts=slack.new_ts(),
            user_id=author.user_id,
            text=draft.text,
            blocks=completed(slack.ids, draft.blocks),
            app_id=author.app_id,
            bot_id=author.bot_id,
            thread_ts=draft.thread_ts,
            ephemeral_to=draft.ephemeral_to,
            subtype=draft.subtype,
            metadata=draft.metadata,
        )
        channel.messages.append(message)
        _read_own(channel, author, message)
        slack.channel_changed(channel, only_for=draft.ephemeral_to)
        if draft.ephemeral_to is None:
            slack.emit(channel.team_id, _events(slack, channel, message))
    return message


def change(slack: Slack, channel: Channel, message: Message, draft: Draft) -> None:
    """Replace a message's text and blocks.

    Slack marks a message as edited only when it has no blocks.
    """
    with slack.lock:
        message.text = draft.text
        message.blocks = completed(slack.ids, draft.blocks)
        message.metadata = draft.metadata or message.metadata
        message.edited_ts = None if message.blocks else slack.new_ts()
        slack.channel_changed(channel, only_for=message.ephemeral_to)


def remove(slack: Slack, channel: Channel, message: Message) -> None:
    """Take a message out of its channel."""
    with slack.lock:
        channel.messages.remove(message)
        slack.channel_changed(channel, only_for=message.ephemeral_to)


def payload(channel: Channel, message: Message) -> JSON:
    """Return a message object; docs.slack.dev/reference/events/message."""
    described: JSON = {
        "type": "message",
        "user": message.user_id,
        "ts": message.ts,
        "text": message.text,
        "team": channel.team_id,
    }
    optional = {
        "subtype": message.subtype,
        "bot_id": message.bot_id,
        "app_id": message.app_id,
        "blocks": copy.deepcopy(message.blocks),
        "thread_ts": message.thread_ts,
        "metadata": message.metadata,
    }
    described |= {key: value for key, value in optional.items() if value is not None}
    if message.edited_ts:
        described["edited"] = {"user": message.user_id, "ts": message.edited_ts}
    return described


def completed(ids: Ids, blocks: list[JSON] | None) -> list[JSON] | None:
    """Return a copy of ``blocks`` with the ids and flags Slack fills in."""
    if not blocks:
        return None
    filled = copy.deepcopy(blocks)
    for block in filled:
        if not block.get("block_id"):
            block["block_id"] = ids.block_id()
        if block["type"] == "input":
            block.setdefault("optional", False)
            block.setdefault("dispatch_action", False)
        for element in elements(block):
            if not element.get("action_id") and element["type"] in INTERACTIVE:
                element["action_id"] = ids.block_id()
        fill_texts(block)
    return filled


def fill_texts(value: Value) -> None:
    """Set the flags Slack adds to every text object inside ``value``."""
    if isinstance(value, list):
        for item in value:
            fill_texts(item)
    elif isinstance(value, dict):
        if value.get("type") == "plain_text" and "text" in value:
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn" and "text" in value:
            value.setdefault("verbatim", False)
        for item in value.values():
            fill_texts(item)


# Elements that carry an action_id; docs.slack.dev/reference/block-kit/block-elements
SELECTS = ("static", "external", "users", "conversations", "channels")
INTERACTIVE = frozenset(
    {
        "button",
        "checkboxes",
        "datepicker",
        "datetimepicker",
        "email_text_input",
        "file_input",
        "number_input",
        "overflow",
        "plain_text_input",
        "radio_buttons",
        "rich_text_input",
        "timepicker",
        "url_text_input",
        "workflow_button",
        *(f"{source}_select" for source in SELECTS),
        *(f"multi_{source}_select" for source in SELECTS),
    }
)


def elements(block: JSON) -> list[JSON]:
    """Return the elements of a block, wherever its type keeps them."""
    if block["type"] == "rich_text":
        return []
    kept = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
    return [element for element in kept if isinstance(element, dict) and "type" in element]


def find_element(blocks: Iterable[JSON], block_id: str, action_id: str) -> JSON | None:
    """Return the interactive element with these ids."""
    block = next((one for one in blocks if one.get("block_id") == block_id), None)
    inside = elements(block) if block else []
    return next((one for one in inside if one.get("action_id") == action_id), None)


def _read_own(channel: Channel, author: User, message: Message) -> None:
    """Mark as read what a person has just written."""
    if message.ephemeral_to is None and not author.is_bot:
        channel.last_read[author.user_id] = message.ts


def _events(slack: Slack, channel: Channel, message: Message) -> list[JSON]:
    """Return the events of a message; the app hears only of channels its bot is in."""
    bot = slack.state.bot_user(channel.team_id)
    if bot is None or bot.user_id not in channel.member_ids:
        return []
    described = payload(channel, message) | {
        "channel": channel.channel_id,
        "channel_type": _channel_type(channel),
        "event_ts": message.ts,
    }
    events = [described]
    if f"<@{bot.user_id}>" in message.text and channel.kind != "im":
        events.append({**described, "type": "app_mention"})
    return events


def _channel_type(channel: Channel) -> str:
    if channel.kind == "im":
        return "im"
    return "group" if channel.is_private else "channel"
