"""What lies below a WebSocket: pings, a cut line, a line that has gone silent.

ASGI has no words for these, so this reaches for uvicorn's protocol behind ``send``.
"""

from contextlib import suppress
from typing import Any, Protocol, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.exceptions import InvalidState

KEY = "sandbox.line"


class _Transport(Protocol):
    def write(self, data: bytes) -> None: ...

    def abort(self) -> None: ...


class _Frames(Protocol):
    def send_ping(self, data: bytes) -> None: ...

    def data_to_send(self) -> list[bytes]: ...


class _Protocol(Protocol):
    conn: _Frames
    transport: _Transport


class _Bound(Protocol):
    __self__: _Protocol


class _Silent:
    """A transport that loses what is written; what the other side does is still noticed."""

    def __init__(self, transport: _Transport) -> None:
        self._transport = transport

    def write(self, data: bytes) -> None:
        """Lose it."""

    def abort(self) -> None:
        self._transport.abort()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Line:
    """The line of one WebSocket; to be used in the server's event loop only."""

    def __init__(self, protocol: _Protocol) -> None:
        """Take hold of uvicorn's ``protocol``."""
        self._protocol = protocol

    def ping(self, text: str) -> None:
        """Send a ping frame; a line that is closing stays as it is."""
        with suppress(InvalidState):
            self._protocol.conn.send_ping(text.encode())
            self._protocol.transport.write(b"".join(self._protocol.conn.data_to_send()))

    def cut(self) -> None:
        """Close the TCP connection without a word."""
        self._protocol.transport.abort()

    def silence(self) -> None:
        """Keep the TCP connection open, but send nothing any more, not even pongs."""
        self._protocol.transport = _Silent(self._protocol.transport)


class Wired:
    """Middleware: gives a WebSocket's scope its ``Line``; must be given the server's ``send``."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or WebSocket."""
        if scope["type"] == "websocket":
            scope = {**scope, KEY: Line(cast("_Bound", send).__self__)}
        await self._app(scope, receive, send)
