"""Prints times by the number of workspaces, beside those at one workspace and a baseline's."""

import statistics
from collections.abc import Iterable
from enum import Enum

from benchmarks.terminal import say
from benchmarks.timing import Times

Table = dict[int, dict[str, Times]]  # by number of workspaces, the fewest first


class Unit(Enum):
    """How times are shown: name, microseconds, decimals."""

    MICROSECONDS = "µs", 1, 0
    MILLISECONDS = "ms", 1000, 1


def print_table(title: str, table: Table, *, unit: Unit, baseline: str = "") -> None:
    """Print a line for each call: queries, median and 95th percentile at each size, growth."""
    fewest, *more = table
    sizes = "".join(_head(size, unit, baseline) for size in table)
    growth = "".join(f"{f'{size:,} / {fewest}':>12}" for size in more)
    say(f"\n{title}\n{'':34}{'queries':>8}{sizes}{growth}")
    for what in table[fewest]:
        line = {size: times[what] for size, times in table.items()}
        queries = "-".join(str(number) for number in sorted({one.queries for one in line.values()}))
        times = "".join(_times(table[size], what, unit, baseline) for size in table)
        growth = "".join(f"{line[size].best / line[fewest].best:12.2f}" for size in more)
        say(f"{what:34}{queries:>8}{times}{growth}")


def print_noise(tables: Iterable[Table]) -> None:
    spreads = [
        times.spread for table in tables for calls in table.values() for times in calls.values()
    ]
    say(
        f"\nNoise: the medians of a call's repetitions lay {statistics.median(spreads):.0%} apart "
        f"(the worst: {max(spreads):.0%})."
    )


def _head(size: int, unit: Unit, baseline: str) -> str:
    name, _, _ = unit.value
    beside = f"{'beside SELECT':>15}" if baseline else ""
    return f"{f'{name} at {size:,}':>14}{'p95':>7}{beside}"


def _times(calls: dict[str, Times], what: str, unit: Unit, baseline: str) -> str:
    _, per_unit, decimals = unit.value
    times = calls[what]
    beside = f"{times.best / calls[baseline].best:15.2f}" if baseline else ""
    median, p95 = times.median / per_unit, times.p95 / per_unit
    return f"{median:14.{decimals}f}{p95:7.{decimals}f}{beside}"
