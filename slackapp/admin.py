"""What slackapp keeps, for operators."""

import json

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from installations.admin import ReadOnlyAdmin, ReadOnlyInline, shown
from slackapp.models import ReceivedDelivery, SupportRequest
from slackapp.pages import services

LONGEST_ARGUMENTS = 100  # characters in a list


@admin.register(ReceivedDelivery)
class ReceivedDeliveryAdmin(ReadOnlyAdmin):
    list_display = ["kind", "team_id", "state", "received_at", "last_error"]
    list_filter = ["state", "kind"]
    search_fields = ["key", "team_id"]
    exclude = ["payload"]


@admin.register(SupportRequest)
class SupportRequestAdmin(ReadOnlyAdmin):
    """Messages from the support form; answered by mail, and marked here."""

    list_display = ["reference", "topic", "email", "state", "created_at", "is_mailed"]
    list_filter = ["state", "topic"]
    search_fields = ["reference", "email", "workspace"]
    fields = [
        "reference",
        "topic",
        "answer_to",
        "name",
        "workspace",
        "message",
        "state",
        "created_at",
        "answered_at",
        "mailed_at",
        "mail_error",
    ]
    readonly_fields = ["answer_to"]
    ordering = ["-created_at"]
    actions = ["mark_answered"]

    @admin.display(boolean=True, description="mailed")
    def is_mailed(self, row: SupportRequest) -> bool:
        return row.mailed_at is not None

    @admin.display(description="e-mail")
    def answer_to(self, row: SupportRequest) -> SafeString:
        return format_html(
            '<a href="mailto:{}?subject={}">{}</a>', row.email, row.reference, row.email
        )

    def has_answer_permission(self, request: HttpRequest) -> bool:
        """Return whether the page offers the action: to whoever may change requests."""
        return request.user.has_perm("slackapp.change_supportrequest")

    @admin.action(description="Mark as answered", permissions=["answer"])
    def mark_answered(self, request: HttpRequest, rows: QuerySet[SupportRequest]) -> None:
        changed = services.mark_answered(support_request_ids=rows.values_list("pk", flat=True))
        for row in changed:
            self.log_change(request, row, "Marked as answered.")
        self.message_user(request, f"Marked as answered: {len(changed)}.")


class EventInline(ReadOnlyInline):
    """What happened to a job, and when."""

    model = ProcrastinateEvent
    fields = ["type", "at"]
    ordering = ["pk"]


admin.site.unregister(ProcrastinateJob)  # its own page retries, cancels, and has inline styles


@admin.register(ProcrastinateJob)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["id", "task_name", "status", "attempts", "scheduled_at", "short_arguments"]
    list_filter = ["status", "queue_name", "task_name"]
    fields = [
        "task_name",
        "arguments",
        "status",
        "attempts",
        "scheduled_at",
        "queue_name",
        "lock",
        "queueing_lock",
        "priority",
        "abort_requested",
        "worker",
    ]
    readonly_fields = ["arguments"]
    ordering = ["-pk"]
    inlines = [EventInline]

    @admin.display(description="arguments")
    def arguments(self, row: ProcrastinateJob) -> str:
        return shown(row.args)

    @admin.display(description="arguments")
    def short_arguments(self, row: ProcrastinateJob) -> str:
        return Truncator(json.dumps(row.args, ensure_ascii=False)).chars(LONGEST_ARGUMENTS)
