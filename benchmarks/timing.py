"""Times calls that take their turns, so that a busy moment of the machine meets them all."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import connection
from django.test.utils import CaptureQueriesContext

FEWEST = 2  # rounds in a repetition, however slow
T = TypeVar("T")


@dataclass(slots=True)
class Times:
    """What one call costs: queries, and microseconds for each call of each repetition."""

    queries: int = 0
    repetitions: list[list[float]] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self._all())

    @property
    def p95(self) -> float:
        return statistics.quantiles(self._all(), n=20)[-1]

    @property
    def best(self) -> float:
        """The fastest tenth's upper bound: what a busy machine disturbs least."""
        return statistics.quantiles(self._all(), n=10)[0]

    @property
    def spread(self) -> float:
        """How far the repetitions' medians lie apart, as a part of the median."""
        medians = [statistics.median(times) for times in self.repetitions]
        return (max(medians) - min(medians)) / self.median

    def _all(self) -> list[float]:
        return [microseconds for times in self.repetitions for microseconds in times]


def take_turns(
    calls: Mapping[str, Callable[[T], object]],
    pick: Callable[[], T],
    *,
    seconds: float,
    known: dict[str, Times],
) -> None:
    """Add a repetition to what is ``known`` of each call, made in turn for what is picked."""
    for what, call in calls.items():
        known.setdefault(what, Times()).queries = _queries(call, pick())
    for what, times in _repetition(calls, pick, seconds).items():
        known[what].repetitions.append(times)


def _repetition(
    calls: Mapping[str, Callable[[T], object]], pick: Callable[[], T], seconds: float
) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {what: [] for what in calls}
    ends = time.monotonic() + seconds
    while time.monotonic() < ends or len(times[next(iter(times))]) < FEWEST:
        for what, call in calls.items():
            times[what].append(_microseconds(call, pick()))
    return times


def _microseconds(call: Callable[[T], object], about: T) -> float:
    began = time.perf_counter_ns()
    call(about)
    return (time.perf_counter_ns() - began) / 1000


def _queries(call: Callable[[T], object], about: T) -> int:
    call(about)  # what is made once, at the first call, is not what a call costs
    with CaptureQueriesContext(connection) as captured:
        call(about)
    return len(captured)
