"""Things that go wrong on purpose, for tests of an app's manners."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Fault:
    """One planned mishap of a Web API method."""

    method: str
    times: int
    error: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    drops: bool = False
    performed: bool = False


class Faults:
    """Planned mishaps, used up one call at a time."""

    def __init__(self) -> None:
        """Begin with nothing planned."""
        self._planned: list[Fault] = []
        self._lock = threading.Lock()

    def fail(
        self,
        method: str,
        error: str = "ratelimited",
        *,
        status: int = 429,
        times: int = 1,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Refuse the next calls of ``method`` with ``error``; nothing is performed."""
        extra = dict(headers or {})
        named = {name.lower() for name in extra}
        if status == 429 and "retry-after" not in named:  # noqa: PLR2004 (HTTP's own number)
            extra["Retry-After"] = "1"
        self._plan(Fault(method, times, error=error, status=status, headers=extra))

    def delay(self, method: str, seconds: float, *, times: int = 1) -> None:
        """Answer the next calls of ``method`` late."""
        self._plan(Fault(method, times, seconds=seconds))

    def drop(self, method: str, *, times: int = 1, performed: bool = False) -> None:
        """Hang up on the next calls of ``method``, before or after they are performed."""
        self._plan(Fault(method, times, drops=True, performed=performed))

    def take(self, method: str) -> Fault | None:
        """Return the mishap planned for this call and count it as happened."""
        with self._lock:
            fault = next((one for one in self._planned if one.method in {method, "*"}), None)
            if fault is None:
                return None
            fault.times -= 1
            if fault.times <= 0:
                self._planned.remove(fault)
            return fault

    def clear(self) -> None:
        """Forget what was planned."""
        with self._lock:
            self._planned.clear()

    def _plan(self, fault: Fault) -> None:
        with self._lock:
            self._planned.append(fault)
