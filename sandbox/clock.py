"""Time as the sandbox sees it: the real clock plus what a test added."""

import threading
import time
from collections.abc import Callable


class Clock:
    """Tells the time, and can be moved forward."""

    def __init__(self) -> None:
        """Start at the present."""
        self._offset = 0.0  # seconds
        self._listeners: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def now(self) -> float:
        """Return seconds since the epoch."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass at once; whatever was due by then happens now."""
        with self._lock:
            self._offset += seconds
        for listener in self._listeners:
            listener()

    def reset(self) -> None:
        """Return to the present."""
        with self._lock:
            self._offset = 0.0

    def on_advance(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after each jump."""
        self._listeners.append(listener)
