"""Times the answers to what Slack sends, each beside a request that does nothing."""

import itertools
import json
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from benchmarks.people import APPROVER, CHANNEL, TEAM
from benchmarks.product import SIGNING_SECRET, running_web
from benchmarks.terminal import say

CLIENTS = 8
REQUESTS = 800
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
Request = tuple[str, str]  # body, content type


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of request; times in milliseconds."""

    what: str
    rate: float
    p50: float
    p99: float


def report() -> None:
    with running_web(campaigns=REQUESTS) as port:
        lines = measure(port, requests=REQUESTS, clients=CLIENTS)
    say(f"{REQUESTS} requests of each kind from {CLIENTS} clients; 2 workers with 4 threads each")
    say(f"{'':36}{'per s':>8}{'p50 ms':>9}{'p99 ms':>9}{'p50 / baseline':>16}")
    for line in lines:
        ratio = line.p50 / lines[0].p50
        say(f"{line.what:36}{line.rate:8.0f}{line.p50:9.1f}{line.p99:9.1f}{ratio:16.1f}")


def measure(port: int, *, requests: int, clients: int) -> list[Line]:
    """Return a line for the baseline, then one for each kind of request."""
    kinds: dict[str, Callable[[int], Request]] = {
        "baseline: a signed challenge": challenge,
        "an event, stored before the ack": event,
        "/campaign help": command,
        "Approve: decided, audited, queued": approval,
    }
    return [_measure(what, kind, port, requests, clients) for what, kind in kinds.items()]


def challenge(number: int) -> Request:
    return json.dumps({"type": "url_verification", "challenge": str(number)}), JSON


def event(number: int) -> Request:
    body = {
        "type": "event_callback",
        "team_id": TEAM,
        "event_id": f"Ev{number}",
        "event_time": int(time.time()),
        "event": {"type": "app_home_opened", "user": APPROVER, "tab": "home"},
    }
    return json.dumps(body), JSON


def command(number: int) -> Request:
    fields = {"command": "/campaign", "text": "help", "team_id": TEAM, "user_id": APPROVER}
    return urlencode({**fields, "trigger_id": f"command.{number}"}), FORM


def approval(number: int) -> Request:
    """Return a click on the campaign of that number; the year is the seed's."""
    value = f"campaign_C-{time.gmtime().tm_year}-{number + 1:04}_r1"
    button = {"type": "button", "action_id": "campaign.approve", "block_id": "b", "value": value}
    payload = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": APPROVER},
        "container": {"type": "message", "channel_id": CHANNEL, "message_ts": "1.1"},
        "actions": [button],
        "trigger_id": f"click.{number}",
    }
    return urlencode({"payload": json.dumps(payload)}), FORM


def _measure(
    what: str, kind: Callable[[int], Request], port: int, requests: int, clients: int
) -> Line:
    numbers = itertools.count()
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        each = requests // clients
        rounds = [pool.submit(_client, port, kind, numbers, each) for _ in range(clients)]
    took = time.perf_counter() - began
    times = sorted(itertools.chain.from_iterable(future.result() for future in rounds))
    p99 = times[int(len(times) * 0.99) - 1]
    return Line(what, len(times) / took, statistics.median(times), p99)


def _client(
    port: int, kind: Callable[[int], Request], numbers: Iterator[int], count: int
) -> list[float]:
    """Send ``count`` requests over one connection; return their times in milliseconds."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        return [_send(connection, kind(next(numbers))) for _ in range(count)]
    finally:
        connection.close()


def _send(connection: HTTPConnection, request: Request) -> float:
    body, content_type = request
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=timestamp, body=body)
    headers = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature or "",
    }
    began = time.perf_counter()
    connection.request("POST", "/slack/events", body, headers)
    response = connection.getresponse()
    response.read()
    if response.status != 200:  # noqa: PLR2004
        raise RuntimeError(f"answered {response.status}")
    return (time.perf_counter() - began) * 1000
