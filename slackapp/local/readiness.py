"""Whether the processes answer."""

import http.client
import time
from collections.abc import Callable

from slackapp.local.plan import Plan

PATIENCE = 60  # seconds until a person is told


def await_answers(plan: Plan, say: Callable[[str], None]) -> None:
    """Return when every process with an address answers; say which one takes long."""
    tell_at = time.monotonic() + PATIENCE
    waiting = plan.probes()
    while waiting:
        waiting = {name: probe for name, probe in waiting.items() if not answers(*probe)}
        if waiting and time.monotonic() > tell_at:
            say(_late(waiting))
            tell_at = float("inf")
        time.sleep(0.2)


def answers(port: int, path: str) -> bool:
    """Tell whether a GET is answered with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _late(waiting: dict[str, tuple[int, str]]) -> str:
    lines = [
        f"“{name}” does not answer after {PATIENCE} seconds. Its lines above say why; "
        f"to see more: curl -i http://127.0.0.1:{port}{path}"
        for name, (port, path) in waiting.items()
    ]
    return "\n".join([*lines, "Still trying. Ctrl-C stops everything."])
