"""Keeping what a consent gave us."""

from datetime import UTC, datetime
from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.installation_store import Installation as SlackInstallation

from installations import audit, effects
from installations.audit import AuditAction
from installations.effects import Effect
from installations.models import Installation, Workspace, WorkspaceState
from installations.services.lifecycle import wipe_superseded
from installations.services.workspaces import OPENED, lock_rows, lock_workspaces
from installations.speaking import bot_row_for

COMMON_TEXTS = ("app_id", "enterprise_name", "team_name")
BOT_TEXTS = ("bot_id", "bot_user_id")
INSTALLATION_TEXTS = (
    "enterprise_url",
    "incoming_webhook_channel",
    "incoming_webhook_channel_id",
    "incoming_webhook_configuration_url",
    "token_type",
)


class NoWorkingBotError(Exception):
    """The app is not installed where somebody wants to give it a token of theirs."""


@transaction.atomic
def complete_install(
    *, client_id: str, installation: SlackInstallation, linked_user_id: int | None = None
) -> Installation:
    """Keep the credentials, open or reopen the workspace, queue what it needs to get going.

    An org-wide installation opens no workspace itself: a task asks Slack where an admin of the
    organisation has added the app. One without a bot opens none either, because nobody could act
    there. Earlier installations stay as history, without the tokens that these replace.
    ``linked_user_id`` is kept if that user is still active staff.
    """
    row = record_installation(client_id=client_id, installation=installation)
    if not row.bot_token:
        return row
    wipe_superseded(row)
    row.workspace = _open_workspace(row) if row.team_id else None
    row.linked_user = _active_staff(linked_user_id)
    row.save(update_fields=["workspace", "linked_user"])
    _set_going(row)
    return row


@transaction.atomic
def complete_person(*, client_id: str, installation: SlackInstallation) -> Installation:
    """Keep one person's own token in a row of its own, in place of their older ones; bots stay.

    The bot's row and the workspace are locked, so that an uninstall comes before, and refuses, or
    after, and wipes.

    Raises:
        NoWorkingBotError: nothing is kept; the app cannot act there, for the team or its
            organisation, so it has no use for the token.
    """
    org_wide = bool(installation.is_enterprise_install)
    team_id = None if org_wide else installation.team_id
    find_bot = partial(
        bot_row_for,
        client_id=client_id,
        team_id=team_id,
        enterprise_id=installation.enterprise_id,
    )
    bot = find_bot()
    theirs = Q(client_id=client_id, team_id=team_id, user_id=installation.user_id)
    lock_rows(Installation.objects.filter(Q(pk=bot.pk if bot else None) | theirs))
    workspace = next(iter(lock_workspaces(Workspace.objects.filter(team_id=team_id))), None)
    closed = workspace and workspace.state != WorkspaceState.ACTIVE
    if closed or not find_bot():
        raise NoWorkingBotError
    row = _row_for(client_id, installation, user_id=installation.user_id)
    _set_person(row, installation)
    row.workspace = workspace
    row.save()
    wipe_superseded(row)
    _record(AuditAction.PERSON_AUTHORISED, row, scopes=_names(row.user_scopes))
    return row


def _set_going(row: Installation) -> None:
    if row.workspace:
        effects.enqueue(Effect.SET_UP_WORKSPACE, workspace_id=row.workspace.pk)
        action = AuditAction.WORKSPACE_INSTALLED
    else:
        effects.enqueue(Effect.CHECK_INSTALLATION, installation_id=row.pk)
        action = AuditAction.ORGANISATION_INSTALLED
    _record(action, row, scopes=_names(row.bot_scopes), linked_user_id=row.linked_user_id)


def _record(action: AuditAction, row: Installation, **details: object) -> None:
    audit.record(
        action,
        actor=row.user_id or audit.SYSTEM,
        workspace=row.workspace,
        enterprise_id=row.enterprise_id or "",
        installation_id=row.pk,
        **details,
    )


def _names(scopes: str) -> list[str]:
    return [name for name in scopes.split(",") if name]


def _active_staff(user_id: int | None) -> User | None:
    """Return the user as of now; an install takes minutes, in which rights can be taken away."""
    users = User.objects.filter(is_active=True, is_staff=True)
    return users.filter(pk=user_id).first() if user_id else None


def _open_workspace(row: Installation) -> Workspace:
    named = {"name": row.team_name} if row.team_name else {}
    workspace, _ = Workspace.objects.update_or_create(
        team_id=row.team_id,
        defaults={
            "enterprise_id": row.enterprise_id or "",
            **OPENED,
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
    _set_person(row, installation)
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


def _set_person(row: Installation, installation: SlackInstallation) -> None:
    _set_texts(row, installation, INSTALLATION_TEXTS)
    row.user_scopes = ",".join(installation.user_scopes or [])
    row.user_token_expires_at = _moment(installation.user_token_expires_at)
    row.user_refused_at = None
    row.seal("user_token", installation.user_token)
    row.seal("user_refresh_token", installation.user_refresh_token)
    row.seal("incoming_webhook_url", installation.incoming_webhook_url)


def _set_bot(row: Installation, source: SlackInstallation | Bot) -> None:
    _set_texts(row, source, BOT_TEXTS)
    row.bot_scopes = ",".join(source.bot_scopes or [])
    row.bot_token_expires_at = _moment(source.bot_token_expires_at)
    row.bot_refused_at = None
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
