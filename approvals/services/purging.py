"""Erases the content of a workspace that has left, and keeps the evidence."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from approvals import audit
from approvals.audit import AuditAction
from approvals.models import (
    ApproverGroup,
    AuditDetail,
    Campaign,
    Decision,
    Person,
    PostedMessage,
    Revision,
)
from installations.models import Workspace
from installations.services import forget_names, lock_for_purge

# The database lets a purged campaign's revisions change into this and nothing else.
ERASED: dict[str, Any] = {
    "title": "",
    "brief": "",
    "channels": [],
    "budget": 0,
    "currency": "",
    "launch_on": date(1970, 1, 1),
    "asset_url": "",
}


@transaction.atomic
def purge_content(*, workspace_id: int) -> bool:
    """Erase what people wrote, names and messages; return whether there was anything to do.

    What stays is evidence: which version, by its fingerprint, was decided by whom, how and when,
    and the audit chain, whose entries commit to the details without containing them. A workspace
    that has the app (again) is left alone.
    """
    workspace = lock_for_purge(workspace_id=workspace_id)
    if workspace is None:
        return False
    campaigns = _erase_campaigns(workspace)
    AuditDetail.objects.filter(entry__workspace=workspace).delete()
    Person.objects.filter(workspace=workspace).delete()
    ApproverGroup.objects.filter(workspace=workspace).update(handle="", name="", member_ids=[])
    forget_names(workspace=workspace)
    audit.record(
        AuditAction.CONTENT_PURGED,
        workspace_id=workspace_id,
        actor_id=audit.SYSTEM,
        subject=workspace.team_id,
        details={"campaigns": campaigns},
    )
    return True


def _erase_campaigns(workspace: Workspace) -> int:
    """Erase the content of every campaign; return how many there were."""
    campaigns = Campaign.objects.filter(workspace=workspace)
    count = campaigns.filter(erased_at=None).update(erased_at=timezone.now())
    Revision.objects.filter(campaign__workspace=workspace).update(**ERASED)
    reasoned = Decision.objects.filter(revision__campaign__workspace=workspace)
    reasoned.exclude(reason="").update(reason="")
    PostedMessage.objects.filter(campaign__workspace=workspace).delete()
    return count
