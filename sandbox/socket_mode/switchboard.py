"""The app's connections: each envelope goes to one of them, acknowledgements come from any."""

import itertools
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.delivery import Answer
from sandbox.socket_mode.connection import Connection
from sandbox.types import JSON, Value

MOST = 10  # connections of one app; docs.slack.dev/apis/events-api/using-socket-mode
LIFE = 18_060.0  # seconds of a connection, as Slack's recorded hello says
DEBUG_LIFE = 360.0  # seconds with debug_reconnects=true
PING_EVERY = 10.0  # seconds


@dataclass(slots=True)
class _Pending:
    """An envelope on its way; without ``connection_id`` it has to be sent (again)."""

    connection_id: str = ""
    acknowledged: bool = False
    payload: Value = None


class Switchboard:
    """Thread-safe; whoever delivers waits for the app's answer."""

    def __init__(self, clock: Clock, deadline: float) -> None:
        """Begin without connections; an envelope may take ``deadline`` seconds."""
        self.life = LIFE  # seconds; of the connections to come
        self.ping_interval = PING_EVERY  # seconds; of the connections to come
        self._clock = clock
        self._deadline = deadline
        self._connections: dict[str, Connection] = {}
        self._pending: dict[str, _Pending] = {}
        self._turns = itertools.count()
        self._moved = threading.Condition()
        clock.on_advance(self._wake)

    @property
    def connections(self) -> list[Connection]:
        """Return the open connections, oldest first."""
        with self._moved:
            return list(self._connections.values())

    @property
    def waiting(self) -> dict[str, str]:
        """Return the connection each unacknowledged envelope went to, by envelope_id."""
        with self._moved:
            return {key: one.connection_id for key, one in self._pending.items()}

    def join(self, connection: Connection, app_id: str) -> bool:
        """Greet a connection and use it from now on; False if the app has too many."""
        with self._moved:
            if len(self._connections) >= MOST:
                return False
            connection.greet(app_id, len(self._connections) + 1)
            self._connections[connection.connection_id] = connection
            self._moved.notify_all()
            return True

    def leave(self, connection: Connection) -> None:
        """Forget a connection; what it did not acknowledge goes to another."""
        with self._moved:
            self._connections.pop(connection.connection_id, None)
            for pending in self._pending.values():
                if pending.connection_id == connection.connection_id:
                    pending.connection_id = ""
            self._moved.notify_all()

    def acknowledge(self, envelope_id: str, payload: Value) -> None:
        """Take an acknowledgement; one of an unknown envelope, or a late one, is ignored."""
        with self._moved:
            pending = self._pending.get(envelope_id)
            if pending is not None and not pending.acknowledged:
                pending.acknowledged, pending.payload = True, payload
                self._moved.notify_all()

    def deliver(self, envelope: JSON) -> tuple[Answer, str]:
        """Send an envelope, wait for its acknowledgement; return it and the connection's id.

        The answer is in HTTP's words: 200 and the payload, or ``http_timeout``, or
        ``connection_failed`` when nobody is connected.
        """
        started, pending = time.monotonic(), _Pending()
        with self._moved:
            self._pending[envelope["envelope_id"]] = pending
            try:
                error = self._carry(pending, json.dumps(envelope), started + self._deadline)
            finally:
                del self._pending[envelope["envelope_id"]]
        ms = round((time.monotonic() - started) * 1000)
        if error:
            return Answer(0, "", ms, error), pending.connection_id
        taken = envelope["accepts_response_payload"] and pending.payload is not None
        body = json.dumps(pending.payload) if taken else ""
        headers = {"content-type": "application/json"}
        return Answer(200, body, ms, headers=headers), pending.connection_id

    def wait_until(self, condition: Callable[[list[Connection]], bool], timeout: float) -> bool:
        """Wait until ``condition`` holds for the open connections; False if it never does."""
        with self._moved:
            return self._moved.wait_for(
                lambda: condition(list(self._connections.values())), timeout
            )

    def restart(self, *, enabled: bool) -> None:
        """Give healthy connections their life again and cut frozen ones; close all if disabled."""
        self.life, self.ping_interval = LIFE, PING_EVERY
        for connection in self.connections:
            if connection.frozen:
                connection.cut()
            elif enabled:
                connection.end_at(self._clock.now() + connection.life)
            else:
                connection.close("link_disabled")

    def _carry(self, pending: _Pending, text: str, until: float) -> str:
        """Send until acknowledged; return what went wrong, in the words of the log."""
        while not pending.acknowledged:
            if not pending.connection_id:
                connection = self._next()
                if connection is None:
                    return "connection_failed"
                pending.connection_id = connection.connection_id
                connection.send(text)
            remaining = until - time.monotonic()
            if remaining <= 0:
                return "http_timeout"
            self._moved.wait(remaining)
        return ""

    def _next(self) -> Connection | None:
        """Return the connection whose turn it is."""
        able = [one for one in self._connections.values() if not one.closing]
        return able[next(self._turns) % len(able)] if able else None

    def _wake(self) -> None:
        for connection in self.connections:
            connection.wake()
