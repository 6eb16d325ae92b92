"""Probes: is the process alive, can it serve."""

from collections.abc import Callable
from logging import getLogger

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from installations import keys

logger = getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]


class HealthMiddleware:
    """Answers ``/livez`` and ``/readyz`` before host checks and TLS redirects see them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/livez":
            return HttpResponse("alive", content_type="text/plain")
        if request.path == "/readyz":
            return readiness()
        return self.get_response(request)


def readiness() -> HttpResponse:
    """Return 200 when this process may serve, else 503 with the reason; Slack is not asked.

    The database answers and is migrated, and the keys are those that sealed what is stored. The
    reason is in the log too.
    """
    problem = _problem()
    if problem:
        logger.error("not ready: %s", problem)
        return JsonResponse({"ready": False, "problem": problem}, status=503)
    return JsonResponse({"ready": True})


def _problem() -> str:
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        return f"{len(pending)} migrations to apply" if pending else keys.problem()
    except Error:
        return "the database does not answer"
