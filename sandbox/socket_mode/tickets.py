"""One-use rights to open a WebSocket, as apps.connections.open hands them out."""

import threading

from sandbox.clock import Clock
from sandbox.ids import Ids

LIFE = 30.0  # seconds unused; Slack names no number


class Tickets:
    """The tickets that were issued and not yet used."""

    def __init__(self, ids: Ids, clock: Clock) -> None:
        """Begin with none."""
        self._ids = ids
        self._clock = clock
        self._issued: dict[str, float] = {}  # ticket -> seconds since the epoch
        self._lock = threading.Lock()

    def issue(self) -> str:
        """Return a fresh ticket; its 30 seconds begin now."""
        with self._lock:
            now, ticket = self._clock.now(), self._ids.uuid()
            self._issued = {one: at for one, at in self._issued.items() if now - at <= LIFE}
            self._issued[ticket] = now
            return ticket

    def redeem(self, ticket: str) -> bool:
        """Use a ticket up; return whether it was good."""
        with self._lock:
            issued_at = self._issued.pop(ticket, None)
            return issued_at is not None and self._clock.now() - issued_at <= LIFE

    def clear(self) -> None:
        """Void them all."""
        with self._lock:
            self._issued.clear()
