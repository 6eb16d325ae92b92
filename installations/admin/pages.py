"""What the page of a workspace, or of an organisation's installation, shows."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils import timezone

from installations import words
from installations.admin.operations import OPERATE, offered
from installations.models import Installation, Workspace
from installations.queries.credentials import credentials, credentials_of_installation
from installations.queries.health import health
from installations.queries.people import people_of, people_of_organisation, workspaces_of
from installations.queries.timeline import Happening, Timeline, organisation_timeline, timeline

if TYPE_CHECKING:
    from installations.admin.workspaces import WorkspaceAdmin

Context = dict[str, Any]


def workspace_page(admin: "WorkspaceAdmin", request: HttpRequest, object_id: str) -> Context:
    """Return what the template of one workspace needs; nothing where there is none such."""
    workspace = _row(Workspace, object_id)
    if workspace is None or not admin.has_view_permission(request, workspace):
        return {}
    now = timezone.now()
    known = credentials(workspace)
    return {
        "title": str(workspace),
        "workspace": workspace,
        "state": words.state_badge(workspace.state),
        "health": health(workspace, known, now),
        "credentials": known,
        "last_event": words.moment(workspace.last_event_at, now),
        "issued_at": known and known.issued_at,
        "people": people_of(workspace),
        "operations": offered(workspace, known) if admin.has_operate_permission(request) else [],
        **_timeline(timeline(workspace, page=_page(request))),
        "now": now,
    }


def installation_page(request: HttpRequest, object_id: str) -> Context:
    """Return what the page of an organisation's installation needs; nothing for any other."""
    installation = _row(Installation, object_id)
    if installation is None or installation.team_id or not installation.enterprise_id:
        return {}
    siblings, count = workspaces_of(installation.enterprise_id)
    return {
        "organisation": installation,
        "credentials": credentials_of_installation(installation.pk),
        "workspaces": [(sibling, words.state_badge(sibling.state)) for sibling in siblings],
        "workspace_count": count,
        "may_uninstall": request.user.has_perm(OPERATE),
        "people": people_of_organisation(installation.enterprise_id),
        **_timeline(organisation_timeline(installation.enterprise_id, page=_page(request))),
        "now": timezone.now(),
    }


def _row(model: type[Any], object_id: str) -> Any:
    return model.objects.filter(pk=object_id).first() if object_id.isdecimal() else None


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return int(asked) if asked.isdecimal() and len(asked) <= 6 else 1  # noqa: PLR2004  # digits


def _timeline(found: Timeline) -> Context:
    return {"timeline": found, "happenings": [*_lines(found.happenings)]}


def _lines(happenings: Iterable[Happening]) -> Iterable[Context]:
    for happening in happenings:
        yield {
            "at": happening.at,
            "what": words.happening(happening.action),
            "who": happening.actor or "-",
            "details": words.details(happening.details),
        }
