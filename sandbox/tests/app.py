"""A tiny Slack app: remembers what it gets, answers what a test tells it to."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from socket import AF_INET, SOCK_STREAM, socket
from urllib.parse import parse_qsl

import uvicorn
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.types import JSON

SIGNING_SECRET = "signing-secret"


@dataclass
class Received:
    """One authenticated request."""

    payload: JSON
    headers: dict[str, str]


@dataclass
class EchoApp:
    """Runs in a thread; ``answer`` decides what every request gets."""

    received: list[Received] = field(default_factory=list)
    answer: Callable[[JSON], Response] = lambda _payload: Response()
    url: str = ""

    def __post_init__(self) -> None:
        self._socket = socket(AF_INET, SOCK_STREAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen()
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/slack/events"
        app = Starlette(routes=[Route("/slack/events", self._endpoint, methods=["POST"])])
        config = uvicorn.Config(app, log_level="error", lifespan="off", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def clear(self) -> None:
        self.received.clear()
        self.answer = lambda _payload: Response()

    def answers_json(self, body: JSON) -> None:
        self.answer = lambda _payload: JSONResponse(body)

    def answers_text(self, text: str, status: int = 200) -> None:
        self.answer = lambda _payload: PlainTextResponse(text, status)

    def answers_late(self, seconds: float) -> None:
        def answer(payload: JSON) -> Response:
            time.sleep(seconds)
            return Response()

        self.answer = answer

    @property
    def last(self) -> JSON:
        """Return the last gesture; events come when they come."""
        return next(one.payload for one in reversed(self.received) if "event" not in one.payload)

    @property
    def last_envelope(self) -> JSON:
        return next(one.payload for one in reversed(self.received) if "event" in one.payload)

    def envelopes(self, kind: str) -> list[JSON]:
        every = [one.payload for one in self.received if "event" in one.payload]
        return [one for one in every if one["event"]["type"] == kind]

    def events(self, kind: str) -> list[JSON]:
        return [one["event"] for one in self.envelopes(kind)]

    async def _endpoint(self, request: Request) -> Response:
        body = (await request.body()).decode()
        headers = dict(request.headers)
        verifier = SignatureVerifier(SIGNING_SECRET)
        if not verifier.is_valid_request(body, headers):
            return PlainTextResponse("bad signature", 401)
        payload = _payload(body, headers["content-type"])
        self.received.append(Received(payload, headers))
        return await run_in_threadpool(self.answer, payload)


def _payload(body: str, kind: str) -> JSON:
    if kind.startswith("application/json"):
        parsed: JSON = json.loads(body)
        return parsed
    form: JSON = dict(parse_qsl(body, keep_blank_values=True))
    return json.loads(form["payload"]) if "payload" in form else form
