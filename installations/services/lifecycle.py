"""The end of credentials: wiped at once, and the workspace closed when nothing is left."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from installations import audit, effects
from installations.audit import AuditAction
from installations.models import Installation, InstallationQuerySet, Workspace, WorkspaceState
from installations.services.workspaces import (
    covered_by,
    lock_rows,
    lock_workspaces,
    newer_bots,
    org_bots,
    require_reauth,
)

NO_BOT: dict[str, Any] = {"bot_token": "", "bot_refresh_token": "", "bot_token_expires_at": None}
NO_USER: dict[str, Any] = {
    "user_token": "",
    "user_refresh_token": "",
    "user_token_expires_at": None,
}


def wipe_bots(rows: InstallationQuerySet) -> None:
    """Make every bot credential of ``rows`` unrecoverable."""
    rows.update(**NO_BOT)


def wipe_users(rows: InstallationQuerySet) -> None:
    """Make every user credential of ``rows`` unrecoverable; the rows stay as history."""
    rows.update(**NO_USER, incoming_webhook_url="", removed_at=timezone.now())


def wipe_superseded(row: Installation) -> None:
    """Wipe the older tokens that a new consent replaces: what Slack no longer gives out.

    A bot's by a bot's of the same team or organisation, a person's by that person's.
    """
    mates = Installation.objects.sharing_tenant(row)
    older = mates.filter(installed_at__lt=row.installed_at)
    if row.bot_token:
        wipe_bots(_locked(older.with_bot()))
    if row.user_token:
        own = older.filter(user_id=row.user_id).with_user_token()
        _locked(own).update(**NO_USER)


@transaction.atomic
def end_team(*, client_id: str, team_id: str, happened_at: datetime) -> Installation | None:
    """Wipe what a team's installations held when it removed the app, and close it.

    Slack tells late, repeatedly and in any order. An install after ``happened_at`` (whole seconds
    of Slack's clock) is left alone, and so is that of the team's organisation. Returns what was
    left, for somebody to ask Slack whether it still works: clocks differ.
    """
    rows = Installation.objects.filter(client_id=client_id, team_id=team_id)
    wipe_all(rows, happened_at)
    workspace = next(iter(lock_workspaces(Workspace.objects.filter(team_id=team_id))), None)
    home = workspace.enterprise_id if workspace else ""
    left = rows.with_bot().newest() or org_bots(client_id, home).newest()
    if left is None and workspace:
        close(workspace, actor=audit.SYSTEM)
    return left


@transaction.atomic
def end_organisation(
    *, client_id: str, enterprise_id: str, happened_at: datetime
) -> Installation | None:
    """Do for an org-wide installation, and every workspace it spoke for, what ``end_team`` does."""
    rows = Installation.objects.filter(client_id=client_id).org_wide(enterprise_id)
    had_bot = wipe_all(rows, happened_at)
    left = rows.with_bot().newest()
    closed = 0 if left else close_covered(client_id, enterprise_id, actor=audit.SYSTEM)
    if had_bot or closed:
        audit.record(
            AuditAction.ORGANISATION_UNINSTALLED, actor=audit.SYSTEM, enterprise_id=enterprise_id
        )
    return left


@transaction.atomic
def revoke_tokens(
    *,
    rows: InstallationQuerySet,
    bot_user_ids: list[str],
    user_ids: list[str],
    happened_at: datetime,
) -> Installation | None:
    """Wipe the tokens that Slack revoked; return newer bot credentials, which are left alone.

    A workspace whose bot lost its token cannot speak until somebody installs the app again. That
    it was uninstalled is another event's to say.
    """
    bots = Q(bot_user_id__in=bot_user_ids) & ~Q(bot_token="")
    users = Q(user_id__in=user_ids) & ~Q(user_token="")
    for row in _locked(_until(rows, happened_at).filter(bots | users)).order_by("pk"):
        _revoke(
            row,
            bot=bool(row.bot_token) and row.bot_user_id in bot_user_ids,
            user=bool(row.user_token) and row.user_id in user_ids,
        )
    return rows.filter(bot_user_id__in=bot_user_ids).with_bot().newest()


def _revoke(row: Installation, *, bot: bool, user: bool) -> None:
    this = Installation.objects.filter(pk=row.pk)
    if bot:
        wipe_bots(this)
        _close_mouths(row)
    if user:
        wipe_users(this)
    audit.record(
        AuditAction.TOKENS_REVOKED,
        actor=audit.SYSTEM,
        workspace=Workspace.objects.filter(team_id=row.team_id).first(),
        enterprise_id=row.enterprise_id or "",
        bot=bot,
        user_id=row.user_id if user else "",
    )


def _close_mouths(row: Installation) -> None:
    """Mark the workspaces that no other bot can speak in, now that this row's is wiped."""
    active = covered_by(row).filter(state=WorkspaceState.ACTIVE)
    for workspace in lock_workspaces(active):
        own = Installation.objects.filter(client_id=row.client_id, team_id=workspace.team_id)
        shared = org_bots(row.client_id, workspace.enterprise_id)
        if not (own.with_bot().exists() or shared.exists()):
            require_reauth(workspace, "token_revoked")


@transaction.atomic
def revoke_access(*, client_id: str, enterprise_id: str, team_ids: list[str]) -> None:
    """Close the workspaces from which an organisation's admin took the app."""
    _take_access(_covered(client_id, enterprise_id, Q(team_id__in=team_ids)))


@transaction.atomic
def keep_access(*, client_id: str, enterprise_id: str, team_ids: list[str]) -> None:
    """Close the workspaces that are not among those in which the organisation has the app."""
    _take_access(_covered(client_id, enterprise_id, ~Q(team_id__in=team_ids)))


def _take_access(workspaces: list[Workspace]) -> None:
    for workspace in workspaces:
        audit.record(AuditAction.ACCESS_REVOKED, actor=audit.SYSTEM, workspace=workspace)
        close(workspace, actor=audit.SYSTEM)


def note_lost_access(*, client_id: str, workspace_id: int) -> None:
    """Close a workspace of which Slack says that its organisation's app may not act there."""
    workspace = Workspace.objects.get(pk=workspace_id)
    revoke_access(
        client_id=client_id,
        enterprise_id=workspace.enterprise_id,
        team_ids=[workspace.team_id],
    )


def close(workspace: Workspace, *, actor: str) -> None:
    """Mark a locked workspace uninstalled and stop its jobs; once is enough.

    The grace before its content is purged begins now, however late we were told.
    """
    if workspace.state == WorkspaceState.UNINSTALLED:
        return
    workspace.state, workspace.uninstalled_at = WorkspaceState.UNINSTALLED, timezone.now()
    workspace.save(update_fields=["state", "uninstalled_at"])
    effects.cancel_jobs(workspace_id=workspace.pk)
    effects.enqueue(effects.Effect.STOP_WORKSPACE, workspace_id=workspace.pk)
    audit.record(AuditAction.WORKSPACE_UNINSTALLED, actor=actor, workspace=workspace)


@transaction.atomic
def end_dead(*, installation_id: int) -> None:
    """Believe an uninstall that seemed late, now that Slack has refused the token, too."""
    row = Installation.objects.get(pk=installation_id)
    now = max(timezone.now(), row.installed_at)  # clocks differ
    if newer_bots(row).exists():
        return
    if row.team_id:
        end_team(client_id=row.client_id, team_id=row.team_id, happened_at=now)
    elif row.enterprise_id:
        end_organisation(client_id=row.client_id, enterprise_id=row.enterprise_id, happened_at=now)


def wipe_all(rows: InstallationQuerySet, happened_at: datetime) -> bool:
    """Wipe every secret of the rows installed until then; return whether there was a bot's.

    The rows are looked up again behind the locks: what a consent added meanwhile goes, too.
    """
    old = _until(rows, happened_at)
    lock_rows(old)
    had_bot = old.with_bot().exists()
    gone_since = Coalesce("removed_at", timezone.now())
    old.update(**NO_BOT, **NO_USER, incoming_webhook_url="", removed_at=gone_since)
    return had_bot


def _until(rows: InstallationQuerySet, happened_at: datetime) -> InstallationQuerySet:
    """Return the rows installed before, or within the second of, an event of Slack's."""
    return rows.filter(installed_at__lt=happened_at.replace(microsecond=0) + timedelta(seconds=1))


def _locked(rows: InstallationQuerySet) -> InstallationQuerySet:
    return Installation.objects.filter(pk__in=lock_rows(rows))


def _covered(client_id: str, enterprise_id: str, which: Q) -> list[Workspace]:
    """Return the open workspaces of an organisation that have no install of their own, locked.

    Their own are looked up behind the lock: an install that it waited for counts.
    """
    theirs = Workspace.objects.filter(which, enterprise_id=enterprise_id or "-")
    locked = lock_workspaces(theirs.exclude(state=WorkspaceState.UNINSTALLED))
    team_ids = [workspace.team_id for workspace in locked]
    own = Installation.objects.filter(client_id=client_id, team_id__in=team_ids).with_bot()
    speaking = set(own.values_list("team_id", flat=True))
    return [workspace for workspace in locked if workspace.team_id not in speaking]


def close_covered(client_id: str, enterprise_id: str, *, actor: str) -> int:
    """Close an organisation's workspaces that have no install of their own; return how many."""
    covered = _covered(client_id, enterprise_id, Q())
    for workspace in covered:
        close(workspace, actor=actor)
    return len(covered)
