"""Direct conversations and membership."""

from sandbox.slack import Slack
from sandbox.types import JSON
from sandbox.workspace import Channel


def open_im(slack: Slack, user_id: str, other_id: str, team_id: str) -> tuple[Channel, bool]:
    """Return the direct conversation of two users, and whether it was already open.

    A new one belongs to the workspace ``team_id``.
    """
    with slack.lock:
        existing = slack.state.im_between(user_id, other_id)
        if existing is not None:
            return existing, True
        channel = Channel(
            channel_id=slack.ids.new("D"),
            team_id=team_id,
            name="directmessage",
            kind="im",
            is_private=True,
            created=slack.now(),
            member_ids=[user_id, other_id],
        )
        slack.state.channels[channel.channel_id] = channel
        slack.channel_changed(channel)
        return channel, False


def open_ims(slack: Slack, bot_user_id: str, team_id: str) -> None:
    """Give everybody in a workspace their direct conversation with the app."""
    for person in list(slack.state.people_of(team_id)):
        open_im(slack, bot_user_id, person.user_id, team_id)


def join(slack: Slack, channel: Channel, user_id: str, inviter_id: str | None = None) -> None:
    """Add a member; those already in stay in, without an event."""
    with slack.lock:
        if user_id in channel.member_ids:
            return
        channel.member_ids.append(user_id)
        slack.channel_changed(channel)
        bot = slack.state.bot_user(channel.team_id)
        if bot is not None and bot.user_id in channel.member_ids:
            event = _joined(slack, channel, user_id, inviter_id)
            slack.emit(channel.team_id, [event])


def _joined(slack: Slack, channel: Channel, user_id: str, inviter_id: str | None) -> JSON:
    """Describe the event; docs.slack.dev/reference/events/member_joined_channel."""
    team = slack.state.teams[channel.team_id]
    event = {
        "type": "member_joined_channel",
        "user": user_id,
        "channel": channel.channel_id,
        "channel_type": "G" if channel.is_private else "C",
        "team": channel.team_id,
        "enterprise": team.enterprise_id or None,
    }
    return {**event, "inviter": inviter_id} if inviter_id else event
