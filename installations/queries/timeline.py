"""What happened to a workspace, the newest first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Expression, F, JSONField, QuerySet, TextField, Value
from django.db.models.functions import Cast

from installations.models import Installation, InstallationAuditEntry, Workspace
from installations.queries.people import installations_of

PAGE = 50  # happenings
LAST_PAGE = 200  # a page further back costs as much as all before it
INSTALLED, REMOVED = "consent.given", "consent.removed"


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a timeline; ``actor`` is as an audit entry has it."""

    at: datetime
    action: str
    actor: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page of what happened; ``older`` is the number of the next page, if there is one."""

    happenings: tuple[Happening, ...]
    page: int
    older: int | None

    @property
    def newer(self) -> int | None:
        return self.page - 1 if self.page > 1 else None


def timeline(workspace: Workspace, *, page: int = 1) -> Timeline:
    """Return one page of audit entries, consents and their ends, in one query."""
    page = min(max(page, 1), LAST_PAGE)
    entries = InstallationAuditEntry.objects.filter(workspace=workspace)
    return _page([_entries(entries), *_consents(installations_of(workspace))], page)


def organisation_timeline(enterprise_id: str, *, page: int = 1) -> Timeline:
    """Return what happened to an organisation's own installations."""
    page = min(max(page, 1), LAST_PAGE)
    consents = Installation.objects.org_wide(enterprise_id)
    entries = InstallationAuditEntry.objects.filter(workspace=None, enterprise_id=enterprise_id)
    return _page([_entries(entries), *_consents(consents)], page)


Rows = QuerySet[Any, Any]


def _entries(rows: QuerySet[InstallationAuditEntry]) -> Rows:
    return _shaped(rows, at=F("at"), action=F("action"), actor=F("actor"), details=F("details"))


def _consents(rows: QuerySet[Installation]) -> tuple[Rows, Rows]:
    return (
        _consent(rows, "installed_at", INSTALLED),
        _consent(rows.exclude(removed_at=None), "removed_at", REMOVED),
    )


def _consent(rows: QuerySet[Installation], moment: str, action: str) -> Rows:
    nothing = Value({}, JSONField())
    return _shaped(rows, at=F(moment), action=Value(action), actor=F("user_id"), details=nothing)


def _shaped(rows: Rows, **values: Expression | F) -> Rows:
    """Return rows of one shape, so that one query can merge the tables."""
    shaped: Rows = rows.annotate(
        when=values["at"],
        what=Cast(values["action"], TextField()),
        who=Cast(values["actor"], TextField()),
        how=Cast(values["details"], JSONField()),
    ).values_list("when", "what", "who", "how")
    return shaped


def _page(parts: list[Rows], page: int) -> Timeline:
    first, *others = (part.order_by() for part in parts)
    start = (page - 1) * PAGE
    merged = first.union(*others, all=True).order_by("-when", "what", "who")[
        start : start + PAGE + 1
    ]
    found = [Happening(at, action, actor, details) for at, action, actor, details in merged]
    more = len(found) > PAGE and page < LAST_PAGE
    return Timeline(tuple(found[:PAGE]), page, page + 1 if more else None)
