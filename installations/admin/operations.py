"""The page that asks before something is done to a workspace."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from installations.admin.deeds import OPERATIONS, Operation, actor_of
from installations.models import Workspace
from installations.queries.credentials import credentials, credentials_of
from installations.queries.health import Credentials
from installations.services import LifecycleRefusedError
from installations.services.operating import request_refresh

if TYPE_CHECKING:
    from installations.admin.workspaces import WorkspaceAdmin

OPERATE = "installations.change_workspace"
MOST = 50  # workspaces at once, a page of the list


@dataclass(frozen=True, slots=True)
class Offer:
    """A button on a workspace's page; ``refusal`` says why it is off."""

    label: str
    address: str
    danger: bool
    refusal: str


def offered(workspace: Workspace, known: Credentials | None) -> list[Offer]:
    """Return a button for every operation, with the reason of those that are off."""
    return [
        Offer(
            operation.label,
            reverse("admin:installations_workspace_operate", args=[workspace.pk, operation.name]),
            operation.danger,
            operation.refusal(workspace, known),
        )
        for operation in OPERATIONS.values()
    ]


@never_cache
@require_http_methods(["GET", "POST"])
def operate(
    request: HttpRequest, workspace_id: int, name: str, admin: "WorkspaceAdmin"
) -> HttpResponseBase:
    """Ask what to do to a workspace (GET), or do it (POST); each deed is audited."""
    if not admin.has_operate_permission(request):
        raise PermissionDenied
    operation = OPERATIONS.get(name)
    if operation is None:
        raise Http404
    workspace = get_object_or_404(Workspace, pk=workspace_id)
    problem = operation.refusal(workspace, credentials(workspace))
    if request.method == "POST" and not problem:
        problem = _mistyped(request, operation, workspace)
    if request.method == "POST" and not problem:
        try:
            return operation.perform(request, workspace) or _back(workspace)
        except LifecycleRefusedError as refused:
            problem = str(refused)
    return _asked(request, admin, operation, workspace, problem)


def _mistyped(request: HttpRequest, operation: Operation, workspace: Workspace) -> str:
    typed = request.POST.get("typed", "").strip()
    if not operation.typed or typed == workspace.team_id:
        return ""
    return f"Type {workspace.team_id} to say that you mean this workspace."


def _back(workspace: Workspace) -> HttpResponse:
    address = reverse("admin:installations_workspace_change", args=[workspace.pk])
    return HttpResponseRedirect(address)


def _asked(
    request: HttpRequest,
    admin: "WorkspaceAdmin",
    operation: Operation,
    workspace: Workspace,
    problem: str,
) -> HttpResponse:
    context = {
        **admin.admin_site.each_context(request),
        "title": f"{operation.label}: {workspace}",
        "opts": Workspace._meta,  # noqa: SLF001  # documented, in spite of its name
        "workspace": workspace,
        "operation": operation,
        "refusal": operation.refusal(workspace, credentials(workspace)),
        "problem": problem,
    }
    answer = TemplateResponse(request, "admin/installations/workspace/confirm.html", context)
    answer.status_code = 422 if request.method == "POST" else 200
    return answer


def refresh_many(
    admin: "WorkspaceAdmin", request: HttpRequest, chosen: QuerySet[Workspace]
) -> HttpResponse | None:
    """Ask whether the chosen workspaces' tokens shall be refreshed, or queue it."""
    workspaces = [*chosen[: MOST + 1]]
    if len(workspaces) > MOST:
        messages.error(request, f"Choose at most {MOST} workspaces at a time.")
        return None
    found = credentials_of(workspaces)
    refused = OPERATIONS["refresh"].refusal
    able = [row for row in workspaces if not refused(row, found.get(row.pk))]
    if request.POST.get("confirmed") != "yes":
        return _asked_of_many(request, admin, able, left_out=len(workspaces) - len(able))
    for workspace in able:
        request_refresh(
            workspace=workspace,
            installation_id=found[workspace.pk].installation_id,
            actor=actor_of(request.user),
        )
    messages.success(request, f"Queued for {len(able)} of {len(workspaces)} workspaces.")
    return None


def _asked_of_many(
    request: HttpRequest, admin: "WorkspaceAdmin", able: list[Workspace], *, left_out: int
) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.admin_site.each_context(request),
        "title": "Refresh tokens",
        "opts": Workspace._meta,  # noqa: SLF001  # documented, in spite of its name
        "operation": OPERATIONS["refresh"],
        "workspaces": able,
        "left_out": left_out,
    }
    return TemplateResponse(request, "admin/installations/workspace/confirm_many.html", context)
