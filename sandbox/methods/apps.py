"""apps.*: what an app does about itself."""

from sandbox import oauth, uninstalls
from sandbox.methods.call import Call
from sandbox.types import JSON


def uninstall(call: Call) -> JSON:
    """Remove the app where the token works; docs.slack.dev/reference/methods/apps.uninstall."""
    oauth.require_client_of_token(call.slack, call.args)
    uninstalls.uninstall(call.slack, call.token.team_id)
    return {}
