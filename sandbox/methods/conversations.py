"""conversations.* and users.conversations."""

from collections.abc import Iterable

from sandbox import conversations
from sandbox.errors import SlackError
from sandbox.methods.call import READ_SCOPES, Call, kind_of
from sandbox.methods.paging import page
from sandbox.people import channel_payload, im_payload
from sandbox.types import JSON
from sandbox.workspace import Channel

KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
SCOPES = {**READ_SCOPES, "mpim": "mpim:read"}


def open_(call: Call) -> JSON:
    """Open the DM with a person; docs.slack.dev/reference/methods/conversations.open."""
    if call.text("channel"):
        return _opened(call, call.channel(), already_open=True)
    wanted = [one for one in call.text("users").split(",") if one]
    if not wanted:
        raise SlackError("users_list_not_supplied")
    if len(wanted) > 1:  # group conversations are not part of the sandbox
        raise SlackError("too_many_users")
    user = call.slack.state.users.get(wanted[0])
    if user is None or not call.knows(user) or user.is_bot:
        raise SlackError("user_not_found")
    if user.deleted:
        raise SlackError("user_disabled")
    channel, already_open = conversations.open_im(
        call.slack, call.caller.user_id, user.user_id, call.home_of(user)
    )
    return _opened(call, channel, already_open=already_open)


def info(call: Call) -> JSON:
    """Describe a conversation; docs.slack.dev/reference/methods/conversations.info."""
    channel = call.readable_channel()
    described = channel_payload(channel, call.caller.user_id, call.slack.state)
    if not call.flag("include_num_members"):
        described.pop("num_members", None)
    return {"channel": described}


def list_(call: Call) -> JSON:
    """List what the token can see; docs.slack.dev/reference/methods/conversations.list."""
    return _listed(call, _visible(call))


def of_user(call: Call) -> JSON:
    """List a member's conversations; docs.slack.dev/reference/methods/users.conversations."""
    member_id = call.user().user_id if call.text("user") else call.caller.user_id
    return _listed(call, (one for one in _visible(call) if member_id in one.member_ids))


def members(call: Call) -> JSON:
    """List members; docs.slack.dev/reference/methods/conversations.members."""
    return page(call, "members", call.readable_channel().member_ids)


def join(call: Call) -> JSON:
    """Become a member; docs.slack.dev/reference/methods/conversations.join."""
    channel = call.channel()
    if channel.kind == "im" or channel.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    conversations.join(call.slack, channel, call.caller.user_id)
    return {"channel": channel_payload(channel, call.caller.user_id, call.slack.state)}


def _opened(call: Call, channel: Channel, *, already_open: bool) -> JSON:
    answer: JSON = {"no_op": True, "already_open": True} if already_open else {}
    whole = call.flag("return_im")
    described = im_payload(channel, call.caller.user_id, call.slack.state)
    return {**answer, "channel": described if whole else {"id": channel.channel_id}}


def _visible(call: Call) -> Iterable[Channel]:
    """Yield the conversations of the wanted kinds, each kind having its own scope."""
    wanted = call.text("types", "public_channel").replace(" ", "").split(",")
    if any(kind not in KINDS for kind in wanted):
        raise SlackError("invalid_types")
    kinds = {KINDS[kind] for kind in wanted}
    for kind in kinds:
        call.require_scope(SCOPES[kind])
    for channel in call.slack.state.channels_of(call.team.team_id):
        hidden = channel.is_private and call.caller.user_id not in channel.member_ids
        if kind_of(channel) in kinds and not hidden:
            yield channel


def _listed(call: Call, channels: Iterable[Channel]) -> JSON:
    skip = call.flag("exclude_archived")
    kept = [channel for channel in channels if not (skip and channel.is_archived)]
    viewer_id, state = call.caller.user_id, call.slack.state
    return page(call, "channels", [channel_payload(one, viewer_id, state) for one in kept])
