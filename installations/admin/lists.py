"""The list of workspaces: fast search, filters, and each row's health in bounded queries."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from installations.admin.readonly import searched
from installations.models import Workspace
from installations.queries.credentials import bots, credentials_of
from installations.queries.health import Problem, health
from installations.queries.problems import ANY, with_problem

Choices = Sequence[tuple[str, str]]


class WorkspaceList(ChangeList):
    """Adds health and credentials to the workspaces of the page that is shown."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        page = [*self.result_list]
        now = timezone.now()
        found = credentials_of(page)
        for workspace in page:
            credentials = found.get(workspace.pk)
            workspace.shown_at = now
            workspace.shown_credentials = credentials
            workspace.shown_health = health(workspace, credentials, now)
        self.result_list = page


class ProblemFilter(admin.SimpleListFilter):
    title = "health"
    parameter_name = "problem"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(ANY, "any problem"), *((problem.value, str(problem.label)) for problem in Problem)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Workspace]) -> QuerySet[Workspace]:
        if self.value() not in {ANY, *Problem.values}:
            return queryset
        return with_problem(queryset, str(self.value()), timezone.now())


class OrgWideFilter(admin.SimpleListFilter):
    title = "installed"
    parameter_name = "org"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("yes", "by its organisation"), ("no", "by itself")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Workspace]) -> QuerySet[Workspace]:
        own = Exists(bots().filter(team_id=OuterRef("team_id")))
        shared = Exists(bots().filter(team_id=None, enterprise_id=OuterRef("enterprise_id")))
        conditions = {"yes": ~Q(own) & Q(shared), "no": Q(own)}
        return queryset.filter(conditions.get(self.value() or "", Q()))


def found(queryset: QuerySet[Workspace], term: str) -> QuerySet[Workspace]:
    """Return the workspaces with this exact id or organisation's id, or whose name begins so.

    Each of the three has an index; a search inside names would read every row.
    """
    term = searched(term)
    if not term:
        return queryset
    return queryset.filter(
        Q(team_id=term.upper()) | Q(enterprise_id=term.upper()) | Q(name__istartswith=term)
    )
