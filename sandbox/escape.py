"""Text as a person types it, turned into text as Slack keeps it.

Source: docs.slack.dev/messaging/formatting-message-text#escaping
"""

import re

from sandbox.workspace import State

MENTION = re.compile(r"(?<![\w<])@([a-z0-9._-]*[a-z0-9_-])", re.IGNORECASE)
CHANNEL = re.compile(r"(?<![\w<&])#([a-z0-9_-]+)", re.IGNORECASE)


def escape(text: str) -> str:
    """Replace the three characters that mean something in Slack's markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed_message(state: State, team_id: str, text: str) -> str:
    """Return what Slack stores when a person posts ``text``."""
    return _with_references(state, team_id, escape(text), named=False)


def typed_command(state: State, team_id: str, text: str) -> str:
    """Return a command's text when its manifest entry says ``should_escape``."""
    return _with_references(state, team_id, escape(text), named=True)


def _with_references(state: State, team_id: str, text: str, *, named: bool) -> str:
    """Turn @handle and #channel into references; names nobody has stay as they are."""

    def mention(match: re.Match[str]) -> str:
        handle = match[1].lower()
        user = state.user_with_handle(team_id, handle)
        if user is not None:
            return f"<@{user.user_id}|{user.handle}>" if named else f"<@{user.user_id}>"
        groups = (group for group in state.usergroups_of(team_id) if group.handle == handle)
        group = next(groups, None)
        return f"<!subteam^{group.usergroup_id}|@{group.handle}>" if group else match[0]

    def channel(match: re.Match[str]) -> str:
        found = state.channel_named(team_id, match[1].lower())
        return f"<#{found.channel_id}|{found.name}>" if found else match[0]

    return CHANNEL.sub(channel, MENTION.sub(mention, text))
