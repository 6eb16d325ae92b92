"""Which workspaces have a problem, as the database finds them; the words are in ``health``."""

from collections.abc import Mapping
from datetime import datetime
from functools import reduce
from operator import or_

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Replace

from installations.models import Workspace, WorkspaceState
from installations.queries.credentials import bots, with_bot_row
from installations.queries.health import EXPIRING, RECENT, SILENCE, Problem
from installations.scopes import BOT_SCOPES

ANY = "any"
LIVING = (WorkspaceState.ACTIVE, WorkspaceState.NEEDS_REAUTH)


def with_problem(
    workspaces: QuerySet[Workspace], problem: str, now: datetime
) -> QuerySet[Workspace]:
    """Return those of ``workspaces`` that have ``problem``, a Problem or ``ANY``."""
    asked = frozenset(Problem) if problem == ANY else frozenset({Problem(problem)})
    return with_bot_row(workspaces.filter(state__in=LIVING)).filter(
        _any_of(asked, _of_workspaces(now)) | _of_bots(_any_of(asked, _of_credentials(now)))
    )


def _any_of(asked: frozenset[Problem], conditions: Mapping[Problem, Q]) -> Q:
    """Return what holds where one of the problems that are ``asked`` for does, or nothing."""
    found = [condition for problem, condition in conditions.items() if problem in asked]
    return reduce(or_, found, Q(pk__in=[]))


def _of_workspaces(now: datetime) -> Mapping[Problem, Q]:
    return {
        Problem.NEEDS_REAUTH: Q(state=WorkspaceState.NEEDS_REAUTH),
        Problem.NO_BOT: Q(bot_row=None),
        Problem.API_ERROR: ~Q(api_error="") & Q(api_error_at__gt=now - RECENT),
        Problem.SILENT: Q(last_event_at__lt=now - SILENCE),
    }


def _of_credentials(now: datetime) -> Mapping[Problem, Q]:
    expires = "bot_token_expires_at"
    return {
        Problem.REFRESH_REFUSED: ~Q(bot_refused_at=None),
        Problem.TOKEN_EXPIRED: Q(**{f"{expires}__lte": now}),
        Problem.SCOPES_MISSING: ~COMPLETE,
        Problem.TOKEN_EXPIRING: Q(**{f"{expires}__gt": now, f"{expires}__lt": now + EXPIRING}),
    }


def _of_bots(condition: Q) -> Q:
    """Return the workspaces whose bot is one of those with ``condition``."""
    return Q(bot_row__in=bots().alias(granted=GRANTED).filter(condition).values("pk"))


COMPLETE = Q(granted__contains=sorted(BOT_SCOPES))
GRANTED = Func(
    Replace(F("bot_scopes"), Value(" "), Value(",")),
    Value(","),
    function="string_to_array",
    output_field=ArrayField(TextField()),
)
