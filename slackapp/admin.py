"""The admin site's name; the doorbell log and the queue for operators, to look at."""

import json

from django.contrib import admin
from django.utils.text import Truncator
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from installations.admin import ReadOnlyAdmin, ReadOnlyInline, shown
from slackapp.models import ReceivedDelivery

admin.site.site_header = "Countersign"
admin.site.site_title = "Countersign"
admin.site.index_title = "Overview"

LONGEST_ARGUMENTS = 100  # characters in a list


@admin.register(ReceivedDelivery)
class ReceivedDeliveryAdmin(ReadOnlyAdmin):
    list_display = ["kind", "team_id", "state", "received_at", "last_error"]
    list_filter = ["state", "kind"]
    search_fields = ["key", "team_id"]
    exclude = ["payload"]


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
