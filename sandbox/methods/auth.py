"""api.test, auth.* and what the token's owner is."""

from sandbox import uninstalls
from sandbox.errors import SlackError
from sandbox.grants import is_org
from sandbox.methods.call import Call
from sandbox.methods.paging import page
from sandbox.types import JSON


def test(call: Call) -> JSON:
    """Say who the token is; docs.slack.dev/reference/methods/auth.test."""
    answer = {
        **_place(call),
        "user": call.caller.handle,
        "user_id": call.caller.user_id,
        "is_enterprise_install": is_org(call.token.team_id),
    }
    if call.token.kind == "bot":
        answer["bot_id"] = call.installation.bot_id
    return answer


def teams_list(call: Call) -> JSON:
    """List where the org-wide app was added; docs.slack.dev/reference/methods/auth.teams.list."""
    if not is_org(call.token.team_id):
        raise SlackError("not_allowed_token_type")
    with_icon = call.flag("include_icon")
    teams = [call.slack.state.teams[team_id] for team_id in call.team_ids]
    icon = {"icon": {"image_default": True}} if with_icon else {}
    return page(call, "teams", [{"id": one.team_id, "name": one.name, **icon} for one in teams])


def revoke(call: Call) -> JSON:
    """End the token; docs.slack.dev/reference/methods/auth.revoke."""
    if call.flag("test"):
        return {"revoked": False}
    uninstalls.revoke(call.slack, call.token)
    return {"revoked": True}


def _place(call: Call) -> JSON:
    """Return the workspace, or with an org token the organisation in its stead."""
    enterprise = call.slack.state.enterprise_of(call.token.team_id)
    belongs = {"enterprise_id": enterprise.enterprise_id} if enterprise else {}
    if enterprise is not None and is_org(call.token.team_id):
        place = {"url": enterprise.url, "team": enterprise.name, "team_id": call.token.team_id}
        return {**place, **belongs}
    team = call.team
    url = f"https://{team.domain}.slack.com/"
    return {"url": url, "team": team.name, "team_id": team.team_id, **belongs}
