"""Admin pages that people look at; services change the rows."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from installations.models import SEALED_COLUMNS

if TYPE_CHECKING:  # generic in the stubs only
    ModelAdmin = admin.ModelAdmin[Model]
    TabularInline = admin.TabularInline[Model, Model]
else:
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline


BREAK = SafeString("<br>")


def shown(value: Any) -> SafeString:
    """Return JSON for a reader, a line for each leaf, every text escaped."""
    lines = (
        (path or "value", linebreaksbr(leaf, autoescape=True)) for path, leaf in _leaves(value)
    )
    return format_html_join(BREAK, "<b>{}</b>: {}", lines)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for name, held in value.items():
            yield from _leaves(held, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and value:
        for number, held in enumerate(value, start=1):
            yield from _leaves(held, f"{path} {number}")
    else:
        yield path, "-" if value in ({}, [], None, "") else str(value)


def searched(typed: str) -> str:
    """Return what to look for, without the NUL that no column can hold."""
    return typed.strip().replace("\0", "")


class ReadOnlyAdmin(ModelAdmin):
    """Rows that people look at; services change them."""

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """Return what the page shows, without building a form that nobody fills."""
        if self.fields:
            return [*self.fields]
        excluded = set(self.exclude or ())
        editable = [
            field for field in self.opts.fields if field.editable and not field.auto_created
        ]
        return [field.name for field in editable if field.name not in excluded]

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


class ReadOnlyInline(TabularInline):
    """Rows of another table on the page of the row they belong to."""

    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
