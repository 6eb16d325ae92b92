"""The only writers of workspaces and installations."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.installation_store import Installation as SlackInstallation

from installations import effects
from installations.models import (
    Installation,
    InstallationQuerySet,
    Workspace,
    WorkspaceState,
)

COMMON_TEXTS = ("app_id", "enterprise_name", "team_name")
BOT_TEXTS = ("bot_id", "bot_user_id")
INSTALLATION_TEXTS = (
    "enterprise_url",
    "incoming_webhook_channel",
    "incoming_webhook_channel_id",
    "incoming_webhook_configuration_url",
    "token_type",
)
NO_BOT: dict[str, Any] = {"bot_token": "", "bot_refresh_token": "", "bot_token_expires_at": None}
NO_USER: dict[str, Any] = {
    "user_token": "",
    "user_refresh_token": "",
    "user_token_expires_at": None,
}


@transaction.atomic
def complete_install(*, client_id: str, installation: SlackInstallation) -> Installation:
    """Keep the credentials, open or reopen the workspace, queue what it needs to get going.

    An org-wide installation opens no workspace: its workspaces appear when they first speak.
    One without a bot opens none either, because nobody could act there.
    """
    row = record_installation(client_id=client_id, installation=installation)
    if row.team_id and row.bot_token:
        row.workspace = _open_workspace(row)
        row.save(update_fields=["workspace"])
        effects.enqueue(effects.Effect.SET_UP_WORKSPACE, workspace_id=row.workspace.pk)
    return row


def _open_workspace(row: Installation) -> Workspace:
    named = {"name": row.team_name} if row.team_name else {}
    workspace, _ = Workspace.objects.update_or_create(
        team_id=row.team_id,
        defaults={
            "enterprise_id": row.enterprise_id or "",
            "state": WorkspaceState.ACTIVE,
            **named,
        },
    )
    return workspace


@transaction.atomic
def record_installation(*, client_id: str, installation: SlackInstallation) -> Installation:
    """Insert the installation, or update the row with the same key and ``installed_at``.

    Token rotation saves again under the same ``installed_at``; that is an update, not an install.
    """
    row = _row_for(client_id, installation, user_id=installation.user_id)
    _set_texts(row, installation, INSTALLATION_TEXTS)
    row.user_scopes = ",".join(installation.user_scopes or [])
    row.user_token_expires_at = _moment(installation.user_token_expires_at)
    row.seal("user_token", installation.user_token)
    row.seal("user_refresh_token", installation.user_refresh_token)
    row.seal("incoming_webhook_url", installation.incoming_webhook_url)
    row.removed_at = None
    _set_bot(row, installation)
    row.save()
    return row


@transaction.atomic
def record_bot(*, client_id: str, bot: Bot) -> Installation:
    """Update the bot of the row with the same key and ``installed_at``, or insert one."""
    row = _row_for(client_id, bot, user_id=None)
    _set_bot(row, bot)
    row.save()
    return row


def wipe_bots(rows: InstallationQuerySet) -> None:
    """Make every bot credential of ``rows`` unrecoverable."""
    rows.update(**NO_BOT)


def wipe_users(rows: InstallationQuerySet) -> None:
    """Make every user credential of ``rows`` unrecoverable; the rows stay as history."""
    rows.update(**NO_USER, incoming_webhook_url="", removed_at=timezone.now())


def _row_for(
    client_id: str, source: SlackInstallation | Bot, *, user_id: str | None
) -> Installation:
    """Return the locked row that ``source`` updates, or a new one; ``user_id`` None is anybody."""
    org_wide = bool(source.is_enterprise_install)
    key = {
        "client_id": client_id,
        "enterprise_id": source.enterprise_id or None,
        # Some org-wide installs came with a team and were never found again:
        # github.com/slackapi/python-slack-sdk/issues/1639
        "team_id": None if org_wide else source.team_id or None,
        "installed_at": _moment(source.installed_at),
    }
    people = {} if user_id is None else {"user_id": user_id}
    found = Installation.objects.select_for_update().filter(**key, **people).first()
    row = found or Installation(**key, user_id=user_id or "")
    row.is_enterprise_install = org_wide
    _set_texts(row, source, COMMON_TEXTS)
    row.custom_values = source.custom_values
    return row


def _set_bot(row: Installation, source: SlackInstallation | Bot) -> None:
    _set_texts(row, source, BOT_TEXTS)
    row.bot_scopes = ",".join(source.bot_scopes or [])
    row.bot_token_expires_at = _moment(source.bot_token_expires_at)
    row.seal("bot_token", source.bot_token)
    row.seal("bot_refresh_token", source.bot_refresh_token)


def _set_texts(
    row: Installation, source: SlackInstallation | Bot, columns: tuple[str, ...]
) -> None:
    """Copy what Slack says as far as the columns can hold it; an install never fails by a name."""
    for column in columns:
        text = (getattr(source, column) or "").encode(errors="replace").decode()
        field = Installation._meta.get_field(column)  # noqa: SLF001  # Django's public API
        limit: int | None = getattr(field, "max_length", None)
        setattr(row, column, text.replace("\0", "")[:limit])


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)


def mark_needs_reauth(*, workspace_id: int, installed_at: float) -> None:
    """Keep that the workspace's token is dead, unless it was installed again since.

    ``installed_at`` is that of the installation whose token failed.
    """
    since = Installation.objects.filter(
        workspace=OuterRef("pk"), installed_at__gt=_moment(installed_at)
    )
    active = Workspace.objects.filter(~Exists(since), pk=workspace_id, state=WorkspaceState.ACTIVE)
    active.update(state=WorkspaceState.NEEDS_REAUTH)


def workspace_that_speaks(*, team_id: str, enterprise_id: str) -> Workspace:
    """Return the tenant of a verified request, opening it if an org-wide install covers it.

    Raises:
        ValueError: the request names no workspace.
    """
    if not team_id:
        raise ValueError("the request names no workspace")
    workspace, _ = Workspace.objects.get_or_create(
        team_id=team_id, defaults={"enterprise_id": enterprise_id}
    )
    return workspace
