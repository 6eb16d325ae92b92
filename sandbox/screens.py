"""What one person sees, as the browser client needs it."""

from sandbox import views
from sandbox.gestures import Person
from sandbox.slack import Slack
from sandbox.types import JSON
from sandbox.workspace import Channel, Message, Team, User, View, can_see


def boot(slack: Slack) -> JSON:
    """Return the workspaces and the people one can be."""
    return {"workspaces": [_workspace(slack, team) for team in slack.state.teams.values()]}


def state(slack: Slack, who: Person) -> JSON:
    """Return everything around the messages."""
    team, state = who.team, slack.state
    modal = views.top(slack, who.user.user_id)
    visible = [channel for channel in state.channels_of(team.team_id) if can_see(who.user, channel)]
    return {
        "version": slack.changes.version,
        "team": {"team_id": team.team_id, "name": team.name, "domain": team.domain},
        "me": _user(who.user),
        "users": [_user(user) for user in state.users_of(team.team_id)],
        "usergroups": _usergroups(slack, team),
        "channels": [_channel(channel, who.user) for channel in visible],
        **_installed(slack, who),
        "view": _modal(slack, modal) if modal else None,
        "view_depth": len(state.stacks.get(who.user.user_id, [])),
    }


def history(slack: Slack, who: Person, channel: Channel) -> JSON:
    """Return the messages of a channel that this person can read."""
    readers = {None, who.user.user_id}
    shown = [message for message in channel.messages if message.ephemeral_to in readers]
    replies: dict[str, int] = {}
    for message in shown:
        if message.thread_ts and message.thread_ts != message.ts:
            replies[message.thread_ts] = replies.get(message.thread_ts, 0) + 1
    return {"messages": [_message(slack, one, replies.get(one.ts, 0)) for one in shown]}


def home(slack: Slack, who: Person) -> JSON:
    """Return the person's Home tab, if the app has published one."""
    view = slack.state.views.get(slack.state.homes.get(who.user.user_id, ""))
    return {"view": _modal(slack, view) if view else None}


def _workspace(slack: Slack, team: Team) -> JSON:
    return {
        "team_id": team.team_id,
        "name": team.name,
        "domain": team.domain,
        "color": team.color,
        "people": [_user(user) for user in slack.state.people_of(team.team_id)],
        "default_user_id": team.default_user_id,
        "installed": slack.state.installation(team.team_id) is not None,
    }


def _user(user: User) -> JSON:
    return {
        "user_id": user.user_id,
        "handle": user.handle,
        "real_name": user.real_name,
        "title": user.title,
        "tz": user.tz,
        "role_hint": user.role_hint,
        "color": user.color,
        "is_admin": user.is_admin,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_bot": user.is_bot,
        "app_id": user.app_id,
        "deleted": user.deleted,
    }


def _usergroups(slack: Slack, team: Team) -> list[JSON]:
    return [
        {
            "id": group.usergroup_id,
            "handle": group.handle,
            "name": group.name,
            "user_ids": list(group.user_ids),
        }
        for group in slack.state.usergroups_of(team.team_id)
    ]


def _channel(channel: Channel, user: User) -> JSON:
    is_im = channel.kind == "im"
    return {
        "channel_id": channel.channel_id,
        "name": channel.name,
        "kind": channel.kind,
        "is_private": channel.is_private,
        "is_member": user.user_id in channel.member_ids,
        "topic": channel.topic,
        "user_id": channel.partner_of(user.user_id) if is_im else None,
        "unread": _unread(channel, user),
        "last_ts": channel.messages[-1].ts if channel.messages else None,
    }


def _unread(channel: Channel, user: User) -> int:
    if user.user_id not in channel.member_ids:
        return 0
    since = channel.last_read.get(user.user_id, "")
    return sum(
        message.ts > since and message.user_id != user.user_id and _counts(message, user)
        for message in channel.messages
    )


def _counts(message: Message, user: User) -> bool:
    """Whether a message adds to the badge: replies in threads do not."""
    in_thread = message.thread_ts is not None and message.thread_ts != message.ts
    return message.ephemeral_to in {None, user.user_id} and not in_thread


def _installed(slack: Slack, who: Person) -> JSON:
    """Return the app with its commands and shortcuts, where it is installed."""
    bot = slack.state.bot_user(who.team.team_id)
    if bot is None:
        return {"apps": [], "commands": [], "shortcuts": []}
    return {
        "apps": [_app(slack, who, bot)],
        "commands": _commands(slack),
        "shortcuts": _shortcuts(slack),
    }


def _app(slack: Slack, who: Person, bot: User) -> JSON:
    im = slack.state.im_between(who.user.user_id, bot.user_id)
    return {
        "app_id": slack.app_id,
        "name": slack.manifest.name,
        "description": slack.manifest.description,
        "bot_user_id": bot.user_id,
        "color": slack.manifest.color,
        "im_channel_id": im.channel_id if im else None,
        "home_tab_enabled": slack.manifest.home_tab_enabled,
        "messages_tab_enabled": slack.manifest.messages_tab_enabled,
        "messages_tab_read_only": slack.manifest.messages_tab_read_only,
        "installed": True,
    }


def _commands(slack: Slack) -> list[JSON]:
    return [
        {
            "command": one.command,
            "description": one.description,
            "usage_hint": one.usage_hint,
            "app_id": slack.app_id,
            "app_name": slack.manifest.name,
        }
        for one in slack.manifest.commands
    ]


def _shortcuts(slack: Slack) -> list[JSON]:
    return [
        {
            "callback_id": one.callback_id,
            "name": one.name,
            "description": one.description,
            "app_id": slack.app_id,
        }
        for one in slack.manifest.shortcuts
        if one.type == "global"
    ]


def _modal(slack: Slack, view: View) -> JSON:
    return {**views.payload(slack, view), "app_name": slack.manifest.name}


def _message(slack: Slack, message: Message, reply_count: int) -> JSON:
    author = slack.state.users.get(message.user_id)
    return {
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "user_id": message.user_id,
        "app_id": message.app_id,
        "username": author.real_name if author else "Slackbot",
        "text": message.text,
        "blocks": message.blocks,
        "edited": message.edited_ts is not None,
        "is_ephemeral": message.ephemeral_to is not None,
        "reactions": [
            {"name": name, "count": len(users)} for name, users in message.reactions.items()
        ],
        "reply_count": reply_count,
        "subtype": message.subtype,
    }
