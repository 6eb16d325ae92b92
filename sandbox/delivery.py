"""Signed POSTs to the app, each with Slack's deadline and a line in the log."""

import hashlib
import hmac
import http.client
import json
import ssl
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode, urlsplit

from sandbox.types import JSON

# docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response
DEADLINE = 3.0  # seconds
LOG_LENGTH = 500  # deliveries


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app said, or ``error``: why nothing usable came back.

    ``error`` uses the words of x-slack-retry-reason, docs.slack.dev/apis/events-api/#retries
    """

    status: int
    body: str
    ms: int
    error: str = ""
    headers: Mapping[str, str] | None = None

    @property
    def accepted(self) -> bool:
        """Whether the app acknowledged."""
        return not self.error

    @property
    def no_retry(self) -> bool:
        """Whether the app asked not to get this again (x-slack-no-retry: 1)."""
        return (self.headers or {}).get("x-slack-no-retry") == "1"

    def json(self) -> JSON | None:
        """Return the body if it is a JSON object."""
        try:
            body = json.loads(self.body)
        except ValueError:
            return None
        return body if isinstance(body, dict) else None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One line of the log."""

    kind: str
    url: str
    status: int
    ms: int
    retry_num: int
    error: str
    at: float  # seconds since the epoch


class Courier:
    """Carries payloads to the app and remembers how that went."""

    def __init__(self, signing_secret: str, deadline: float = DEADLINE) -> None:
        """Sign with ``signing_secret``; give up after ``deadline`` seconds."""
        self._signing_secret = signing_secret.encode()
        self._deadline = deadline
        self._log: deque[Delivery] = deque(maxlen=LOG_LENGTH)
        self._lock = threading.Lock()

    @property
    def log(self) -> list[Delivery]:
        """Return the last deliveries, oldest first."""
        with self._lock:
            return list(self._log)

    def clear(self) -> None:
        """Empty the log."""
        with self._lock:
            self._log.clear()

    def record(self, line: Delivery) -> None:
        """Add a line to the log."""
        with self._lock:
            self._log.append(line)

    def post_form(self, kind: str, url: str, fields: Mapping[str, str]) -> Answer:
        """POST ``fields`` once, as Slack does with commands and interactions."""
        body = urlencode(fields)
        return self._post(kind, url, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def post_payload(self, url: str, payload: JSON) -> Answer:
        """POST an interaction: a form with the single field ``payload``."""
        return self.post_form(payload["type"], url, {"payload": json.dumps(payload)})

    def post_event(self, url: str, envelope: JSON, retry_num: int, reason: str) -> Answer:
        """POST an event as JSON; ``retry_num`` 0 is the first attempt."""
        headers = {"Content-Type": "application/json"}
        if retry_num:
            headers["X-Slack-Retry-Num"] = str(retry_num)
            headers["X-Slack-Retry-Reason"] = reason
        kind = envelope.get("event", envelope)["type"]
        return self._post(kind, url, json.dumps(envelope), headers, retry_num=retry_num)

    def _post(
        self, kind: str, url: str, body: str, headers: Mapping[str, str], *, retry_num: int = 0
    ) -> Answer:
        signed = {**headers, **sign(self._signing_secret, body), "User-Agent": "Slackbot 1.0"}
        answer = _request(_Outgoing(url, body, signed, self._deadline, time.monotonic()))
        self.record(
            Delivery(kind, url, answer.status, answer.ms, retry_num, answer.error, time.time())
        )
        return answer


def sign(signing_secret: bytes, body: str) -> dict[str, str]:
    """Return the two signature headers.

    Source: docs.slack.dev/authentication/verifying-requests-from-slack.

    The timestamp is real time, not the sandbox's clock: the app compares it with its own.
    """
    timestamp = str(int(time.time()))
    digest = hmac.new(signing_secret, f"v0:{timestamp}:{body}".encode(), hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
    }


def as_json(delivery: Delivery) -> JSON:
    """Return a line of the log for the control API."""
    return asdict(delivery)


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """One request, with the moment it began and the seconds it may take."""

    url: str
    body: str
    headers: Mapping[str, str]
    deadline: float
    started: float

    @property
    def path(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"

    @property
    def remaining(self) -> float:
        return max(self.deadline - (time.monotonic() - self.started), 0.001)


def _request(outgoing: _Outgoing) -> Answer:
    connection = _connection(outgoing.url, outgoing.deadline)
    try:
        return _exchange(connection, outgoing)
    except TimeoutError:
        return _failed("http_timeout", outgoing.started)
    except ssl.SSLError:
        return _failed("ssl_error", outgoing.started)
    except OSError:
        return _failed("connection_failed", outgoing.started)
    except http.client.HTTPException:
        return _failed("unknown_error", outgoing.started)
    finally:
        connection.close()


def _connection(url: str, deadline: float) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=deadline)


def _exchange(connection: http.client.HTTPConnection, outgoing: _Outgoing) -> Answer:
    connection.request("POST", outgoing.path, outgoing.body.encode(), dict(outgoing.headers))
    if connection.sock is not None:
        connection.sock.settimeout(outgoing.remaining)
    response = connection.getresponse()
    text = response.read().decode("utf-8", "replace")
    error = "" if 200 <= response.status < 300 else "http_error"  # noqa: PLR2004 (HTTP's range)
    lowered = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, text, _ms_since(outgoing.started), error, lowered)


def _failed(error: str, started: float) -> Answer:
    return Answer(0, "", _ms_since(started), error)


def _ms_since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def as_person_reads(answer: Answer) -> str:
    """Return the code Slack's client shows for an interaction that failed."""
    return "operation_timeout" if answer.error == "http_timeout" else "dispatch_failed"
