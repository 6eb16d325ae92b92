"""What was done to credentials, and which keys sealed them, to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from installations.admin.readonly import ReadOnlyAdmin, searched, shown
from installations.models import InstallationAuditEntry, KeyCheck, Workspace


@admin.register(InstallationAuditEntry)
class InstallationAuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["time", "action", "actor", "workspace", "enterprise_id"]
    list_display_links = ["time", "action"]
    list_select_related = ["workspace"]
    search_fields = ["workspace__team_id"]
    search_help_text = "a workspace's id (T…), an organisation's (E…), or an exact action or actor"
    fields = ["time", "action", "actor", "workspace", "enterprise_id", "details"]
    readonly_fields = ["time", "details"]
    ordering = ["-pk"]
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Match one word exactly; a search through every text would read the whole table."""
        term = searched(search_term)
        if not term:
            return queryset, False
        workspace = Workspace.objects.filter(team_id=term.upper()).first()
        if workspace:  # by its index
            return queryset.filter(workspace=workspace), False
        words = Q(enterprise_id=term.upper()) | Q(action=term) | Q(actor=term)
        return queryset.filter(words), False

    @admin.display(ordering="at")
    def time(self, row: InstallationAuditEntry) -> str:
        return f"{row.at:%Y-%m-%d %H:%M:%S} UTC"

    @admin.display(description="details")
    def details(self, row: InstallationAuditEntry) -> str:
        return shown(row.details)


@admin.register(KeyCheck)
class KeyCheckAdmin(ReadOnlyAdmin):
    list_display = ["ring", "kid", "first_seen_at", "retired_at"]
    list_display_links = ["ring", "kid"]
    ordering = ["ring", "kid"]
