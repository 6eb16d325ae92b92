"""api.test, auth.* and what the token's owner is."""

from sandbox import uninstalls
from sandbox.methods.call import Call
from sandbox.types import JSON


def test(call: Call) -> JSON:
    """Say who the token is; docs.slack.dev/reference/methods/auth.test."""
    answer: JSON = {
        "url": f"https://{call.team.domain}.slack.com/",
        "team": call.team.name,
        "user": call.caller.handle,
        "team_id": call.team.team_id,
        "user_id": call.caller.user_id,
        "is_enterprise_install": False,
    }
    if call.token.kind == "bot":
        answer["bot_id"] = call.installation.bot_id
    return answer


def revoke(call: Call) -> JSON:
    """End the token; docs.slack.dev/reference/methods/auth.revoke."""
    if call.flag("test"):
        return {"revoked": False}
    uninstalls.revoke(call.slack, call.token)
    return {"revoked": True}
