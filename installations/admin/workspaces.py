"""The pages of workspaces: list, one workspace, what can be done to it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from installations import words
from installations.admin import operations
from installations.admin.lists import OrgWideFilter, ProblemFilter, WorkspaceList, found
from installations.admin.operations import OPERATE
from installations.admin.pages import workspace_page
from installations.admin.readonly import ReadOnlyAdmin
from installations.models import Workspace


@admin.register(Workspace)
class WorkspaceAdmin(ReadOnlyAdmin):
    list_display = [
        "workspace",
        "state_shown",
        "health",
        "team",
        "organisation",
        "last_event",
        "installed_by",
    ]
    list_display_links = ["workspace"]
    list_filter = ["state", ProblemFilter, OrgWideFilter]
    list_per_page = operations.MOST
    list_max_show_all = operations.MOST
    ordering = ["-pk"]
    sortable_by = ["workspace", "team", "last_event"]
    search_fields = ["name"]
    search_help_text = "how its name begins, or an exact id of a workspace (T…), organisation (E…)"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each facet would be a count over everything
    actions = ["refresh_tokens"]
    change_form_template = "admin/installations/workspace/page.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[WorkspaceList]:
        return WorkspaceList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return found(queryset, search_term), False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may act on workspaces, not only look."""
        return request.user.has_perm(OPERATE)

    def get_urls(self) -> list[URLPattern]:
        asking = path(
            "<int:workspace_id>/do/<slug:name>/",
            self.admin_site.admin_view(operations.operate),
            {"admin": self},
            name="installations_workspace_operate",
        )
        return [asking, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        titled = {"title": "Workspaces", **(extra_context or {})}
        return super().changelist_view(request, titled)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return super().change_view(
            request,
            object_id,
            form_url,
            {**(extra_context or {}), **workspace_page(self, request, object_id)},
        )

    @admin.action(
        description="Refresh the tokens of the chosen workspaces", permissions=["operate"]
    )
    def refresh_tokens(
        self, request: HttpRequest, queryset: QuerySet[Workspace]
    ) -> HttpResponse | None:
        return operations.refresh_many(self, request, queryset)

    @admin.display(ordering="name")
    def workspace(self, row: Workspace) -> str:
        return row.name or "unnamed"

    @admin.display(description="id", ordering="team_id")
    def team(self, row: Workspace) -> str:
        return row.team_id

    @admin.display
    def organisation(self, row: Any) -> str:
        return row.enterprise_id or "-"

    @admin.display(description="state")
    def state_shown(self, row: Workspace) -> SafeString:
        return words.state_badge(row.state)

    @admin.display
    def health(self, row: Any) -> SafeString:
        return words.health_words(row.shown_health)

    @admin.display(ordering="last_event_at")
    def last_event(self, row: Any) -> SafeString:
        return words.moment(row.last_event_at, row.shown_at)

    @admin.display
    def installed_by(self, row: Any) -> str | SafeString:
        credentials = row.shown_credentials
        if credentials is None:
            return "-"
        if not credentials.org_wide:
            return str(credentials.installer or "-")
        address = reverse(
            "admin:installations_installation_change", args=[credentials.installation_id]
        )
        return format_html(
            '{} <a href="{}">for the organisation</a>', credentials.installer, address
        )
