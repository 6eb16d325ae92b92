"""Workspaces and installations for operators; nothing here can show a token."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from installations.models import SEALED_COLUMNS, Installation, Workspace

if TYPE_CHECKING:  # generic in the stubs only
    ModelAdmin = admin.ModelAdmin[Model]
else:
    ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(ModelAdmin):
    """Rows that people look at; services change them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse to filter by a sealed column, as Django's own admin does with passwords."""
        if SEALED_COLUMNS & set(lookup.split("__")):
            return False
        return super().lookup_allowed(lookup, value, request)


@admin.register(Workspace)
class WorkspaceAdmin(ReadOnlyAdmin):
    list_display = ["name", "team_id", "enterprise_id", "state", "created_at"]
    list_filter = ["state"]
    search_fields = ["name", "team_id", "enterprise_id"]


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
    search_fields = ["team_name", "team_id", "enterprise_id", "user_id"]
    date_hierarchy = "installed_at"
    exclude = sorted(SEALED_COLUMNS)

    @admin.display(boolean=True, description="bot token")
    def has_bot_token(self, row: Installation) -> bool:
        return bool(row.bot_token)

    @admin.display(boolean=True, description="user token")
    def has_user_token(self, row: Installation) -> bool:
        return bool(row.user_token)
