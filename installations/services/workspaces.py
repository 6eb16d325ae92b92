"""What becomes of a workspace while it has the app."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from installations import audit, effects
from installations.audit import AuditAction
from installations.models import Installation, InstallationQuerySet, Workspace, WorkspaceState

# What is true of a workspace that just got the app, again or for the first time
OPENED: dict[str, Any] = {
    "state": WorkspaceState.ACTIVE,
    "uninstalled_at": None,
    "purged_at": None,
    "api_error": "",
    "api_error_at": None,
}
EVENT_SEEN_EVERY = timedelta(minutes=5)  # a write per event would make the row a hot spot


class NoWorkspaceError(ValueError):
    """A request belongs to no workspace that we could name."""


def workspace_that_speaks(*, client_id: str, team_id: str, enterprise_id: str) -> Workspace:
    """Return the tenant of a verified request, opening it if an org-wide install covers it.

    A workspace with an install of its own belongs to the organisation that install names: with a
    Slack Connect guest's click comes the guest's organisation.

    Raises:
        NoWorkspaceError: the request names none.
    """
    if not team_id:
        raise NoWorkspaceError("the request names no workspace")
    workspace = Workspace.objects.filter(team_id=team_id).first()
    if workspace is None:
        workspace = _open_late(client_id, team_id, enterprise_id)
    _note_event(workspace)
    return workspace


def _open_late(client_id: str, team_id: str, enterprise_id: str) -> Workspace:
    """Open a workspace that speaks before Slack told of it; its organisation is asked about it."""
    own = Installation.objects.filter(client_id=client_id, team_id=team_id).with_bot().newest()
    home = (own.enterprise_id or "") if own else enterprise_id
    name = own.team_name if own else ""
    workspace, is_new = Workspace.objects.get_or_create(
        team_id=team_id, defaults={"enterprise_id": home, "name": name}
    )
    if is_new and own is None:
        _welcome(workspace)
        for row in org_bots(client_id, home).order_by("-installed_at", "-pk")[:1]:
            effects.enqueue(effects.Effect.CHECK_INSTALLATION, installation_id=row.pk)
    return workspace


def _note_event(workspace: Workspace) -> None:
    before = timezone.now() - EVENT_SEEN_EVERY
    if workspace.last_event_at is None or workspace.last_event_at < before:
        unseen = Q(last_event_at=None) | Q(last_event_at__lt=before)
        seen = Workspace.objects.filter(unseen, pk=workspace.pk)
        seen.update(last_event_at=timezone.now())


def note_api_error(*, workspace_id: int, code: str) -> None:
    """Keep Slack's last refusal for whoever looks after the workspace."""
    Workspace.objects.filter(pk=workspace_id).update(
        api_error=code[:64], api_error_at=timezone.now()
    )


def speaking_through(row: Installation) -> QuerySet[Workspace]:
    """Return the workspaces whose bot has these credentials; none once newer ones replaced them."""
    if newer_bots(row).exists():
        return Workspace.objects.none()
    return covered_by(row)


def covered_by(row: Installation) -> QuerySet[Workspace]:
    """Return the workspaces that these credentials are for, were they the newest."""
    if row.team_id:
        return Workspace.objects.filter(team_id=row.team_id)
    own = Installation.objects.filter(client_id=row.client_id, team_id=OuterRef("team_id"))
    covered = Workspace.objects.filter(enterprise_id=row.enterprise_id or "-")
    return covered.filter(~Exists(own.with_bot()))


def newer_bots(row: Installation) -> InstallationQuerySet:
    mates = Installation.objects.sharing_tenant(row)
    return mates.filter(installed_at__gt=row.installed_at).with_bot()


def org_bots(client_id: str, enterprise_id: str) -> InstallationQuerySet:
    """Return the org-wide credentials of an organisation; of none where it has no id."""
    return Installation.objects.filter(client_id=client_id).org_wide(enterprise_id).speaking()


def lock_rows(rows: InstallationQuerySet) -> list[int]:
    """Return the ids of the rows, locked in one order; a refresh under way ends first.

    Whoever locks installations and workspaces locks the installations first.
    """
    locked = rows.select_for_update(of=("self",)).order_by("pk")
    return list(locked.values_list("pk", flat=True))


def lock_workspaces(workspaces: QuerySet[Workspace]) -> list[Workspace]:
    """Return them locked, in one order for everybody: two that cross would wait for ever.

    Not as for a deletion, or every new row that belongs to the workspace would wait as well.
    """
    return list(workspaces.select_for_update(of=("self",), no_key=True).order_by("pk"))


@transaction.atomic
def mark_needs_reauth(*, installation_id: int, code: str, sealed: str) -> None:
    """Keep that Slack refuses a bot token, unless the app was installed again since.

    ``sealed`` is the token as it was stored when Slack was asked: of one that was replaced since,
    or is being replaced, nothing is kept. Nothing is wiped: only Slack's own word that the app was
    removed does that, and ``recover`` takes the mark back.
    """
    rows = Installation.objects.select_for_update(of=("self",), skip_locked=True)
    row = rows.filter(pk=installation_id, bot_token=sealed).with_bot().first()
    if row is None:
        return
    for workspace in lock_workspaces(speaking_through(row).filter(state=WorkspaceState.ACTIVE)):
        require_reauth(workspace, code)


def require_reauth(workspace: Workspace, code: str) -> None:
    """Mark a locked workspace as one whose bot Slack refuses; must run in a transaction."""
    workspace.state = WorkspaceState.NEEDS_REAUTH
    workspace.save(update_fields=["state"])
    audit.record(
        AuditAction.WORKSPACE_NEEDS_REAUTH, actor=audit.SYSTEM, workspace=workspace, code=code
    )


@transaction.atomic
def recover(*, installation_id: int) -> None:
    """Open again the workspaces whose bot Slack accepts after all."""
    row = Installation.objects.select_for_update(of=("self",)).get(pk=installation_id)
    if row.bot_token and not row.bot_refused_at:
        marked = speaking_through(row).filter(state=WorkspaceState.NEEDS_REAUTH)
        for workspace in lock_workspaces(marked):
            workspace.state = WorkspaceState.ACTIVE
            workspace.api_error, workspace.api_error_at = "", None
            workspace.save(update_fields=["state", "api_error", "api_error_at"])
            audit.record(AuditAction.WORKSPACE_RECOVERED, actor=audit.SYSTEM, workspace=workspace)


@transaction.atomic
def follow_enterprise(*, team_id: str, enterprise_id: str) -> None:
    """Keep which organisation a workspace belongs to now; its installations stay as they are."""
    moved = Workspace.objects.filter(team_id=team_id).exclude(enterprise_id=enterprise_id)
    for workspace in lock_workspaces(moved):
        before, workspace.enterprise_id = workspace.enterprise_id, enterprise_id
        workspace.save(update_fields=["enterprise_id"])
        audit.record(
            AuditAction.WORKSPACE_MIGRATED,
            actor=audit.SYSTEM,
            workspace=workspace,
            before=before,
        )


@transaction.atomic
def grant_access(
    *, client_id: str, enterprise_id: str, team_ids: Iterable[str], names: dict[str, str]
) -> None:
    """Open the workspaces to which an organisation's admin added the app, and set them up.

    ``names`` by team id, as far as they are known. A workspace that is open already, because it
    spoke first or has an install of its own, only follows its organisation. Nothing opens where
    the organisation has no bot (any more): Slack tells late and in any order.
    """
    if not lock_rows(org_bots(client_id, enterprise_id)):
        return
    named = {team_id: names.get(team_id, "")[:255] for team_id in sorted(set(team_ids))}
    missing = [
        Workspace(team_id=team_id, enterprise_id=enterprise_id, state=WorkspaceState.UNINSTALLED)
        for team_id in named
    ]
    Workspace.objects.bulk_create(missing, ignore_conflicts=True)
    for workspace in lock_workspaces(Workspace.objects.filter(team_id__in=named)):
        _admit(workspace, enterprise_id, named[workspace.team_id])


def _admit(workspace: Workspace, enterprise_id: str, name: str) -> None:
    """Have a locked workspace follow its organisation, and open it if it was closed."""
    before = (workspace.enterprise_id, workspace.name, workspace.state)
    was_closed = workspace.state == WorkspaceState.UNINSTALLED
    workspace.enterprise_id, workspace.name = enterprise_id, name or workspace.name
    if was_closed:
        for column, value in OPENED.items():
            setattr(workspace, column, value)
    if before != (workspace.enterprise_id, workspace.name, workspace.state):
        workspace.save(update_fields=["enterprise_id", "name", *OPENED])
    if was_closed:
        _welcome(workspace)


def _welcome(workspace: Workspace) -> None:
    audit.record(AuditAction.ACCESS_GRANTED, actor=audit.SYSTEM, workspace=workspace)
    effects.enqueue(effects.Effect.SET_UP_WORKSPACE, workspace_id=workspace.pk)
