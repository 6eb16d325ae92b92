"""Leaving from our side, and what becomes of a workspace's content afterwards."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from installations import audit, effects
from installations.audit import AuditAction
from installations.models import Installation, Workspace, WorkspaceState
from installations.services.lifecycle import close, close_covered, wipe_all
from installations.services.workspaces import lock_rows, lock_workspaces, org_bots

NAMELESS: dict[str, Any] = {
    "team_name": "",
    "enterprise_name": "",
    "enterprise_url": "",
    "incoming_webhook_channel": "",
    "incoming_webhook_channel_id": "",
    "incoming_webhook_configuration_url": "",
    "custom_values": {},
}
GIVEN_UP_AFTER = timedelta(days=1)  # telling Slack that we leave


class LifecycleRefusedError(Exception):
    """What somebody asked for is not done; ``str()`` is the sentence they read."""


class StillInstalledError(LifecycleRefusedError):
    def __init__(self) -> None:
        super().__init__("Uninstall the app from this workspace first.")


class CoveredByOrganisationError(LifecycleRefusedError):
    def __init__(self) -> None:
        super().__init__(
            "This workspace has the app through its organisation. Uninstall it for the whole "
            "organisation, or have an organisation admin take it from this workspace in Slack."
        )


@transaction.atomic
def request_uninstall(*, workspace: Workspace, actor: str) -> None:
    """Close the workspace at once; the worker tells Slack, then wipes the tokens.

    Raises:
        CoveredByOrganisationError: its bot is that of a whole organisation.
    """
    rows = Installation.objects.filter(client_id=settings.SLACK_CLIENT_ID)
    own = lock_rows(rows.filter(team_id=workspace.team_id).with_bot())
    if not own and org_bots(settings.SLACK_CLIENT_ID, workspace.enterprise_id).exists():
        raise CoveredByOrganisationError
    [locked] = lock_workspaces(Workspace.objects.filter(pk=workspace.pk))
    audit.record(AuditAction.UNINSTALL_REQUESTED, actor=actor, workspace=locked)
    _have_slack_told(own)
    close(locked, actor=actor)


@transaction.atomic
def request_uninstall_organisation(*, installation: Installation, actor: str) -> None:
    """Close every workspace that speaks through an org-wide installation; else as above."""
    client_id, enterprise_id = installation.client_id, installation.enterprise_id or ""
    audit.record(AuditAction.UNINSTALL_REQUESTED, actor=actor, enterprise_id=enterprise_id)
    _have_slack_told(lock_rows(org_bots(client_id, enterprise_id)))
    close_covered(client_id, enterprise_id, actor=actor)


def _have_slack_told(installation_ids: list[int]) -> None:
    Installation.objects.filter(pk__in=installation_ids).update(leaving_at=timezone.now())
    for installation_id in installation_ids:
        effects.enqueue(effects.Effect.REVOKE_INSTALLATION, installation_id=installation_id)


@transaction.atomic
def finish_uninstall(*, installation_id: int, slack_knows: bool) -> None:
    """Wipe an installation that somebody asked to end, and say, once, whether Slack was told."""
    row = Installation.objects.get(pk=installation_id)
    if not wipe_all(Installation.objects.sharing_tenant(row), row.installed_at):
        return
    audit.record(
        AuditAction.TOKENS_REVOKED,
        actor=audit.SYSTEM,
        workspace=Workspace.objects.filter(team_id=row.team_id).first(),
        enterprise_id=row.enterprise_id or "",
        slack_knows=slack_knows,
    )


def unfinished_uninstalls() -> QuerySet[Installation]:
    """Return the installations that should have been wiped after Slack was told.

    The wake-up was lost, or Slack has been out of reach.
    """
    rows = Installation.objects.filter(client_id=settings.SLACK_CLIENT_ID).with_bot()
    return rows.exclude(leaving_at=None).order_by("leaving_at")


@transaction.atomic
def request_purge(*, workspace: Workspace, actor: str) -> None:
    """Have the workspace's content purged now, without waiting for the grace.

    Raises:
        StillInstalledError: it has the app.
    """
    [locked] = lock_workspaces(Workspace.objects.filter(pk=workspace.pk))
    if locked.state != WorkspaceState.UNINSTALLED:
        raise StillInstalledError
    audit.record(AuditAction.PURGE_REQUESTED, actor=actor, workspace=locked)
    effects.enqueue(effects.Effect.PURGE_WORKSPACE, workspace_id=locked.pk)


def due_for_purge(*, grace: timedelta) -> QuerySet[Workspace]:
    """Return the workspaces whose content has outlived ``grace`` since they were uninstalled."""
    return Workspace.objects.filter(
        state=WorkspaceState.UNINSTALLED,
        uninstalled_at__lt=timezone.now() - grace,
        purged_at=None,
    )


def lock_for_purge(*, workspace_id: int) -> Workspace | None:
    """Return the workspace locked, if its content may go: it left, and was not purged since.

    Must run in a transaction. Its installations are locked first, as everybody does.
    """
    team_id = Workspace.objects.values_list("team_id", flat=True).get(pk=workspace_id)
    lock_rows(Installation.objects.filter(team_id=team_id))
    [workspace] = lock_workspaces(Workspace.objects.filter(pk=workspace_id))
    left = workspace.state == WorkspaceState.UNINSTALLED
    return workspace if left and not workspace.purged_at else None


def forget_names(*, workspace: Workspace) -> None:
    """Blank what the cellar keeps of a purged workspace beside ids; must run in a transaction.

    The name of its organisation goes with the last of the organisation's workspaces.
    """
    workspace.name, workspace.settings, workspace.purged_at = "", {}, timezone.now()
    workspace.save(update_fields=["name", "settings", "purged_at"])
    Installation.objects.filter(team_id=workspace.team_id).update(**NAMELESS)
    _forget_organisation(workspace.enterprise_id)
    effects.forget_jobs(workspace_id=workspace.pk)
    effects.enqueue(effects.Effect.FORGET_DELIVERIES, team_id=workspace.team_id)
    audit.record(AuditAction.WORKSPACE_PURGED, actor=audit.SYSTEM, workspace=workspace)


def _forget_organisation(enterprise_id: str) -> None:
    kept = Workspace.objects.filter(enterprise_id=enterprise_id, purged_at=None)
    rows = Installation.objects.org_wide(enterprise_id)
    if not kept.exists() and not rows.with_bot().exists():
        rows.update(**NAMELESS)
