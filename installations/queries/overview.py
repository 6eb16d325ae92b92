"""How the installations are doing altogether."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from installations.models import Workspace, WorkspaceState

MOST = 10  # names in a list on the first page


@dataclass(frozen=True, slots=True)
class Named:
    """A workspace in a list."""

    id: int
    name: str
    team_id: str
    when: datetime | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """How many workspaces are in which state, and which of them need somebody."""

    per_state: Mapping[str, int]
    needs_reauth: tuple[Named, ...]
    failing: tuple[Named, ...]
    now: datetime


def overview() -> Overview:
    """Return the state of all workspaces, in three queries."""
    counted = Workspace.objects.values_list("state").annotate(Count("pk")).order_by()
    per_state = dict.fromkeys(WorkspaceState.values, 0) | dict(counted)
    return Overview(per_state, _needing_reauth(), _failing(), timezone.now())


def _needing_reauth() -> tuple[Named, ...]:
    rows = Workspace.objects.filter(state=WorkspaceState.NEEDS_REAUTH).order_by("-pk")
    return tuple(
        Named(*row) for row in rows.values_list("pk", "name", "team_id", "last_event_at")[:MOST]
    )


def _failing() -> tuple[Named, ...]:
    rows = Workspace.objects.filter(state=WorkspaceState.ACTIVE).exclude(api_error="")
    columns = rows.order_by("-api_error_at").values_list(
        "pk", "name", "team_id", "api_error_at", "api_error"
    )
    return tuple(Named(*row) for row in columns[:MOST])
