"""Replacing a token before it expires, once, whoever asks and how many at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from installations import audit, effects
from installations.audit import AuditAction
from installations.errors import NotInstalledError, TemporaryError
from installations.models import (
    Installation,
    InstallationQuerySet,
    Workspace,
    WorkspaceState,
    confirm_keys,
)
from installations.services.workspaces import (
    covered_by,
    lock_workspaces,
    require_reauth,
    speaking_through,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """The columns of one of an installation's two tokens."""

    name: str

    @property
    def token(self) -> str:
        return f"{self.name}_token"

    @property
    def refresh_token(self) -> str:
        return f"{self.name}_refresh_token"

    @property
    def expires_at(self) -> str:
        return f"{self.name}_token_expires_at"

    @property
    def refused_at(self) -> str:
        return f"{self.name}_refused_at"

    def rotates(self, row: Installation) -> bool:
        return bool(getattr(row, self.refresh_token))

    def lives_on(self, row: Installation, ahead: timedelta) -> bool:
        """Return whether the token works for ``ahead`` longer; one that never expires does."""
        expires_at: datetime | None = getattr(row, self.expires_at)
        return expires_at is None or expires_at > timezone.now() + ahead


BOT, USER = Kind("bot"), Kind("user")


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What Slack gives for a refresh token; ``expires_in`` is in seconds."""

    token: str
    refresh_token: str
    expires_in: int


Ask = Callable[[str], Refreshed]


def refresh(
    *, installation_id: int, kind: Kind, ahead: timedelta, ask: Ask, patience: float
) -> Installation:
    """Return the row with a token that lives ``ahead`` longer, asking Slack if it does not.

    A refresh token works once. So ``ask`` runs under the row's lock, in a transaction that does
    nothing else: whoever waited for the lock finds the new token and asks no more. Nobody gets
    the new token before it is committed. Waits ``patience`` seconds for the lock, none if 0.

    Raises:
        NotInstalledError: the refresh token is dead; that is kept, and told once.
        RejectedError: Slack refuses for a reason that is not this token's.
        TemporaryError: Slack did not answer, or another refresh did not end in time.
        WrongKeyError: this process could not keep the new token, so Slack was not asked.
        RuntimeError: called inside a transaction, which would hold its locks during the call.
    """
    refusal: NotInstalledError | None = None
    with transaction.atomic(durable=True):
        row = _locked(installation_id, patience)
        if not kind.rotates(row) or getattr(row, kind.refused_at) or kind.lives_on(row, ahead):
            return row
        try:
            confirm_keys(row.SEALED[kind.token])  # a token that we could not keep would be lost
            _keep(row, kind, ask(row.reveal(kind.refresh_token) or ""))
        except NotInstalledError as refused:
            _refuse(row, kind, refused.code)
            refusal = refused
    if refusal:
        raise refusal
    return row


def expiring(*, client_id: str, kind: Kind, ahead: timedelta) -> QuerySet[Installation]:
    """Return the rows whose token needs a refresh soon; an index finds them."""
    due = Installation.objects.filter(
        **{f"{kind.expires_at}__lt": timezone.now() + ahead, kind.refused_at: None}
    ).exclude(**{kind.refresh_token: ""})
    return due.filter(client_id=client_id).order_by(kind.expires_at)


def _locked(installation_id: int, patience: float) -> Installation:
    rows = Installation.objects.filter(pk=installation_id)
    try:
        with transaction.atomic():  # a lock not got must not spoil the rest
            return _lock(rows, patience)
    except OperationalError as failed:
        if isinstance(failed.__cause__, LockNotAvailable):
            raise TemporaryError("refresh_under_way") from failed
        raise


def _lock(rows: InstallationQuerySet, patience: float) -> Installation:
    locked = rows.select_for_update(of=("self",), nowait=not patience)
    if not patience:
        return locked.get()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {max(1, int(patience * 1000))}")  # 0 is for ever
        row = locked.get()
        cursor.execute("SET LOCAL lock_timeout = DEFAULT")  # what Slack answers must be kept
    return row


def _keep(row: Installation, kind: Kind, refreshed: Refreshed) -> None:
    row.seal(kind.token, refreshed.token)
    row.seal(kind.refresh_token, refreshed.refresh_token)
    expires_at = timezone.now() + timedelta(seconds=refreshed.expires_in)
    setattr(row, kind.expires_at, expires_at)
    row.save(update_fields=[kind.token, kind.refresh_token, kind.expires_at])


def _refuse(row: Installation, kind: Kind, code: str) -> None:
    """Keep that this refresh token is spent or dead; the data stays, the person is told once."""
    setattr(row, kind.refused_at, timezone.now())
    row.save(update_fields=[kind.refused_at])
    concerned = speaking_through(row) if kind == BOT else covered_by(row)
    workspaces = lock_workspaces(concerned.filter(state=WorkspaceState.ACTIVE))
    audit.record(
        AuditAction.TOKEN_REFUSED,
        actor=audit.SYSTEM,
        workspace=workspaces[0] if row.team_id and workspaces else None,
        enterprise_id=row.enterprise_id or "",
        token=kind.name,
        user_id=row.user_id,
        code=code,
    )
    for workspace in workspaces if kind == BOT else ():
        require_reauth(workspace, code)
    for workspace in workspaces[:1]:  # one person is told, once, for a whole organisation
        _tell(workspace, row, kind)


def _tell(workspace: Workspace, row: Installation, kind: Kind) -> None:
    if kind == BOT:
        effects.enqueue(effects.Effect.TELL_REAUTH, workspace_id=workspace.pk)
    else:
        effects.enqueue(
            effects.Effect.TELL_REAUTH_PERSON, workspace_id=workspace.pk, user_id=row.user_id
        )
