"""Answers of the app to a gesture: in the response itself or through its response_url.

Source: docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from sandbox import messages
from sandbox.errors import InvalidArgumentsError, SlackError
from sandbox.grants import ResponseUrl
from sandbox.limits import POSTED_TEXT, require_message_blocks, require_text
from sandbox.messages import Draft
from sandbox.slack import Slack
from sandbox.types import JSON
from sandbox.workspace import Channel, Message, User

USES = 5  # answers of one response_url
LIFE = 30 * 60  # seconds


def use_response_url(slack: Slack, token: str, body: JSON) -> None:
    """Do what the app asks for at a response_url.

    Raises:
        SlackError: ``expired_url``, ``used_url``, ``no_text`` or ``invalid_blocks``.
    """
    with slack.lock:
        url = _spend(slack, token)
        channel = slack.state.channels[url.channel_id]
        original = channel.message(url.message_ts) if url.message_ts else None
        if body.get("delete_original"):
            _delete(slack, channel, original)
        elif body.get("replace_original") and original is not None:
            messages.change(slack, channel, original, draft_of(body))
        else:
            reply(slack, channel, slack.state.users[url.user_id], body)


def reply(slack: Slack, channel: Channel, reader: User, body: JSON) -> None:
    """Post the app's answer: to ``reader`` alone unless it says ``in_channel``."""
    bot = slack.state.bot_user(channel.team_id)
    if bot is None:
        raise SlackError("account_inactive")
    private = body.get("response_type", "ephemeral") != "in_channel"
    draft = draft_of(body, ephemeral_to=reader.user_id if private else None)
    messages.post(slack, channel, bot, draft)


def draft_of(body: JSON, ephemeral_to: str | None = None) -> Draft:
    """Read an answer's text and blocks, as strictly as chat.postMessage does."""
    text, blocks = body.get("text") or "", body.get("blocks")
    if not text and not blocks:
        raise SlackError("no_text")
    if not isinstance(text, str):
        raise InvalidArgumentsError(["must be a string [json-pointer:/text]"])
    require_text(text, POSTED_TEXT)
    if blocks:
        require_message_blocks(blocks)
    thread_ts = body.get("thread_ts")
    return Draft(text=text, blocks=blocks, thread_ts=thread_ts, ephemeral_to=ephemeral_to)


def _spend(slack: Slack, token: str) -> ResponseUrl:
    url = slack.state.response_urls.get(token)
    if url is None or slack.clock.now() - url.issued_at > LIFE:
        raise SlackError("expired_url")
    if url.uses >= USES:
        raise SlackError("used_url")
    url.uses += 1
    return url


def _delete(slack: Slack, channel: Channel, original: Message | None) -> None:
    if original is None:
        raise SlackError("message_not_found")
    messages.remove(slack, channel, original)
