"""Campaigns and evidence for operators, to look at."""

from django.contrib import admin

from approvals.models import (
    ApprovalPolicy,
    ApproverGroup,
    AuditEntry,
    Campaign,
    Decision,
    PostedMessage,
)
from installations.admin import ReadOnlyAdmin


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    list_display = ["reference", "workspace", "status", "requester_id", "submitted_at"]
    list_filter = ["status"]
    search_fields = ["reference", "requester_id", "workspace__team_id"]
    date_hierarchy = "submitted_at"


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["revision", "verdict", "approver_id", "decided_at"]
    list_filter = ["verdict"]
    search_fields = ["revision__campaign__reference", "approver_id"]


@admin.register(ApprovalPolicy)
class ApprovalPolicyAdmin(ReadOnlyAdmin):
    list_display = ["workspace", "name", "version", "approver_group", "quorum", "created_at"]


@admin.register(ApproverGroup)
class ApproverGroupAdmin(ReadOnlyAdmin):
    list_display = ["workspace", "handle", "name", "is_disabled", "synced_at"]


@admin.register(PostedMessage)
class PostedMessageAdmin(ReadOnlyAdmin):
    list_display = ["campaign", "kind", "recipient_id", "state", "posted_at", "last_error"]
    list_filter = ["state", "kind"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["workspace", "seq", "at", "action", "actor_id", "subject"]
    list_filter = ["action"]
    search_fields = ["subject", "actor_id", "workspace__team_id"]
