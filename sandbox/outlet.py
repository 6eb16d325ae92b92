"""The way out to the app: HTTP requests, or with Socket Mode its sockets, never both."""

import time
from collections.abc import Callable, Mapping

from sandbox.delivery import Answer, Courier, Delivery
from sandbox.ids import Ids
from sandbox.manifest import Command, Manifest
from sandbox.socket_mode import frames
from sandbox.socket_mode.switchboard import Switchboard
from sandbox.types import JSON

NOWHERE = Answer(0, "", 0, "connection_failed")


class Outlet:
    """Sends what the manifest of the moment asks for, and keeps one log of it."""

    def __init__(
        self,
        manifest: Callable[[], Manifest],
        courier: Courier,
        switchboard: Switchboard,
        ids: Ids,
    ) -> None:
        """Send through ``courier`` or ``switchboard``; ``manifest`` says which."""
        self._manifest = manifest
        self._courier = courier
        self._switchboard = switchboard
        self._ids = ids

    def command(self, declared: Command, fields: Mapping[str, str]) -> Answer:
        """Send a slash command."""
        if self._manifest().socket_mode_enabled:
            return self._push("command", frames.command(self._ids.uuid(), dict(fields)))
        if not declared.url:
            return NOWHERE
        return self._courier.post_form("command", declared.url, fields)

    def interaction(self, payload: JSON) -> Answer:
        """Send an interaction; HTTP has an address of its own for options."""
        manifest = self._manifest()
        if manifest.socket_mode_enabled:
            return self._push(payload["type"], frames.interaction(self._ids.uuid(), payload))
        asks = payload["type"] == "block_suggestion"
        url = manifest.options_url if asks else manifest.interactivity_url
        return self._courier.post_payload(url, payload)

    def event(self, envelope: JSON, retry_num: int, reason: str) -> Answer:
        """Send an event; ``retry_num`` 0 is the first attempt."""
        manifest = self._manifest()
        if manifest.socket_mode_enabled:
            kind = envelope.get("event", envelope)["type"]
            whole = frames.event(self._ids.uuid(), envelope, retry_num, reason)
            return self._push(kind, whole, retry_num)
        if not manifest.events_url:
            return NOWHERE
        return self._courier.post_event(manifest.events_url, envelope, retry_num, reason)

    def _push(self, kind: str, envelope: JSON, retry_num: int = 0) -> Answer:
        """Deliver over a socket; the log names the connection in place of a URL."""
        answer, connection_id = self._switchboard.deliver(envelope)
        self._courier.record(
            Delivery(
                kind,
                f"socket:{connection_id}",
                answer.status,
                answer.ms,
                retry_num,
                answer.error,
                time.time(),
            )
        )
        return answer
