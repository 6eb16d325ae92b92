"""Which installation a workspace's bot speaks through, for a page of workspaces at once."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import (
    BooleanField,
    Case,
    F,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from installations import scopes
from installations.models import Installation, InstallationQuerySet, Workspace
from installations.queries.health import Credentials

COLUMNS = (
    "pk",
    "team_id",
    "enterprise_id",
    "user_id",
    "installed_at",
    "bot_scopes",
    "bot_token_expires_at",
    "bot_refused_at",
    "kid",
    "refreshable",
)

KID = Func(  # v1.<kid>.<ciphertext>
    F("bot_token"), Value("."), Value(2), function="split_part", output_field=TextField()
)


def bots() -> InstallationQuerySet:
    """Return our app's installations whose bot may act."""
    return Installation.objects.filter(client_id=settings.SLACK_CLIENT_ID).speaking()


def credentials_of(workspaces: Iterable[Workspace]) -> dict[int, Credentials]:
    """Return the credentials of each workspace that has any, by its id, in two queries.

    A workspace speaks through its own newest installation, else through its organisation's.
    """
    page = [*workspaces]
    own = _newest(
        bots().filter(team_id__in={workspace.team_id for workspace in page}), by="team_id"
    )
    organisations = {workspace.enterprise_id for workspace in page} - {""}
    shared = _newest(
        bots().filter(team_id=None, enterprise_id__in=organisations), by="enterprise_id"
    )
    found = {
        workspace.pk: own.get(workspace.team_id) or shared.get(workspace.enterprise_id)
        for workspace in page
    }
    return {pk: credentials for pk, credentials in found.items() if credentials}


def credentials(workspace: Workspace) -> Credentials | None:
    return credentials_of([workspace]).get(workspace.pk)


def credentials_of_installation(installation_id: int) -> Credentials | None:
    """Return what is known of one installation's bot, or None where it has none."""
    row = _readable(bots().filter(pk=installation_id)).values_list(*COLUMNS).first()
    return _credentials(*row) if row else None


def with_bot_row(workspaces: QuerySet[Workspace]) -> QuerySet[Workspace]:
    """Return ``workspaces`` with ``bot_row``, the id of the installation each speaks through."""
    newest = bots().order_by("-installed_at", "-pk").values("pk")
    own = newest.filter(team_id=OuterRef("team_id"))
    shared = newest.filter(team_id=None, enterprise_id=OuterRef("enterprise_id"))
    return workspaces.annotate(bot_row=Coalesce(Subquery(own[:1]), Subquery(shared[:1])))


def _newest(rows: InstallationQuerySet, *, by: str) -> dict[str, Credentials]:
    ordered = _readable(rows).order_by(by, "-installed_at", "-pk").distinct(by)
    place = COLUMNS.index(by)
    return {row[place]: _credentials(*row) for row in ordered.values_list(*COLUMNS)}


def _readable(rows: InstallationQuerySet) -> InstallationQuerySet:
    """Add what may be known of the secrets; they themselves stay in the database."""
    return rows.annotate(
        kid=KID,
        refreshable=Case(
            When(bot_refresh_token="", then=False), default=True, output_field=BooleanField()
        ),
    )


def _credentials(  # noqa: PLR0913, PLR0917  # the columns, in their order
    pk: int,
    team_id: str | None,
    _enterprise_id: str | None,
    installer: str,
    installed_at: datetime,
    granted: str,
    expires_at: datetime | None,
    refused_at: datetime | None,
    kid: str,
    refreshable: bool,  # noqa: FBT001
) -> Credentials:
    return Credentials(
        installation_id=pk,
        org_wide=team_id is None,
        installer=installer,
        installed_at=installed_at,
        scopes=tuple(sorted(scopes.names(granted))),
        missing=scopes.missing(granted),
        kid=kid,
        expires_at=expires_at,
        refreshable=refreshable,
        refused_at=refused_at,
    )
