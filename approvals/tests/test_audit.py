"""The chain of evidence: complete, in order, and refused to whoever would change it.

The verifier here is written from the documented form, not with ``approvals.audit``.
"""

import hashlib
import hmac
import json
from datetime import UTC, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from approvals import audit
from approvals.models import AuditDetail, AuditEntry, AuditHead, Campaign
from approvals.states import Verdict
from approvals.tests.factories import ANA, BEN, at_once, decide, revise, set_up, submit
from installations.models import Workspace
from installations.tests.factories import make_workspace

PROTECTED = ["auditentry", "auditdetail", "decision", "revision"]


def canonical(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sealed(entry: AuditEntry) -> str:
    return hashlib.sha256(
        canonical(
            {
                "action": entry.action,
                "actor_id": entry.actor_id,
                "at": entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "commitment": entry.commitment,
                "domain": "countersign-audit-v1",
                "previous_hash": entry.previous_hash,
                "seq": entry.seq,
                "subject": entry.subject,
                "team_id": entry.workspace.team_id,
            }
        )
    ).hexdigest()


def faults(entries: list[AuditEntry]) -> list[int]:
    """Return the positions at which a chain does not hold."""
    found, previous = [], "0" * 64
    for position, entry in enumerate(entries, start=1):
        held = (
            entry.seq == position
            and entry.previous_hash == previous
            and entry.hash == sealed(entry)
            and _commits(entry)
        )
        found += [] if held else [position]
        previous = entry.hash
    return found


def _commits(entry: AuditEntry) -> bool:
    """Return whether the details, where they still exist, are those committed to."""
    detail = AuditDetail.objects.filter(entry=entry).first()
    if detail is None:
        return True
    salt = bytes.fromhex(detail.salt)
    digest = hmac.new(salt, canonical(detail.details), hashlib.sha256).hexdigest()
    return hmac.compare_digest(digest, entry.commitment)


def chain(workspace: Workspace) -> list[AuditEntry]:
    entries = AuditEntry.objects.filter(workspace=workspace).select_related("workspace")
    return list(entries.order_by("seq"))


@pytest.fixture
def story(workspace: Workspace) -> Workspace:
    """Return a workspace in which something happened: five entries."""
    campaign = submit(workspace, title="Café & <Bar> 👩‍👩‍👧", key="1")
    decide(campaign, ANA, Verdict.REQUEST_CHANGES, reason="Größer.\n“Yes”")
    decide(revise(campaign), BEN)
    return workspace


def test_the_chain_of_a_story_holds(story):
    entries = chain(story)

    assert [entry.action for entry in entries] == [
        "policy.changed",
        "campaign.submitted",
        "decision.recorded",
        "campaign.revised",
        "decision.recorded",
    ]
    assert faults(entries) == []
    head = AuditHead.objects.get(workspace=story)
    assert (head.seq, head.hash) == (5, entries[-1].hash)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("action", "decision.refused"),
        ("actor_id", "U0MALLORY"),
        ("subject", "C-2026-9999/r1"),
        ("commitment", "0" * 64),
        ("previous_hash", "1" * 64),
        ("hash", "2" * 64),
        ("seq", 9),
    ],
)
def test_a_change_of_any_field_is_found(story, field, value):
    entries = chain(story)
    setattr(entries[2], field, value)

    assert 3 in faults(entries)


def test_a_change_of_the_moment_is_found(story):
    entries = chain(story)
    entries[2].at += timedelta(microseconds=1)

    assert faults(entries) == [3]


def test_an_entry_passed_off_as_another_workspaces_is_found(story):
    entries = chain(story)
    entries[2].workspace = make_workspace("T222")

    assert faults(entries) == [3]


def test_an_entry_that_is_left_out_is_found(story):
    entries = chain(story)
    del entries[2]

    assert faults(entries) == [3, 4]


def test_an_entry_rewritten_with_a_fitting_hash_is_found_at_the_next(story):
    entries = chain(story)
    entries[2].actor_id = "U0MALLORY"
    entries[2].hash = sealed(entries[2])

    assert faults(entries) == [4]


def test_erased_details_leave_the_chain_whole(story):
    AuditDetail.objects.filter(entry__seq=3).delete()

    assert faults(chain(story)) == []


def test_details_put_in_place_of_erased_ones_are_found(story):
    erased = AuditDetail.objects.get(entry__workspace=story, entry__seq=3)
    replacement = {**erased.details, "verdict": "approve"}
    AuditDetail.objects.filter(entry=erased.entry).delete()
    AuditDetail.objects.create(entry_id=erased.entry_id, salt=erased.salt, details=replacement)

    assert faults(chain(story)) == [3]


def test_equal_details_do_not_show_in_their_commitments(workspace):
    first, second = (
        audit.record(
            audit.AuditAction.DECISION_REFUSED,
            workspace_id=workspace.pk,
            actor_id=ANA,
            subject="C-2026-0001/r1",
            details={"reason": "No."},
        )
        for _ in range(2)
    )

    assert first.commitment != second.commitment


def test_each_workspace_has_a_chain_of_its_own(story):
    other = make_workspace("T222")
    set_up(other)
    submit(other)

    assert [entry.seq for entry in chain(other)] == [1, 2]
    assert faults(chain(other)) == faults(chain(story)) == []


def test_a_fact_that_is_rolled_back_takes_its_entry_along(workspace):
    with transaction.atomic():
        submit(workspace)
        transaction.set_rollback(True)

    assert not Campaign.objects.exists()
    assert [entry.seq for entry in chain(workspace)] == [1]
    submit(workspace)
    assert faults(chain(workspace)) == []


def test_entries_written_in_the_same_instant_are_in_one_gapless_chain(committed):
    calls = [partial(submit, committed, key=str(number)) for number in range(10)]
    at_once(*calls)

    entries = chain(committed)
    assert len(entries) == 11
    assert faults(entries) == []


def test_the_first_entries_of_a_workspace_may_come_in_the_same_instant(transactional_db):
    for number in range(5):
        workspace = make_workspace(f"T{number}")
        record = partial(
            audit.record,
            audit.AuditAction.DECISION_REFUSED,
            workspace_id=workspace.pk,
            actor_id=ANA,
            subject="x",
            details={},
        )
        assert not [e for e in at_once(*[_in_transaction(record)] * 3) if isinstance(e, Exception)]
        assert faults(chain(workspace)) == []
        assert len(chain(workspace)) == 3


def _in_transaction(call):
    def run():
        with transaction.atomic():
            return call()

    return run


def refuses(statement: str, *, replica: bool = False) -> bool:
    """Return whether the database refuses the statement, and say why in its own words."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if replica:
                cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement)
            assert cursor.rowcount != 0, "the statement touched nothing"
            transaction.set_rollback(True)
    except IntegrityError as refused:
        return "is append-only" in str(refused)
    return False


CHANGES = [
    "UPDATE approvals_auditentry SET actor_id = 'U0MALLORY'",
    "DELETE FROM approvals_auditentry",
    "UPDATE approvals_auditdetail SET details = '{}'",
    "UPDATE approvals_decision SET verdict = 'approve'",
    "DELETE FROM approvals_decision",
    "UPDATE approvals_revision SET title = 'Another'",
    "DELETE FROM approvals_revision",
    (
        "INSERT INTO approvals_auditentry SELECT * FROM approvals_auditentry"
        " ON CONFLICT (id) DO UPDATE SET actor_id = 'U0MALLORY'"
    ),
]


@pytest.mark.parametrize("statement", CHANGES)
@pytest.mark.parametrize("replica", [False, True], ids=["as owner", "as replica"])
def test_the_database_refuses_to_change_evidence(story, statement, replica):
    assert refuses(statement, replica=replica)


def test_the_database_lets_details_be_erased(story):
    assert not refuses("DELETE FROM approvals_auditdetail")


@pytest.mark.parametrize("table", PROTECTED)
@pytest.mark.parametrize("replica", [False, True], ids=["as owner", "as replica"])
def test_the_database_refuses_to_empty_evidence(story, table, replica):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no events may wait for ALTER TABLE
        # The tests' database has this trigger off, to be emptied between tests.
        cursor.execute(f"ALTER TABLE approvals_{table} ENABLE ALWAYS TRIGGER evidence_table")
        emptied = f"TRUNCATE approvals_{table} CASCADE"

        assert refuses(emptied, replica=replica)
        transaction.set_rollback(True)


def test_the_triggers_of_a_real_database_fire_always(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger "
            "WHERE tgname IN ('evidence_rows', 'evidence_content')"
        )
        enabled = {(table, trigger): when for table, trigger, when in cursor.fetchall()}

    rows = [f"approvals_{table}" for table in PROTECTED]
    rows.append("installations_installationauditentry")
    content = ["approvals_revision", "approvals_decision"]
    expected = [(table, "evidence_rows") for table in rows]
    expected += [(table, "evidence_content") for table in content]
    assert enabled == dict.fromkeys(expected, "A")
