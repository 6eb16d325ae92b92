"""Who installed the app in a workspace, and whose own tokens are held; never a token."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F, Q, QuerySet

from installations.models import Installation, Workspace

MOST = 50  # people on a page


@dataclass(frozen=True, slots=True)
class Consenter:
    """One person's consent; ``linked_user`` is who was signed in here at the time."""

    installation_id: int
    user_id: str
    installed_at: datetime
    removed_at: datetime | None
    has_token: bool
    expires_at: datetime | None
    refused_at: datetime | None
    linked_user: str


@dataclass(frozen=True, slots=True)
class Sibling:
    """A workspace of an organisation."""

    id: int
    name: str
    team_id: str
    state: str


def installations_of(workspace: Workspace) -> QuerySet[Installation]:
    """Return every consent for a workspace or for the whole of its organisation."""
    own = Q(team_id=workspace.team_id)
    if workspace.enterprise_id:
        own |= Q(team_id=None, enterprise_id=workspace.enterprise_id)
    return Installation.objects.filter(own)


def people_of(workspace: Workspace) -> tuple[Consenter, ...]:
    """Return who consented for a workspace or its organisation, the newest first, 50 at most."""
    return _people(installations_of(workspace))


def people_of_organisation(enterprise_id: str) -> tuple[Consenter, ...]:
    return _people(Installation.objects.org_wide(enterprise_id))


def workspaces_of(enterprise_id: str) -> tuple[tuple[Sibling, ...], int]:
    """Return an organisation's workspaces, 50 at most, and how many there are."""
    rows = Workspace.objects.filter(enterprise_id=enterprise_id)
    names = rows.order_by("name", "pk").values_list("pk", "name", "team_id", "state")
    return tuple(Sibling(*row) for row in names[:MOST]), rows.count()


def _people(rows: QuerySet[Installation]) -> tuple[Consenter, ...]:
    held = ~Q(user_token="")
    found = (
        rows.filter(client_id=settings.SLACK_CLIENT_ID)
        .exclude(user_id="")
        .annotate(has_token=held, username=F("linked_user__username"))
        .order_by("-installed_at", "-pk")
        .values_list(
            "pk",
            "user_id",
            "installed_at",
            "removed_at",
            "has_token",
            "user_token_expires_at",
            "user_refused_at",
            "username",
        )
    )
    return tuple(Consenter(*row[:-1], linked_user=row[-1] or "") for row in found[:MOST])
