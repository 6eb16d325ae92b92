"""Prints how fast Slack is answered: `make bench`."""

import sys

from benchmarks.acknowledgements import measure
from benchmarks.product import running_web

CLIENTS = 8
REQUESTS = 800


def main() -> int:
    with running_web(campaigns=REQUESTS) as port:
        lines = measure(port, requests=REQUESTS, clients=CLIENTS)
    say(f"{REQUESTS} requests of each kind from {CLIENTS} clients; 2 workers with 4 threads each")
    say(f"{'':36}{'per s':>8}{'p50 ms':>9}{'p99 ms':>9}{'p50 / baseline':>16}")
    for line in lines:
        ratio = line.p50 / lines[0].p50
        say(f"{line.what:36}{line.rate:8.0f}{line.p50:9.1f}{line.p99:9.1f}{ratio:16.1f}")
    return 0


def say(text: str) -> None:
    print(text)  # noqa: T201  # for the person at the terminal


if __name__ == "__main__":
    sys.exit(main())
