"""What an administrator of a workspace changes: group members, people who leave."""

from sandbox.people import user_payload, usergroup_payload
from sandbox.slack import Slack
from sandbox.types import JSON
from sandbox.workspace import User, UserGroup


def set_group_members(slack: Slack, group: UserGroup, user_ids: list[str]) -> None:
    """Replace a group's members and send the two events Slack sends for it.

    Source: docs.slack.dev/reference/events/subteam_members_changed
    """
    with slack.lock:
        before, previous = group.user_ids, group.date_update
        group.user_ids, group.date_update = list(user_ids), slack.now()
        slack.team_changed(group.team_id)
        described = usergroup_payload(group, with_users=True, with_count=True)
        added = [user_id for user_id in user_ids if user_id not in before]
        removed = [user_id for user_id in before if user_id not in user_ids]
        slack.emit(
            group.team_id,
            [
                {"type": "subteam_updated", "subteam": described},
                _members_changed(group, previous, added, removed),
            ],
        )


def set_active(slack: Slack, user: User, *, active: bool) -> None:
    """Deactivate a person, or let them back in; docs.slack.dev/reference/events/user_change."""
    with slack.lock:
        user.deleted = not active
        user.updated = slack.now()
        slack.team_changed(user.team_id)
        described = user_payload(user, slack.state, with_email=False)
        event = {"type": "user_change", "user": described, "cache_ts": slack.now()}
        slack.emit(user.team_id, [event])


def _members_changed(group: UserGroup, previous: int, added: list[str], removed: list[str]) -> JSON:
    return {
        "type": "subteam_members_changed",
        "subteam_id": group.usergroup_id,
        "team_id": group.team_id,
        "date_previous_update": previous,
        "date_update": group.date_update,
        "added_users": added,
        "added_users_count": len(added),
        "removed_users": removed,
        "removed_users_count": len(removed),
    }
