"""One WebSocket of the app: greeted, pinged, warned, and one day closed."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.clock import Clock
from sandbox.socket_mode.frames import HOST, FrameError, acknowledgement, disconnect, hello
from sandbox.socket_mode.line import Line
from sandbox.types import Value

WARNED_BEFORE = 10.0  # seconds between "warning" and the end
NORMAL, NOT_JSON = 1000, 1007  # RFC 6455, section 7.4.1
MOMENT = 1.0  # seconds the event loop may take to do what it is told

Acknowledge = Callable[[str, Value], None]


@dataclass(frozen=True, slots=True)
class Closing:
    """Last item of the outbox; without ``code`` the app has gone already."""

    code: int | None = None


class Connection:
    """Created in the event loop; the public methods may be called from any thread."""

    def __init__(
        self, connection_id: str, websocket: WebSocket, line: Line, clock: Clock, life: float
    ) -> None:
        """Prepare; ``life`` is in seconds of the sandbox's clock."""
        self.connection_id = connection_id
        self.life = life
        self.ends_at = clock.now() + life  # seconds since the epoch
        self.frozen = False
        self.closing = False
        self._websocket = websocket
        self._line = line
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._outbox: asyncio.Queue[str | Closing] = asyncio.Queue()
        self._woken = asyncio.Event()

    def greet(self, app_id: str, num_connections: int) -> None:
        """Say hello."""
        self.send(hello(app_id, num_connections, self.life))

    def send(self, text: str) -> None:
        """Send a message soon."""
        self._loop.call_soon_threadsafe(self._outbox.put_nowait, text)

    def close(self, reason: str) -> None:
        """Say why, then close; nothing else is sent after that."""
        self.closing = True
        self.send(disconnect(reason))
        self._loop.call_soon_threadsafe(self._outbox.put_nowait, Closing(NORMAL))

    def end_at(self, moment: float) -> None:
        """Have the connection end at ``moment`` of the sandbox's clock, warned 10 s before."""
        self.ends_at = moment
        self.wake()

    def wake(self) -> None:
        """Look at the clock again."""
        self._loop.call_soon_threadsafe(self._woken.set)

    def cut(self) -> None:
        """Close the TCP connection without a word."""
        self.closing = True
        self._loop.call_soon_threadsafe(self._line.cut)

    def freeze(self) -> None:
        """Send and hear nothing any more; the socket stays open. Not for the loop's thread."""
        self.frozen = True
        done = threading.Event()
        self._loop.call_soon_threadsafe(self._line.silence)
        self._loop.call_soon_threadsafe(done.set)
        done.wait(MOMENT)

    async def run(self, acknowledge: Acknowledge, ping_interval: float) -> None:
        """Serve until either side ends it; ``acknowledge`` is told what the app sends."""
        helpers = [
            asyncio.create_task(self._listen(acknowledge)),
            asyncio.create_task(self._ping(ping_interval)),
            asyncio.create_task(self._age()),
        ]
        try:
            await self._write()
        except (WebSocketDisconnect, RuntimeError):  # the line ended while we were writing
            pass
        finally:
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)

    async def _write(self) -> None:
        while not isinstance(item := await self._outbox.get(), Closing):
            if not self.frozen:
                await self._websocket.send_text(item)
        if item.code is not None:
            await self._websocket.close(item.code)

    async def _listen(self, acknowledge: Acknowledge) -> None:
        last = Closing()
        try:
            while (message := await self._websocket.receive())["type"] == "websocket.receive":
                if not self.frozen:
                    acknowledge(*acknowledgement(message.get("text")))
        except FrameError:
            last = Closing(NOT_JSON)
        self.closing = True
        self._outbox.put_nowait(last)

    async def _ping(self, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            self._line.ping(f"Ping from {HOST}")

    async def _age(self) -> None:
        await self._clock_reaches(WARNED_BEFORE)
        self.send(disconnect("warning"))
        await self._clock_reaches(0.0)
        self.close("refresh_requested")

    async def _clock_reaches(self, before: float) -> None:
        """Sleep until ``before`` seconds before the end; both clock and end may jump."""
        while True:
            self._woken.clear()
            remaining = self.ends_at - before - self._clock.now()
            if remaining <= 0:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(remaining):
                    await self._woken.wait()
