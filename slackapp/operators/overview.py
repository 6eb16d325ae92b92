"""What the admin site's first page says about everything."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from installations import keys, words
from installations.models import WorkspaceState
from installations.queries.overview import Named, overview
from slackapp.models import DeliveryState, ReceivedDelivery

MOST = 1000  # counted no further; a thousand dead events are as alarming as more


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with the list behind it."""

    label: str
    number: int
    address: str
    level: str

    @property
    def shown(self) -> str:
        return f"{MOST}+" if self.level != "count" and self.number > MOST else str(self.number)


def dashboard(request: HttpRequest) -> dict[str, Any]:
    """Return the overview for whoever may see workspaces, in six queries; else nothing."""
    if not request.user.has_perm("installations.view_workspace"):
        return {}
    seen = overview()
    return {
        "key_problem": keys.problem(),
        "figures": [*_states(seen.per_state), *_troubles(request)],
        "needs_reauth": [_line(named, seen.now) for named in seen.needs_reauth],
        "failing": [_line(named, seen.now) for named in seen.failing],
    }


def _states(per_state: Any) -> Iterator[Figure]:
    listing = reverse("admin:installations_workspace_changelist")
    for state in WorkspaceState:
        number = per_state[state]
        level = "bad" if state == WorkspaceState.NEEDS_REAUTH and number else "count"
        yield Figure(str(state.label).lower(), number, f"{listing}?state__exact={state}", level)


def _troubles(request: HttpRequest) -> Iterator[Figure]:
    if request.user.has_perm("slackapp.view_receiveddelivery"):
        dead = ReceivedDelivery.objects.filter(state=DeliveryState.DEAD)[: MOST + 1].count()
        listing = reverse("admin:slackapp_receiveddelivery_changelist")
        yield Figure("dead events", dead, f"{listing}?state__exact=dead", _alarm(dead))
    if request.user.has_perm("procrastinate.view_procrastinatejob"):
        failed = ProcrastinateJob.objects.filter(status="failed")[: MOST + 1].count()
        listing = reverse("admin:procrastinate_procrastinatejob_changelist")
        yield Figure("failed jobs", failed, f"{listing}?status__exact=failed", _alarm(failed))


def _alarm(number: int) -> str:
    return "bad" if number else "good"


def _line(named: Named, now: Any) -> dict[str, Any]:
    return {
        "name": named.name or "unnamed",
        "team_id": named.team_id,
        "address": reverse("admin:installations_workspace_change", args=[named.id]),
        "when": words.moment(named.when, now),
        "why": named.why,
    }
