"""The Web API calls an app made, for tests that count them."""

import threading
from collections import deque

from sandbox.types import JSON

KEPT = 5000  # calls
SECRETS = frozenset({"client_secret", "code", "code_verifier", "refresh_token", "token"})


class Received:
    """The last calls, oldest first, without their secrets."""

    def __init__(self) -> None:
        """Begin with none."""
        self._calls: deque[tuple[str, JSON]] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def add(self, method: str, args: JSON) -> None:
        """Remember a call, whatever becomes of it."""
        harmless = {name: value for name, value in args.items() if name not in SECRETS}
        with self._lock:
            self._calls.append((method, harmless))

    def of(self, method: str | None = None) -> list[JSON]:
        """Return the arguments of each call, of one method or of all."""
        with self._lock:
            return [dict(args) for name, args in self._calls if method in {None, name}]

    def clear(self) -> None:
        """Forget them."""
        with self._lock:
            self._calls.clear()
