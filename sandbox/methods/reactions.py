"""reactions.*: emoji under a message."""

import re

from sandbox.errors import SlackError
from sandbox.methods.call import Call
from sandbox.types import JSON

NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def add(call: Call) -> JSON:
    """React; docs.slack.dev/reference/methods/reactions.add."""
    channel = call.channel()
    message = channel.message(call.required("timestamp"))
    if message is None or message.ephemeral_to is not None:
        raise SlackError("message_not_found")
    name = call.required("name").strip(":")
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name")
    users = message.reactions.setdefault(name, [])
    if call.caller.user_id in users:
        raise SlackError("already_reacted")
    users.append(call.caller.user_id)
    call.slack.channel_changed(channel)
    return {}
