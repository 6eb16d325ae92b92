"""What was done to credentials stays written, whoever asks the database to forget it."""

import pytest
from django.db import IntegrityError, connection, transaction

from installations import audit
from installations.audit import AuditAction
from installations.models import InstallationAuditEntry
from installations.tests.factories import make_workspace

TABLE = "installations_installationauditentry"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def entry() -> InstallationAuditEntry:
    return audit.record(
        AuditAction.WORKSPACE_EXPORTED, actor=audit.admin_actor("olive"), workspace=make_workspace()
    )


def refuses(statement: str, *, replica: bool) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        if replica:
            cursor.execute("SET LOCAL session_replication_role = replica")
        try:
            with transaction.atomic():
                cursor.execute(statement)
        except IntegrityError as refused:
            return "append-only" in str(refused)
    return False


@pytest.mark.parametrize("replica", [False, True], ids=["as owner", "as replica"])
@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET actor = 'nobody'",  # noqa: S608  # our own table
        f"UPDATE {TABLE} SET details = '{{}}'",  # noqa: S608
        f"DELETE FROM {TABLE}",  # noqa: S608
    ],
)
def test_an_entry_cannot_be_changed_or_deleted(statement, replica):
    assert refuses(statement, replica=replica)
    assert InstallationAuditEntry.objects.get().actor == "admin:olive"


@pytest.mark.parametrize("replica", [False, True], ids=["as owner", "as replica"])
def test_the_entries_cannot_be_emptied(replica):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no events may wait for ALTER TABLE
        # The tests' database has this trigger off, to be emptied between tests.
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER evidence_table")

        assert refuses(f"TRUNCATE {TABLE} CASCADE", replica=replica)
        transaction.set_rollback(True)
