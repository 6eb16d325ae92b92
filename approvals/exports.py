"""What this room holds about a workspace, for its export."""

from approvals.models import (
    ApprovalPolicy,
    ApproverGroup,
    AuditDetail,
    AuditEntry,
    AuditHead,
    Campaign,
    Decision,
    Person,
    PostedMessage,
    ReferenceCounter,
    Revision,
)
from installations.exports import Table, register

register(
    Table(
        name="campaigns",
        model=Campaign,
        fields=(
            "id",
            "workspace_id",
            "reference",
            "requester_id",
            "status",
            "revision_number",
            "version",
            "submission_key",
            "submitted_at",
            "settled_at",
            "erased_at",
        ),
        rows=lambda workspace: Campaign.objects.filter(workspace=workspace).order_by("pk"),
    ),
    Table(
        name="revisions",
        model=Revision,
        fields=(
            "id",
            "campaign_id",
            "campaign__reference",
            "number",
            "title",
            "brief",
            "channels",
            "budget",
            "currency",
            "launch_on",
            "asset_url",
            "fingerprint",
            "policy_id",
            "policy_snapshot",
            "author_id",
            "created_at",
        ),
        rows=lambda workspace: Revision.objects.filter(campaign__workspace=workspace).order_by(
            "pk"
        ),
    ),
    Table(
        name="decisions",
        model=Decision,
        fields=(
            "id",
            "revision_id",
            "revision__campaign__reference",
            "revision__number",
            "stage",
            "approver_id",
            "verdict",
            "reason",
            "fingerprint",
            "group_synced_at",
            "decided_at",
        ),
        rows=lambda workspace: Decision.objects.filter(
            revision__campaign__workspace=workspace
        ).order_by("pk"),
    ),
    Table(
        name="messages",
        model=PostedMessage,
        fields=(
            "id",
            "campaign_id",
            "campaign__reference",
            "revision_number",
            "kind",
            "recipient_id",
            "channel_id",
            "ts",
            "permalink",
            "state",
            "wanted_version",
            "drawn_version",
            "unclear_posts",
            "last_error",
            "created_at",
            "attempted_at",
            "posted_at",
        ),
        rows=lambda workspace: PostedMessage.objects.filter(campaign__workspace=workspace).order_by(
            "pk"
        ),
    ),
)

register(
    Table(
        name="approver_groups",
        model=ApproverGroup,
        fields=(
            "id",
            "workspace_id",
            "usergroup_id",
            "handle",
            "name",
            "member_ids",
            "is_disabled",
            "synced_at",
        ),
        rows=lambda workspace: ApproverGroup.objects.filter(workspace=workspace).order_by("pk"),
    ),
    Table(
        name="policies",
        model=ApprovalPolicy,
        fields=(
            "id",
            "workspace_id",
            "name",
            "version",
            "approver_group_id",
            "quorum",
            "channel_id",
            "created_by",
            "created_at",
        ),
        rows=lambda workspace: ApprovalPolicy.objects.filter(workspace=workspace).order_by("pk"),
    ),
    Table(
        name="people",
        model=Person,
        fields=("id", "workspace_id", "user_id", "standing", "synced_at"),
        rows=lambda workspace: Person.objects.filter(workspace=workspace).order_by("pk"),
    ),
    Table(
        name="reference_counters",
        model=ReferenceCounter,
        fields=("id", "workspace_id", "year", "last"),
        rows=lambda workspace: ReferenceCounter.objects.filter(workspace=workspace).order_by("pk"),
    ),
)

register(
    Table(
        name="audit",
        model=AuditEntry,
        fields=(
            "id",
            "workspace_id",
            "seq",
            "at",
            "actor_id",
            "action",
            "subject",
            "commitment",
            "previous_hash",
            "hash",
        ),
        rows=lambda workspace: AuditEntry.objects.filter(workspace=workspace).order_by("seq"),
    ),
    Table(
        name="audit_details",
        model=AuditDetail,
        fields=("entry_id", "entry__seq", "salt", "details"),  # the salt opens the commitment
        rows=lambda workspace: AuditDetail.objects.filter(entry__workspace=workspace).order_by(
            "entry__seq"
        ),
    ),
    Table(
        name="audit_head",
        model=AuditHead,
        fields=("workspace_id", "seq", "hash"),
        rows=lambda workspace: AuditHead.objects.filter(workspace=workspace),
    ),
)
