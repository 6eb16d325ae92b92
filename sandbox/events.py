"""Events API: a queue that repeats what the app did not acknowledge."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.outlet import Outlet
from sandbox.types import JSON

# Seconds before each repetition; docs.slack.dev/apis/events-api/#retries
RETRY_AFTER = (0.0, 60.0, 300.0)
WORKERS = 2  # deliveries under way at once


@dataclass(slots=True)
class Waiting:
    """An event on its way, and how often it was tried."""

    envelope: JSON
    retry_num: int = 0
    reason: str = ""


class EventQueue:
    """Delivers in the background, so that no caller waits for the app."""

    def __init__(self, outlet: Outlet, clock: Clock, retry_scale: float = 1.0) -> None:
        """Deliver through ``outlet``; ``retry_scale`` shortens the waits of retries."""
        self._outlet = outlet
        self._clock = clock
        self._retry_scale = retry_scale
        self._heap: list[tuple[float, int, Waiting]] = []
        self._numbers = itertools.count()
        self._under_way = 0
        self._closed = False
        self._moved = threading.Condition()
        clock.on_advance(self._wake)

    def start(self) -> None:
        """Begin to deliver."""
        for _ in range(WORKERS):
            threading.Thread(target=self._work, name="sandbox-events", daemon=True).start()

    def close(self) -> None:
        """Stop; what was not delivered is lost, as the threads are daemons."""
        with self._moved:
            self._closed = True
            self._heap.clear()
            self._moved.notify_all()

    def clear(self) -> None:
        """Forget what waits."""
        with self._moved:
            self._heap.clear()

    def put(self, envelope: JSON) -> None:
        """Deliver ``envelope`` soon."""
        self._schedule(Waiting(envelope), after=0.0)

    def settle(self, timeout: float) -> bool:
        """Wait until nothing is due or under way; retries of the future may remain."""
        return self._wait_until(lambda: not self._under_way and not self._due(), timeout)

    def _wait_until(self, settled: Callable[[], bool], timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        with self._moved:
            while not settled():
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    return False
                self._moved.wait(remaining)
            return True

    def _schedule(self, waiting: Waiting, *, after: float) -> None:
        with self._moved:
            if self._closed:
                return
            due_at = self._clock.now() + after
            heapq.heappush(self._heap, (due_at, next(self._numbers), waiting))
            self._moved.notify_all()

    def _wake(self) -> None:
        with self._moved:
            self._moved.notify_all()

    def _due(self) -> bool:
        return bool(self._heap) and self._heap[0][0] <= self._clock.now()

    def _work(self) -> None:
        while (waiting := self._next()) is not None:
            try:
                self._deliver(waiting)
            finally:
                with self._moved:
                    self._under_way -= 1
                    self._moved.notify_all()

    def _next(self) -> Waiting | None:
        with self._moved:
            while not self._due():
                if self._closed:
                    return None
                soonest = self._heap[0][0] - self._clock.now() if self._heap else None
                self._moved.wait(soonest)
            self._under_way += 1
            return heapq.heappop(self._heap)[2]

    def _deliver(self, waiting: Waiting) -> None:
        answer = self._outlet.event(waiting.envelope, waiting.retry_num, waiting.reason)
        if answer.accepted or answer.no_retry or waiting.retry_num >= len(RETRY_AFTER):
            return
        again = Waiting(waiting.envelope, waiting.retry_num + 1, answer.error)
        self._schedule(again, after=RETRY_AFTER[waiting.retry_num] * self._retry_scale)
