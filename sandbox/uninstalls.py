"""The end of an installation, or of a single token."""

from collections.abc import Iterable

from sandbox import tokens
from sandbox.grants import Installation, Token, is_org
from sandbox.slack import Slack
from sandbox.types import JSON


def uninstall(slack: Slack, team_id: str) -> None:
    """Remove the app from a workspace, or an org-wide one from the whole organisation.

    Tokens end, Home tabs and modals vanish, events go out. A workspace that has the app only
    through its organisation is taken out of the org-wide installation.
    Source: docs.slack.dev/reference/events/app_uninstalled
    """
    with slack.lock:
        installation = slack.state.installations.get(team_id)
        if installation is not None and installation.active:
            _end(slack, installation)
        elif not is_org(team_id):
            revoke_access(slack, [team_id])


def revoke(slack: Slack, token: Token) -> None:
    """End one token.

    Without its long-lived bot token an app is no longer installed; of rotating tokens only the
    given one ends.
    """
    with slack.lock:
        alone = token.rotates or token.exchanged
        if not alone and token.kind == "bot":
            uninstall(slack, token.team_id)
        elif not alone:
            installation = slack.state.known_installation(token.team_id)
            slack.emit_to(installation, [_revoked([token])], token.team_id)
        token.ended = tokens.REVOKED


def revoke_access(slack: Slack, team_ids: Iterable[str]) -> None:
    """Take the org-wide app out of workspaces; those that do not have it stay as they are.

    Source: docs.slack.dev/reference/events/team_access_revoked
    """
    with slack.lock:
        leaving: dict[str, list[str]] = {}
        for team_id in team_ids:
            installation = slack.state.org_installation(team_id)
            if installation is not None:
                leaving.setdefault(installation.team_id, []).append(team_id)
        for enterprise_id, revoked in leaving.items():
            installation = slack.state.installations[enterprise_id]
            _leave(slack, installation, revoked)
            event = {"type": "team_access_revoked", "team_ids": revoked}
            slack.emit_to(installation, [event], enterprise_id)


def _end(slack: Slack, installation: Installation) -> None:
    ended = tokens.end_all(slack, installation.team_id)
    if installation.is_org_wide:
        _leave(slack, installation, list(installation.granted_team_ids))
    installation.active = False
    _forget_views(slack, installation.team_id)
    slack.team_changed(installation.team_id)
    events: list[JSON] = [_revoked(ended), {"type": "app_uninstalled"}]
    slack.emit_to(installation, events, installation.team_id)


def _leave(slack: Slack, installation: Installation, team_ids: list[str]) -> None:
    for team_id in team_ids:
        installation.granted_team_ids.remove(team_id)
        if slack.state.installation(team_id) is None:
            _forget_views(slack, team_id)
        slack.team_changed(team_id)


def _revoked(ended: list[Token]) -> JSON:
    """Describe the event; docs.slack.dev/reference/events/tokens_revoked."""

    def owners(kind: str) -> list[str]:
        return list(dict.fromkeys(token.user_id for token in ended if token.kind == kind))

    return {"type": "tokens_revoked", "tokens": {"oauth": owners("user"), "bot": owners("bot")}}


def _forget_views(slack: Slack, team_id: str) -> None:
    state = slack.state
    state.views = {key: one for key, one in state.views.items() if one.team_id != team_id}
    state.homes = {person: view for person, view in state.homes.items() if view in state.views}
    state.stacks = {
        person: stack for person, stack in state.stacks.items() if set(stack) <= set(state.views)
    }
