"""The ledger: what happened, chained per workspace, in the transaction of the fact."""

import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.utils import timezone

from approvals.models import AuditDetail, AuditEntry, AuditHead

DOMAIN = "countersign-audit-v1"
GENESIS = "0" * 64  # what the first entry of a workspace follows
SYSTEM = "countersign"  # the actor when no person acted


class AuditAction(StrEnum):
    """``subject.verb``; stored, so a member may be added but never renamed."""

    CAMPAIGN_SUBMITTED = "campaign.submitted"
    CAMPAIGN_REVISED = "campaign.revised"
    DECISION_RECORDED = "decision.recorded"
    DECISION_REFUSED = "decision.refused"
    POLICY_CHANGED = "policy.changed"
    CONTENT_PURGED = "content.purged"


def record(
    action: AuditAction,
    *,
    workspace_id: int,
    actor_id: str,
    subject: str,
    details: dict[str, Any],
) -> AuditEntry:
    """Append one entry; must run last in the transaction of the fact it tells.

    The head row stays locked until that transaction ends, so every other append of the workspace
    waits for it.
    """
    head = _locked_head(workspace_id)
    salt = secrets.token_hex(32)
    entry = AuditEntry(
        workspace_id=workspace_id,
        seq=head.seq + 1,
        at=timezone.now(),
        actor_id=actor_id,
        action=action,
        subject=subject,
        commitment=commitment(details, salt),
        previous_hash=head.hash,
    )
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    AuditDetail.objects.create(entry=entry, salt=salt, details=details)
    AuditHead.objects.filter(pk=head.pk).update(seq=entry.seq, hash=entry.hash)
    return entry


def _locked_head(workspace_id: int) -> AuditHead:
    AuditHead.objects.bulk_create(
        [AuditHead(workspace_id=workspace_id, hash=GENESIS)], ignore_conflicts=True
    )
    return AuditHead.objects.select_for_update().get(workspace_id=workspace_id)


def commitment(details: dict[str, Any], salt: str) -> str:
    """Return what binds an entry to its details without containing them."""
    return hmac.new(bytes.fromhex(salt), canonical(details), hashlib.sha256).hexdigest()


def entry_hash(entry: AuditEntry) -> str:
    """Return the SHA-256 over the entry's fields and the hash before it."""
    fields = {
        "action": str(entry.action),
        "actor_id": entry.actor_id,
        "at": _utc_text(entry.at),
        "commitment": entry.commitment,
        "domain": DOMAIN,
        "previous_hash": entry.previous_hash,
        "seq": entry.seq,
        "subject": entry.subject,
        "team_id": entry.workspace.team_id,
    }
    return hashlib.sha256(canonical(fields)).hexdigest()


def canonical(value: dict[str, Any]) -> bytes:
    """Return the one byte form of a JSON object: sorted keys, no spaces, UTF-8, no floats."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def _utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
