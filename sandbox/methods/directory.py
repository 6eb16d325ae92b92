"""users.*, usergroups.*, team.* and bots.*: who is who."""

from sandbox.errors import SlackError
from sandbox.methods.call import Call
from sandbox.methods.paging import page
from sandbox.people import bot_payload, team_payload, user_payload, usergroup_payload
from sandbox.types import JSON
from sandbox.workspace import User


def users_info(call: Call) -> JSON:
    """Describe one user; docs.slack.dev/reference/methods/users.info."""
    return {"user": _described(call, call.user())}


def users_list(call: Call) -> JSON:
    """Describe everyone; docs.slack.dev/reference/methods/users.list."""
    users = [_described(call, user) for user in call.slack.state.users_of(call.team.team_id)]
    return page(call, "members", users) | {"cache_ts": call.slack.now()}


def usergroups_list(call: Call) -> JSON:
    """Describe user groups; docs.slack.dev/reference/methods/usergroups.list."""
    with_users, with_count = call.flag("include_users"), call.flag("include_count")
    groups = [
        usergroup_payload(group, with_users=with_users, with_count=with_count)
        for group in call.slack.state.usergroups_of(call.team.team_id)
        if call.flag("include_disabled") or not group.date_delete
    ]
    return {"usergroups": groups}


def usergroups_users_list(call: Call) -> JSON:
    """List a group's members; docs.slack.dev/reference/methods/usergroups.users.list."""
    team = call.team
    group = call.slack.state.usergroups.get(call.required("usergroup"))
    if group is None or group.team_id != team.team_id:
        raise SlackError("no_such_subteam")
    if group.date_delete and not call.flag("include_disabled"):
        raise SlackError("no_such_subteam")
    return {"users": list(group.user_ids)}


def team_info(call: Call) -> JSON:
    """Describe the workspace; docs.slack.dev/reference/methods/team.info."""
    wanted = call.text("team") or call.team.team_id
    team = call.slack.state.teams.get(wanted)
    if team is None or not call.reaches(wanted):
        raise SlackError("team_not_found")
    return {"team": team_payload(team, call.slack.state.enterprise_of(wanted))}


def bots_info(call: Call) -> JSON:
    """Describe a bot; docs.slack.dev/reference/methods/bots.info."""
    if call.text("team_id") != call.token.team_id:  # an org token may name its organisation
        call.require_team()
    wanted = call.text("bot", call.installation.bot_id)
    if wanted != call.installation.bot_id:
        raise SlackError("bot_not_found")
    bot = call.slack.state.users[call.installation.bot_user_id]
    return {"bot": bot_payload(call.installation, bot)}


def _described(call: Call, user: User) -> JSON:
    """Describe a user; the address only for those who may read it."""
    with_email = "users:read.email" in call.token.scopes
    return user_payload(user, call.slack.state, with_email=with_email)
