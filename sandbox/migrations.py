"""A workspace moves into an organisation; docs.slack.dev/enterprise/grid-migration."""

from sandbox.errors import SlackError
from sandbox.slack import Slack
from sandbox.types import JSON
from sandbox.workspace import Enterprise, Team


def require_settled(slack: Slack, team_id: str) -> None:
    """Refuse with ``team_added_to_org`` while the workspace is moving."""
    team = slack.state.teams.get(team_id)
    if team is not None and team.migrating_to:
        raise SlackError("team_added_to_org")


def start(slack: Slack, team: Team, enterprise: Enterprise) -> None:
    """Begin; from now on the workspace is out of reach of the Web API.

    Source: docs.slack.dev/reference/events/grid_migration_started
    """
    with slack.lock:
        team.migrating_to = enterprise.enterprise_id
        slack.emit(team.team_id, [_event("grid_migration_started", enterprise.enterprise_id)])


def finish(slack: Slack, team: Team) -> None:
    """Make the workspace part of the organisation; its own installation stays as it is.

    Source: docs.slack.dev/reference/events/grid_migration_finished
    """
    with slack.lock:
        enterprise_id, team.migrating_to = team.migrating_to, ""
        if not enterprise_id:
            raise LookupError(f"{team.name} is not moving anywhere")
        team.enterprise_id = enterprise_id
        slack.team_changed(team.team_id)
        slack.emit(team.team_id, [_event("grid_migration_finished", enterprise_id)])


def _event(kind: str, enterprise_id: str) -> JSON:
    return {"type": kind, "enterprise_id": enterprise_id}
