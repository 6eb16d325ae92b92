"""Organisations with several workspaces (Enterprise Grid), and what their admins do."""

from collections.abc import Iterable, Sequence

from sandbox import conversations
from sandbox.grants import Installation
from sandbox.slack import Slack
from sandbox.workspace import Enterprise, Team, User


def create(slack: Slack, name: str, teams: Sequence[Team], admin_ids: Sequence[str]) -> Enterprise:
    """Add an organisation that has these workspaces.

    Without ``admin_ids`` the admins of its workspaces are the admins of the organisation.
    """
    with slack.lock:
        enterprise = Enterprise(slack.ids.new("E"), name, name.lower().replace(" ", "-"))
        slack.state.enterprises[enterprise.enterprise_id] = enterprise
        for team in teams:
            team.enterprise_id = enterprise.enterprise_id
        enterprise.admin_ids = list(admin_ids) or _admins(slack, teams)
        return enterprise


def grant_access(slack: Slack, team_ids: Iterable[str]) -> None:
    """Add the org-wide app to workspaces; those that have it already stay as they are.

    Source: docs.slack.dev/reference/events/team_access_granted

    Raises:
        LookupError: the workspace belongs to no organisation with the app.
    """
    with slack.lock:
        joining: dict[str, list[str]] = {}
        for team_id in team_ids:
            installation = _wide(slack, team_id)
            if team_id not in installation.granted_team_ids:
                joining.setdefault(installation.team_id, []).append(team_id)
        for enterprise_id, granted in joining.items():
            installation = slack.state.installations[enterprise_id]
            for team_id in granted:
                _enter(slack, installation, team_id)
            event = {"type": "team_access_granted", "team_ids": granted}
            slack.emit_to(installation, [event], enterprise_id)


def add_member(slack: Slack, user: User, team: Team) -> None:
    """Let somebody into a further workspace of their organisation; they keep their id.

    Raises:
        LookupError: the workspace is not of their organisation.
    """
    with slack.lock:
        home = slack.state.teams[user.team_id]
        if not home.enterprise_id or team.enterprise_id != home.enterprise_id:
            raise LookupError(f"{team.name} and {home.name} belong to no common organisation")
        user.also_in = [*user.also_in, team.team_id]
        for channel in slack.state.channels_of(team.team_id):
            if channel.is_general:
                conversations.join(slack, channel, user.user_id)
        slack.team_changed(team.team_id)


def _wide(slack: Slack, team_id: str) -> Installation:
    team = slack.state.teams[team_id]
    installation = slack.state.installations.get(team.enterprise_id)
    if installation is None or not installation.active:
        raise LookupError(f"{team.name} belongs to no organisation that has the app")
    return installation


def _enter(slack: Slack, installation: Installation, team_id: str) -> None:
    installation.granted_team_ids.append(team_id)
    conversations.open_ims(slack, installation.bot_user_id, team_id)
    slack.team_changed(team_id)


def _admins(slack: Slack, teams: Sequence[Team]) -> list[str]:
    people = (person for team in teams for person in slack.state.people_of(team.team_id))
    return [person.user_id for person in people if person.is_admin]
