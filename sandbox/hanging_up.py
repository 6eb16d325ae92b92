"""Closes a connection without an answer, as a failing network does."""

from typing import Protocol, cast

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

KEY = "sandbox.hang_up"


class _Transport(Protocol):
    def abort(self) -> None: ...


class _Cycle(Protocol):
    transport: _Transport


class _Bound(Protocol):
    __self__: _Cycle


class HangingUp:
    """Outermost layer: lets the inside ask for the line to be cut instead of answering.

    ASGI has no word for that, so this reaches for the transport behind uvicorn's ``send``.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; a WebSocket passes through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked: list[bool] = []

        async def send_unless_cut(message: Message) -> None:
            if not asked:
                await send(message)

        await self._app({**scope, KEY: asked}, receive, send_unless_cut)
        if asked:
            cycle = cast("_Bound", send).__self__
            cycle.transport.abort()
            while (await receive())["type"] != "http.disconnect":
                pass


def hang_up(request: Request) -> None:
    """Cut the line once this request has been dealt with."""
    request.scope[KEY].append(True)
