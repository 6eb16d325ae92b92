"""Tells open browser windows that something they show has changed."""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from sandbox.types import JSON

KEEPALIVE = 15.0  # seconds between comment lines, so that proxies keep the stream open


@dataclass(frozen=True, slots=True)
class Change:
    """What changed, and for whom."""

    user_ids: frozenset[str]
    channel_id: str | None = None
    home: bool = False
    modal: bool = False
    state: bool = False


@dataclass(eq=False)
class Listener:
    """One open stream; its queue belongs to the loop that serves it."""

    user_id: str
    loop: asyncio.AbstractEventLoop
    queue: asyncio.Queue[Change | None] = field(default_factory=asyncio.Queue)


class Changes:
    """The version of the state, and the streams that wait for the next one."""

    def __init__(self) -> None:
        """Begin at version 1 with nobody listening."""
        self.version = 1
        self._listeners: set[Listener] = set()
        self._lock = threading.Lock()

    def publish(self, change: Change) -> None:
        """Hand ``change`` to everyone who can see it; callable from any thread."""
        with self._lock:
            self.version += 1
            affected = [one for one in self._listeners if one.user_id in change.user_ids]
        for listener in affected:
            _put(listener, change)

    def close(self) -> None:
        """End every open stream, so that the server can stop."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            _put(listener, None)

    async def listen(self, user_id: str) -> AsyncIterator[JSON | None]:
        """Yield what changed for ``user_id``; ``None`` when nothing did for a while."""
        listener = Listener(user_id, asyncio.get_running_loop())
        with self._lock:
            self._listeners.add(listener)
        try:
            while (batch := await _next_batch(listener.queue)) is not None:
                yield self._summary(batch) if batch else None
        finally:
            with self._lock:
                self._listeners.discard(listener)

    def _summary(self, batch: list[Change]) -> JSON:
        return {
            "version": self.version,
            "channels": sorted({one.channel_id for one in batch if one.channel_id}),
            "home": any(one.home for one in batch),
            "modal": any(one.modal for one in batch),
            "state": any(one.state for one in batch),
        }


def _put(listener: Listener, change: Change | None) -> None:
    try:
        listener.loop.call_soon_threadsafe(listener.queue.put_nowait, change)
    except RuntimeError:  # the loop is closed: its server has stopped, nobody is reading
        return


async def _next_batch(queue: asyncio.Queue[Change | None]) -> list[Change] | None:
    """Wait for one change and take along those behind it; ``None`` means the end."""
    try:
        first = await asyncio.wait_for(queue.get(), KEEPALIVE)
    except TimeoutError:
        return []
    batch = [first]
    while not queue.empty():
        batch.append(queue.get_nowait())
    changes = [change for change in batch if change is not None]
    return changes if len(changes) == len(batch) else None
