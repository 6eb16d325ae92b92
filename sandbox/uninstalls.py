"""The end of an installation, or of a single token."""

from sandbox.slack import Slack
from sandbox.types import JSON
from sandbox.workspace import Token


def uninstall(slack: Slack, team_id: str) -> None:
    """Remove the app from a workspace: tokens end, Home and modals vanish, events go out.

    Source: docs.slack.dev/reference/events/app_uninstalled
    """
    with slack.lock:
        installation = slack.state.installation(team_id)
        if installation is None:
            return
        tokens = [token for token in _live_tokens(slack) if token.team_id == team_id]
        for token in tokens:
            token.ended = "account_inactive" if token.kind == "bot" else "token_revoked"
        installation.active = False
        _forget_views(slack, team_id)
        slack.team_changed(team_id)
        slack.emit_to(installation, [_revoked(tokens), {"type": "app_uninstalled"}])


def revoke(slack: Slack, token: Token) -> None:
    """End one token; without its bot token an app is no longer installed."""
    if token.kind == "bot":
        uninstall(slack, token.team_id)
        token.ended = "token_revoked"
        return
    with slack.lock:
        token.ended = "token_revoked"
        slack.emit(token.team_id, [_revoked([token])])


def _live_tokens(slack: Slack) -> list[Token]:
    return [token for token in slack.state.tokens.values() if not token.ended]


def _revoked(tokens: list[Token]) -> JSON:
    """Describe the event; docs.slack.dev/reference/events/tokens_revoked."""
    return {
        "type": "tokens_revoked",
        "tokens": {
            "oauth": [token.user_id for token in tokens if token.kind == "user"],
            "bot": [token.user_id for token in tokens if token.kind == "bot"],
        },
    }


def _forget_views(slack: Slack, team_id: str) -> None:
    state = slack.state
    state.views = {key: one for key, one in state.views.items() if one.team_id != team_id}
    for table in (state.stacks, state.homes):
        for user_id in [one for one in table if state.users[one].team_id == team_id]:
            del table[user_id]
