"""Everything we hold about a workspace as a ZIP of JSON lines, secrets left out.

Each room names its tables here, column by column: a column that nobody named is not exported.
"""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone

from installations.models import (
    SEALED_COLUMNS,
    Installation,
    InstallationAuditEntry,
    Workspace,
)
from installations.queries.people import installations_of
from installations.services.operating import record_export

CHUNK = 500  # rows at a time
FORMAT = 1

Rows = Callable[[Workspace], models.QuerySet[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file of the archive: which columns of which rows, in which order.

    ``left_out`` names the other columns, so that a new one has to be thought about.
    """

    name: str
    model: type[models.Model]
    fields: tuple[str, ...]
    left_out: frozenset[str] = frozenset()
    rows: Rows

    def __post_init__(self) -> None:
        columns = {field.rpartition("__")[2] for field in self.fields}
        if sealed := columns & SEALED_COLUMNS:
            raise ValueError(f"{self.name}: {', '.join(sorted(sealed))} may not leave the database")


@dataclass(frozen=True, slots=True)
class Archive:
    """A finished export; ``file`` is deleted when it is closed."""

    name: str
    file: IO[bytes]
    counts: dict[str, int]
    sha256: str


_tables: dict[str, Table] = {}


def register(*tables: Table) -> None:
    """Add files to every export from now on."""
    _tables.update({table.name: table for table in tables})


def tables() -> tuple[Table, ...]:
    return tuple(_tables[name] for name in sorted(_tables))


@transaction.atomic
def export(workspace: Workspace, *, actor: str) -> Archive:
    """Return the archive; the audit log says who took it.

    All files show the same moment, however long it takes, and memory stays small: rows come
    through a cursor of the server and the archive grows on disk.
    """
    if not _inside_another_transaction():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    at = timezone.now()
    with ExitStack() as on_failure:
        file = on_failure.enter_context(tempfile.TemporaryFile())
        counts = _write(file, workspace, at)
        sha256 = _digest(file)
        record_export(workspace=workspace, actor=actor, counts=counts, sha256=sha256)
        on_failure.pop_all()  # whoever sends it closes it
    return Archive(f"countersign-{workspace.team_id}-{at:%Y%m%dT%H%M%SZ}.zip", file, counts, sha256)


def _inside_another_transaction() -> bool:
    return len(connection.savepoint_ids) > 0


def _write(file: IO[bytes], workspace: Workspace, at: datetime) -> dict[str, int]:
    """Write every table and, last, a manifest with the number of lines and a checksum of each."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        listed = [_write_table(archive, table, workspace) for table in tables()]
        manifest = {
            "format": FORMAT,
            "team_id": workspace.team_id,
            "exported_at": at,
            "files": listed,
        }
        text = json.dumps(manifest, cls=DjangoJSONEncoder, indent=2)
        archive.writestr("manifest.json", text + "\n")
    return {str(one["table"]): int(one["rows"]) for one in listed}


def _write_table(archive: zipfile.ZipFile, table: Table, workspace: Workspace) -> dict[str, Any]:
    name, digest, count = f"{table.name}.jsonl", hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as file:
        for line in _lines(table, workspace):
            file.write(line)
            digest.update(line)
            count += 1
    return {
        "name": name,
        "table": table.name,
        "rows": count,
        "sha256": digest.hexdigest(),
        "fields": table.fields,
        "left_out": sorted(table.left_out),
    }


def _lines(table: Table, workspace: Workspace) -> Iterator[bytes]:
    rows = table.rows(workspace).values_list(*table.fields)
    for row in rows.iterator(chunk_size=CHUNK):
        held = dict(zip(table.fields, row, strict=True))
        yield json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False).encode() + b"\n"


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # IO lacks readinto
    file.seek(0)
    return sha256


register(
    Table(
        name="workspace",
        model=Workspace,
        fields=(
            "id",
            "team_id",
            "enterprise_id",
            "name",
            "state",
            "created_at",
            "uninstalled_at",
            "purged_at",
            "last_event_at",
            "api_error",
            "api_error_at",
            "settings",
        ),
        rows=lambda workspace: Workspace.objects.filter(pk=workspace.pk),
    ),
    Table(
        name="installations",
        model=Installation,
        fields=(
            "id",
            "workspace_id",
            "client_id",
            "app_id",
            "enterprise_id",
            "enterprise_name",
            "enterprise_url",
            "team_id",
            "team_name",
            "is_enterprise_install",
            "token_type",
            "user_id",
            "user_scopes",
            "user_token_expires_at",
            "user_refused_at",
            "bot_id",
            "bot_user_id",
            "bot_scopes",
            "bot_token_expires_at",
            "bot_refused_at",
            "incoming_webhook_channel",
            "incoming_webhook_channel_id",
            "installed_at",
            "removed_at",
            "leaving_at",
            "linked_user__username",
        ),
        # custom_values is whatever another Bolt app put there, and might be a secret
        left_out=SEALED_COLUMNS | {"custom_values", "incoming_webhook_configuration_url"},
        rows=lambda workspace: installations_of(workspace).order_by("pk"),
    ),
    Table(
        name="installation_audit",
        model=InstallationAuditEntry,
        fields=("id", "at", "workspace_id", "enterprise_id", "actor", "action", "details"),
        rows=lambda workspace: InstallationAuditEntry.objects.filter(workspace=workspace).order_by(
            "pk"
        ),
    ),
)
