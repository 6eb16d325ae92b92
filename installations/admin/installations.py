"""Installations, to look at; an organisation's shows what it covers."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from installations.admin import organisations
from installations.admin.pages import installation_page
from installations.admin.readonly import ReadOnlyAdmin, searched
from installations.models import SEALED_COLUMNS, Installation


@admin.register(Installation)
class InstallationAdmin(ReadOnlyAdmin):
    list_display = [
        "__str__",
        "team_id",
        "enterprise_id",
        "user_id",
        "has_bot_token",
        "has_user_token",
        "installed_at",
        "removed_at",
    ]
    list_filter = ["is_enterprise_install"]
    list_select_related = ["linked_user"]
    search_fields = ["team_id"]
    search_help_text = "an exact id of a workspace, an organisation or a person"
    ordering = ["-pk"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each facet would be a count over everything
    # custom_values is whatever another Bolt app put there, and might be a secret
    exclude = [*sorted(SEALED_COLUMNS), "custom_values"]
    change_form_template = "admin/installations/installation/page.html"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = searched(search_term).upper()
        if not term:
            return queryset, False
        return queryset.filter(Q(team_id=term) | Q(enterprise_id=term) | Q(user_id=term)), False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave the ciphertexts in the database; the pages only tell whether there are any."""
        rows = super().get_queryset(request).defer(*SEALED_COLUMNS)
        held: QuerySet[Any] = rows.annotate(bot_held=~Q(bot_token=""), user_held=~Q(user_token=""))
        return held

    def get_urls(self) -> list[URLPattern]:
        asking = path(
            "<int:installation_id>/do/uninstall/",
            self.admin_site.admin_view(organisations.uninstall),
            name="installations_installation_uninstall",
        )
        return [asking, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        shown = {}
        if self.has_view_permission(request):
            shown = installation_page(request, object_id)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    @admin.display(boolean=True, description="bot token")
    def has_bot_token(self, row: Any) -> bool:
        return bool(row.bot_held)

    @admin.display(boolean=True, description="user token")
    def has_user_token(self, row: Any) -> bool:
        return bool(row.user_held)
