"""Fills the tables with workspaces by the thousand, past the services that take them one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import connection

from installations.models import Installation, Workspace, confirm_keys

OF_AN_ORGANISATION = 300  # workspaces
SUPERSEDED, USERS = 5, 20  # rows of a crowded workspace, beside the one that speaks
BATCH = 2000  # rows
TABLES = ("installations_workspace", "installations_installation")
NOW = datetime.now(UTC)


class Kind(StrEnum):
    """How a workspace comes to its bot."""

    OWN = "own install"
    ORGANISATION = "its organisation's install"
    CROWDED = "own install in an organisation, 5 older ones, 20 people's tokens"


@dataclass(frozen=True, slots=True)
class Tenant:
    """A workspace and the credentials that speak there."""

    workspace: Workspace
    bot: Installation


def use(schema: str) -> None:
    """Read and write the workspaces of that schema from now on, once ``fill`` has made it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path TO {schema}, public")


def fill(schema: str, count: int, kinds: Sequence[Kind]) -> dict[Kind, list[Tenant]]:
    """Leave ``count`` workspaces in tables of their own, their kinds in turn; return them by kind.

    So every number of workspaces is there at the same time, and can be measured in turn.
    """
    _create(schema)
    use(schema)
    workspaces = Workspace.objects.bulk_create(
        [_workspace(number, kinds[number % len(kinds)]) for number in range(count)], BATCH
    )
    tenants = _install(workspaces, kinds)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")
    return tenants


def _create(schema: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
        for table in TABLES:
            cursor.execute(f"CREATE TABLE {schema}.{table} (LIKE public.{table} INCLUDING ALL)")


def _install(workspaces: Sequence[Workspace], kinds: Sequence[Kind]) -> dict[Kind, list[Tenant]]:
    for purpose in set(Installation.SEALED.values()):
        confirm_keys(purpose)
    organisations = {name: _organisation(name) for name in _organisations(workspaces)}
    rows = [*organisations.values()]
    tenants: dict[Kind, list[Tenant]] = {kind: [] for kind in kinds}
    for number, workspace in enumerate(workspaces):
        kind = kinds[number % len(kinds)]
        own = [*_rows(workspace, kind)]
        bot = own[0] if own else organisations[workspace.enterprise_id]
        tenants[kind].append(Tenant(workspace, bot))
        rows += own
    Installation.objects.bulk_create(rows, BATCH)
    return tenants


def bot_token(owner_id: str) -> str:
    """Return the token of a workspace's or an organisation's bot."""
    return f"xoxb-{owner_id:-<50}"  # as long as Slack's


def _workspace(number: int, kind: Kind) -> Workspace:
    organisation = "" if kind == Kind.OWN else f"E{number // OF_AN_ORGANISATION:08}"
    return Workspace(
        team_id=f"T{number:08}",
        enterprise_id=organisation,
        name=f"Workspace {number}",
        last_event_at=NOW,
    )


def _organisations(workspaces: Sequence[Workspace]) -> list[str]:
    return sorted({workspace.enterprise_id for workspace in workspaces} - {""})


def _organisation(enterprise_id: str) -> Installation:
    row = Installation(enterprise_id=enterprise_id, is_enterprise_install=True)
    return _with_bot(row, enterprise_id, NOW)


def _rows(workspace: Workspace, kind: Kind) -> Iterator[Installation]:
    """Yield what a workspace has of its own, the one that speaks first."""
    if kind == Kind.ORGANISATION:
        return
    crowded = kind == Kind.CROWDED
    for age in range(1 + SUPERSEDED * crowded):
        yield _with_bot(_row(workspace), workspace.team_id, NOW - timedelta(days=age))
    for number in range(USERS * crowded):
        yield _with_user(_row(workspace), f"U{number:08}")


def _row(workspace: Workspace) -> Installation:
    return Installation(
        workspace=workspace,
        enterprise_id=workspace.enterprise_id or None,
        team_id=workspace.team_id,
        team_name=workspace.name,
    )


def _with_bot(row: Installation, owner_id: str, installed_at: datetime) -> Installation:
    """Give it a bot whose token rotates and lives on."""
    row.client_id, row.installed_at, row.user_id = settings.SLACK_CLIENT_ID, installed_at, "U0ADMIN"
    row.bot_id, row.bot_user_id, row.bot_scopes = "B0BENCH", "U0BOT", "chat:write,commands"
    row.bot_token_expires_at = NOW + timedelta(hours=12)
    _seal(row, "bot_token", bot_token(owner_id))
    _seal(row, "bot_refresh_token", bot_token(owner_id))
    return row


def _with_user(row: Installation, user_id: str) -> Installation:
    row.client_id, row.installed_at, row.user_id = settings.SLACK_CLIENT_ID, NOW, user_id
    row.user_scopes = "search:read"
    _seal(row, "user_token", f"xoxp-{user_id:-<70}")
    return row


def _seal(row: Installation, column: str, secret: str) -> None:
    """Seal as the row itself does, whose look at the keys is done once for all."""
    cipher = settings.FIELD_KEYS.cipher(row.SEALED[column])
    setattr(row, column, cipher.seal(secret, row.place(column)))
