"""``/link/``: where the app opens its WebSockets."""

from collections.abc import Awaitable, Callable

from starlette.websockets import WebSocket

from sandbox.slack import Slack
from sandbox.socket_mode.connection import Connection
from sandbox.socket_mode.frames import disconnect
from sandbox.socket_mode.line import KEY
from sandbox.socket_mode.switchboard import DEBUG_LIFE


def endpoint(slack: Slack) -> Callable[[WebSocket], Awaitable[None]]:
    """Return the endpoint; a handshake without a good ticket is refused with HTTP 403."""

    async def serve(websocket: WebSocket) -> None:
        ticket = websocket.query_params.get("ticket", "")
        if not slack.tickets.redeem(ticket) or not slack.manifest.socket_mode_enabled:
            await websocket.close()
            return
        await websocket.accept()
        connection = _connection(slack, websocket)
        if not slack.switchboard.join(connection, slack.app_id):
            await websocket.send_text(disconnect("too_many_websockets"))
            await websocket.close()
            return
        try:
            await connection.run(slack.switchboard.acknowledge, slack.switchboard.ping_interval)
        finally:
            slack.switchboard.leave(connection)

    return serve


def _connection(slack: Slack, websocket: WebSocket) -> Connection:
    debug = websocket.query_params.get("debug_reconnects") == "true"
    life = DEBUG_LIFE if debug else slack.switchboard.life
    return Connection(slack.ids.uuid(), websocket, websocket.scope[KEY], slack.clock, life)
