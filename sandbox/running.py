"""A web server that stops promptly, even while browsers listen."""

import socket

import uvicorn

from sandbox.server import application
from sandbox.slack import Slack

LARGEST_FRAME = 1_000_000  # bytes; Slack names no number
GRACE = 1  # seconds for requests under way when the server stops


class Server(uvicorn.Server):
    """Ends the event streams first: they would otherwise hold the shutdown up."""

    def __init__(self, slack: Slack) -> None:
        """Serve ``slack``."""
        self._slack = slack
        super().__init__(
            uvicorn.Config(
                application(slack),
                log_level="warning",
                lifespan="off",
                proxy_headers=False,
                ws="websockets-sansio",
                ws_max_size=LARGEST_FRAME,
                ws_ping_interval=None,  # connections ping by themselves, in Slack's words
                ws_per_message_deflate=False,
                timeout_graceful_shutdown=GRACE,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve and to deliver."""
        self._slack.events.start()
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop delivering, close the streams, then the server."""
        self._slack.events.close()
        self._slack.changes.close()
        await super().shutdown(sockets)


def listen(slack: Slack, host: str, port: int) -> socket.socket:
    """Open the port, and tell ``slack`` the address others reach it by.

    From here on connections wait for the server instead of being refused.

    Raises:
        OSError: the port is taken.
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen()
    except OSError:
        bound.close()
        raise
    slack.base_url = f"http://{host}:{bound.getsockname()[1]}"
    return bound
