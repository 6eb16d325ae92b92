"""Prints what Countersign costs on this machine: `make bench`, or some benchmarks by name."""

import sys
from collections.abc import Callable
from functools import partial

from benchmarks import acknowledgements, product
from benchmarks.terminal import say

BENCHMARKS: dict[str, Callable[[], None]] = {
    "acknowledgements": acknowledgements.report,
    "authorise": partial(product.run_inside, "from benchmarks.authorise import report; report()"),
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        say(f"There is no benchmark {unknown[0]!r}. Choose from: {', '.join(BENCHMARKS)}.")
        return 2
    for name in names or BENCHMARKS:
        BENCHMARKS[name]()
        say("")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
