"""Users, bots, groups, teams and channels the way the Web API describes them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sandbox.grants import Installation
from sandbox.types import JSON
from sandbox.workspace import Channel, Enterprise, State, Team, User, UserGroup


def user_payload(user: User, state: State, *, with_email: bool) -> JSON:
    """Return a user object; docs.slack.dev/reference/objects/user-object."""
    team, enterprise = state.teams.get(user.team_id), state.enterprise_of(user.team_id)
    offset = datetime.fromtimestamp(user.updated, UTC).astimezone(ZoneInfo(user.tz)).utcoffset()
    payload = {
        "id": user.user_id,
        "team_id": user.team_id,
        "name": user.handle,
        "deleted": user.deleted,
        "color": user.color.lstrip("#"),
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": _profile(user, team, with_email=with_email),
        **_roles(user),
        "updated": user.updated,
        "enterprise_user": _enterprise_user(user, enterprise) if enterprise else None,
    }
    return {key: value for key, value in payload.items() if value is not None}


def _enterprise_user(user: User, enterprise: Enterprise) -> JSON:
    """Describe the account in the organisation."""
    return {
        "id": user.user_id,
        "enterprise_id": enterprise.enterprise_id,
        "enterprise_name": enterprise.name,
        "is_admin": user.user_id in enterprise.admin_ids,
        "is_owner": False,
        "teams": user.team_ids,
    }


def _profile(user: User, team: Team | None, *, with_email: bool) -> JSON:
    profile: JSON = {
        "title": user.title,
        "phone": "",
        "skype": "",
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.handle,
        "display_name_normalized": user.handle,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": user.user_id.lower(),
        "team": user.team_id,
    }
    if user.is_bot:
        return {**profile, "bot_id": user.bot_id, "api_app_id": user.app_id}
    if with_email and team is not None:
        profile["email"] = f"{user.handle}@{team.domain}.example.com"
    return profile


def _roles(user: User) -> JSON:
    return {
        "is_admin": user.is_admin,
        "is_owner": user.is_owner,
        "is_primary_owner": user.is_owner,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_bot": user.is_bot,
        "is_app_user": False,
    }


def bot_payload(installation: Installation, user: User) -> JSON:
    """Return a bot object; docs.slack.dev/reference/methods/bots.info."""
    return {
        "id": installation.bot_id,
        "deleted": not installation.active,
        "name": user.real_name,
        "updated": installation.installed_at,
        "app_id": user.app_id,
        "user_id": user.user_id,
        "icons": {},
    }


def usergroup_payload(group: UserGroup, *, with_users: bool, with_count: bool) -> JSON:
    """Return a user group; docs.slack.dev/reference/objects/usergroup-object."""
    payload: JSON = {
        "id": group.usergroup_id,
        "team_id": group.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": group.date_create,
        "date_update": group.date_update,
        "date_delete": group.date_delete,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": group.created_by,
        "updated_by": group.created_by,
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "channel_count": 0,
    }
    if with_users:
        payload["users"] = list(group.user_ids)
    if with_count or with_users:
        payload["user_count"] = len(group.user_ids)
    return payload


def team_payload(team: Team, enterprise: Enterprise | None) -> JSON:
    """Return a team object; docs.slack.dev/reference/methods/team.info."""
    described = {
        "id": team.team_id,
        "name": team.name,
        "domain": team.domain,
        "url": f"https://{team.domain}.slack.com/",
        "email_domain": f"{team.domain}.example.com",
        "icon": {"image_default": True},
    }
    if enterprise is None:
        return described
    belongs = {"enterprise_id": enterprise.enterprise_id, "enterprise_name": enterprise.name}
    return {**described, **belongs}


def channel_payload(channel: Channel, viewer_id: str, state: State) -> JSON:
    """Return a conversation; docs.slack.dev/reference/objects/conversation-object."""
    if channel.kind == "im":
        return im_payload(channel, viewer_id, state)
    return {
        "id": channel.channel_id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_general": channel.is_general,
        "is_archived": channel.is_archived,
        "is_member": viewer_id in channel.member_ids,
        "created": channel.created,
        "creator": channel.creator,
        "topic": {"value": channel.topic, "creator": channel.creator, "last_set": channel.created},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "context_team_id": channel.team_id,
        "shared_team_ids": [channel.team_id],
        "pending_connected_team_ids": [],
        "pending_shared": [],
        "previous_names": [],
        "num_members": len(channel.member_ids),
        **_not_shared(),
    }


def im_payload(channel: Channel, viewer_id: str, state: State) -> JSON:
    """Return a direct conversation as ``viewer_id`` sees it."""
    partner_id = channel.partner_of(viewer_id)
    return {
        "id": channel.channel_id,
        "is_im": True,
        "is_archived": channel.is_archived,
        "created": channel.created,
        "user": partner_id,
        "is_user_deleted": state.users[partner_id].deleted,
        "is_open": True,
        "context_team_id": channel.team_id,
        "priority": 0,
        **_not_shared(),
    }


def _not_shared() -> JSON:
    return {
        "is_shared": False,
        "is_org_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "unlinked": 0,
    }
