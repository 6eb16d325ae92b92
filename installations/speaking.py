"""Which credentials speak in a team: its own, or those of its organisation."""

from django.db.models import F, Q

from installations.models import Installation, Workspace, WorkspaceState


def is_team(team_id: str | None) -> bool:
    """Return whether Slack's id is a workspace's; org-wide requests carry the organisation's."""
    return bool(team_id) and not str(team_id).startswith("E")


def bot_row_for(
    *, client_id: str, team_id: str | None, enterprise_id: str | None
) -> Installation | None:
    """Return the newest credentials with a bot for a team, or None; two queries.

    A team is known by its id alone: its organisation changes when it moves into Enterprise Grid,
    and with a Slack Connect guest's click comes the guest's organisation. So what we know of a
    team goes before what a request says of it, and a team's own bot before its organisation's.
    """
    known = Workspace.objects.filter(team_id=team_id).first() if is_team(team_id) else None
    if known and known.state == WorkspaceState.UNINSTALLED:
        return None
    home = known.enterprise_id if known else enterprise_id
    rows = Installation.objects.filter(_spoken_for(team_id, home), client_id=client_id).speaking()
    return rows.order_by(F("team_id").asc(nulls_last=True), "-installed_at", "-pk").first()


def _spoken_for(team_id: str | None, enterprise_id: str | None) -> Q:
    own = Q(team_id=team_id) if is_team(team_id) else Q(pk__in=[])
    if not enterprise_id:
        return own
    return own | Q(team_id=None, enterprise_id=enterprise_id, is_enterprise_install=True)
