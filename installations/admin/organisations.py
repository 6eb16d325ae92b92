"""The page that asks before an organisation's installation is ended."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from installations import services
from installations.admin.deeds import actor_of
from installations.admin.operations import OPERATE
from installations.models import Installation
from installations.queries.credentials import bots
from installations.queries.people import workspaces_of

CONSEQUENCES = (
    "Countersign stops working at once in every workspace that has it through the organisation.",
    "Slack is told to revoke our tokens, and they are erased here.",
    "Workspaces that installed the app themselves keep it.",
)


@never_cache
@require_http_methods(["GET", "POST"])
def uninstall(request: HttpRequest, installation_id: int) -> HttpResponse:
    """Ask whether to leave a whole organisation (GET), or leave it (POST)."""
    if not request.user.has_perm(OPERATE):
        raise PermissionDenied
    rows = bots().filter(team_id=None).exclude(enterprise_id=None)
    installation = get_object_or_404(rows, pk=installation_id)
    if request.method == "POST" and _typed(request, installation):
        actor = actor_of(request.user)
        services.request_uninstall_organisation(installation=installation, actor=actor)
        messages.success(request, "Countersign stopped working in the organisation.")
        address = reverse("admin:installations_installation_change", args=[installation.pk])
        return HttpResponseRedirect(address)
    return _asked(request, installation)


def _typed(request: HttpRequest, installation: Installation) -> bool:
    return request.POST.get("typed", "").strip() == installation.enterprise_id


def _asked(request: HttpRequest, installation: Installation) -> HttpResponse:
    _, count = workspaces_of(installation.enterprise_id or "")
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": f"Uninstall: {installation.enterprise_name or installation.enterprise_id}",
        "opts": Installation._meta,  # noqa: SLF001  # documented, in spite of its name
        "installation": installation,
        "consequences": CONSEQUENCES,
        "workspace_count": count,
        "problem": request.method == "POST" and f"Type {installation.enterprise_id} to confirm.",
    }
    answer = TemplateResponse(request, "admin/installations/installation/uninstall.html", context)
    answer.status_code = 422 if request.method == "POST" else 200
    return answer
