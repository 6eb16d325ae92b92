"""chat.*: posting, changing and removing messages."""

from sandbox import conversations, messages
from sandbox.errors import SlackError
from sandbox.grants import is_org
from sandbox.limits import POSTED_TEXT, UPDATED_TEXT, require_message_blocks, require_text
from sandbox.messages import Draft
from sandbox.methods.call import Call
from sandbox.types import JSON
from sandbox.workspace import Channel, Message, User


def post_message(call: Call) -> JSON:
    """Post; docs.slack.dev/reference/methods/chat.postMessage."""
    channel = _destination(call)
    draft = _draft(call, POSTED_TEXT)
    message = messages.post(call.slack, channel, call.caller, draft)
    described = messages.payload(channel, message)
    return {"channel": channel.channel_id, "ts": message.ts, "message": described}


def post_ephemeral(call: Call) -> JSON:
    """Whisper; docs.slack.dev/reference/methods/chat.postEphemeral."""
    channel = _destination(call)
    reader = call.user()
    if reader.user_id not in channel.member_ids:
        raise SlackError("user_not_in_channel")
    draft = _draft(call, POSTED_TEXT, ephemeral_to=reader.user_id)
    message = messages.post(call.slack, channel, call.caller, draft)
    return {"message_ts": message.ts}


def update(call: Call) -> JSON:
    """Change an own message; docs.slack.dev/reference/methods/chat.update."""
    channel = call.channel()
    message = _own_message(call, channel, "ts", "cant_update_message")
    messages.change(call.slack, channel, message, _draft(call, UPDATED_TEXT))
    return {
        "channel": channel.channel_id,
        "ts": message.ts,
        "text": message.text,
        "message": messages.payload(channel, message),
    }


def delete(call: Call) -> JSON:
    """Remove an own message; docs.slack.dev/reference/methods/chat.delete."""
    channel = call.channel()
    message = _own_message(call, channel, "ts", "cant_delete_message")
    messages.remove(call.slack, channel, message)
    return {"channel": channel.channel_id, "ts": message.ts}


def get_permalink(call: Call) -> JSON:
    """Return a message's address; here that of the sandbox's own client."""
    channel = call.channel()
    message = _message(channel, call.required("message_ts"))
    page = f"{call.slack.base_url}/client/{channel.team_id}/{channel.channel_id}"
    return {"channel": channel.channel_id, "permalink": f"{page}?message={message.ts}"}


def _destination(call: Call) -> Channel:
    """Return where to post: a channel by id or name, or the DM with a person."""
    wanted = call.required("channel")
    user = call.slack.state.users.get(wanted)
    if user is not None and call.knows(user):
        return _direct(call, user)
    channel = _named(call, wanted) or call.channel()
    if channel.kind == "im":
        return _direct(call, call.slack.state.users[channel.partner_of(call.caller.user_id)])
    if channel.is_archived:
        raise SlackError("is_archived")
    _require_membership(call, channel)
    return channel


def _named(call: Call, wanted: str) -> Channel | None:
    """Return a channel by its name.

    Raises:
        SlackError: ``team_not_found``: an org token says nothing about whose name it is.
    """
    if not is_org(call.token.team_id):
        return call.slack.state.channel_named(call.token.team_id, wanted.removeprefix("#"))
    if wanted not in call.slack.state.channels and wanted.startswith("#"):
        raise SlackError("team_not_found")
    return None


def _direct(call: Call, user: User) -> Channel:
    """Return the DM with a person; only its first use creates it."""
    if call.caller.is_bot and not call.slack.manifest.messages_tab_enabled:
        raise SlackError("messages_tab_disabled")
    if user is call.caller or user.is_bot:
        raise SlackError("cannot_dm_bot")
    team_id = call.home_of(user)
    return conversations.open_im(call.slack, call.caller.user_id, user.user_id, team_id)[0]


def _require_membership(call: Call, channel: Channel) -> None:
    """Refuse with ``not_in_channel``, unless chat:write.public covers a public channel."""
    if call.caller.user_id in channel.member_ids:
        return
    if channel.is_private or "chat:write.public" not in call.token.scopes:
        raise SlackError("not_in_channel")


def _draft(call: Call, text_limit: int, ephemeral_to: str | None = None) -> Draft:
    text, blocks = call.text("text"), call.structure("blocks")
    if not text and not blocks:
        raise SlackError("no_text")
    require_text(text, text_limit)
    if blocks:
        require_message_blocks(blocks)
    return Draft(
        text=text,
        blocks=blocks,
        thread_ts=call.text("thread_ts") or None,
        ephemeral_to=ephemeral_to,
        metadata=call.structure("metadata"),
    )


def _own_message(call: Call, channel: Channel, argument: str, refusal: str) -> Message:
    message = _message(channel, call.required(argument))
    if message.user_id != call.caller.user_id:
        raise SlackError(refusal)
    return message


def _message(channel: Channel, ts: str) -> Message:
    """Return a message; an ephemeral one is never found again, as with Slack."""
    message = channel.message(ts)
    if message is None or message.ephemeral_to is not None:
        raise SlackError("message_not_found")
    return message
