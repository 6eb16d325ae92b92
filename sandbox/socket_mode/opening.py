"""apps.connections.open; docs.slack.dev/reference/methods/apps.connections.open."""

from sandbox.errors import SlackError
from sandbox.slack import Slack
from sandbox.types import JSON

METHOD = "apps.connections.open"
SCOPE = "connections:write"


def open_(slack: Slack, token: str) -> JSON:
    """Return a URL that opens one WebSocket, once, within 30 seconds.

    Which error Slack gives an app without Socket Mode is not documented: ``forbidden_team`` is
    the method's own error for who may not use it.

    Raises:
        SlackError: the token is not an app-level one with ``connections:write``.
    """
    if not token:
        raise SlackError("not_authed")
    scopes = slack.app_tokens.get(token)
    if scopes is None:
        raise SlackError(
            "not_allowed_token_type" if token in slack.state.tokens else "invalid_auth"
        )
    if SCOPE not in scopes:
        raise SlackError("missing_scope", needed=SCOPE, provided=",".join(scopes))
    if not slack.manifest.socket_mode_enabled:
        raise SlackError("forbidden_team")
    base = slack.base_url.replace("http", "ws", 1)
    return {"url": f"{base}/link/?ticket={slack.tickets.issue()}&app_id={slack.app_id}"}
