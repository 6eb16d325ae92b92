"""Campaigns and evidence for operators, to look at."""

from django.contrib import admin

from approvals.models import (
    ApprovalPolicy,
    ApproverGroup,
    AuditDetail,
    AuditEntry,
    Campaign,
    Decision,
    Person,
    PostedMessage,
    Revision,
)
from installations.admin import ReadOnlyAdmin, ReadOnlyInline, shown


class RevisionInline(ReadOnlyInline):
    """The versions of a campaign, each with a link to its page."""

    model = Revision
    fields = ["title", "author_id", "created_at"]
    ordering = ["number"]
    show_change_link = True


class DecisionInline(ReadOnlyInline):
    """What approvers said about a version."""

    model = Decision
    fields = ["approver_id", "verdict", "reason", "decided_at"]
    ordering = ["pk"]


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    list_display = ["reference", "workspace", "status", "requester_id", "submitted_at"]
    list_filter = ["status"]
    list_select_related = ["workspace"]
    search_fields = ["reference", "requester_id", "workspace__team_id"]
    date_hierarchy = "submitted_at"
    inlines = [RevisionInline]


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    list_display = ["campaign", "number", "title", "author_id", "created_at"]
    list_display_links = ["campaign", "number"]
    list_select_related = ["campaign"]
    search_fields = ["campaign__reference", "title", "fingerprint", "author_id"]
    fields = [
        "campaign",
        "number",
        "title",
        "brief",
        "channels",
        "budget",
        "currency",
        "launch_on",
        "asset_url",
        "fingerprint",
        "policy",
        "rules",
        "author_id",
        "created_at",
    ]
    readonly_fields = ["rules"]
    inlines = [DecisionInline]

    @admin.display(description="policy snapshot")
    def rules(self, row: Revision) -> str:
        return shown(row.policy_snapshot)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["campaign", "revision", "verdict", "approver_id", "decided_at"]
    list_filter = ["verdict"]
    list_select_related = ["revision__campaign"]
    search_fields = ["revision__campaign__reference", "approver_id"]

    @admin.display(ordering="revision__campaign__reference")
    def campaign(self, row: Decision) -> str:
        return str(row.revision.campaign)


@admin.register(ApprovalPolicy)
class ApprovalPolicyAdmin(ReadOnlyAdmin):
    list_display = ["workspace", "name", "version", "approver_group", "quorum", "created_at"]
    list_select_related = ["workspace", "approver_group"]


@admin.register(ApproverGroup)
class ApproverGroupAdmin(ReadOnlyAdmin):
    list_display = ["workspace", "handle", "name", "is_disabled", "synced_at"]
    list_select_related = ["workspace"]


@admin.register(Person)
class PersonAdmin(ReadOnlyAdmin):
    list_display = ["user_id", "standing", "synced_at", "workspace"]
    list_filter = ["standing"]
    list_select_related = ["workspace"]
    search_fields = ["user_id", "workspace__team_id"]


@admin.register(PostedMessage)
class PostedMessageAdmin(ReadOnlyAdmin):
    list_display = ["campaign", "kind", "recipient_id", "state", "posted_at", "last_error"]
    list_filter = ["state", "kind"]
    list_select_related = ["campaign"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["seq", "time", "action", "subject", "actor_id", "workspace"]  # no filter: width
    list_select_related = ["workspace"]
    search_fields = ["action", "subject", "actor_id", "workspace__team_id"]
    search_help_text = "an action, a subject, a person's id or a workspace's id"
    fields = [
        "workspace",
        "seq",
        "time",
        "action",
        "subject",
        "actor_id",
        "details",
        "commitment",
        "previous_hash",
        "hash",
    ]
    readonly_fields = ["time", "details"]
    ordering = ["-pk"]

    @admin.display(ordering="at")
    def time(self, row: AuditEntry) -> str:
        return f"{row.at:%Y-%m-%d %H:%M:%S} UTC"

    @admin.display(description="details")
    def details(self, row: AuditEntry) -> str:
        detail = AuditDetail.objects.filter(pk=row.pk).first()
        return shown(detail.details) if detail else "Erased."
