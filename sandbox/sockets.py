"""Socket Mode in a test: the app's token, its connections, and what may befall them."""

from dataclasses import dataclass, replace

from sandbox.handle import Handle
from sandbox.socket_mode.connection import WARNED_BEFORE

PATIENCE = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class OpenConnection:
    """One WebSocket of the app; times are seconds since the epoch of the sandbox's clock."""

    connection_id: str
    ends_at: float
    frozen: bool


class Sockets(Handle):
    """Slack's end of the sockets."""

    @property
    def app_token(self) -> str:
        """Return the app-level token with ``connections:write``."""
        return self._slack.credentials.app_token

    @property
    def connections(self) -> list[OpenConnection]:
        """Return the app's open connections, oldest first."""
        every = self._slack.switchboard.connections
        return [OpenConnection(one.connection_id, one.ends_at, one.frozen) for one in every]

    def issue_app_token(self, *scopes: str) -> str:
        """Return a further app-level token; it works until the reset."""
        token = self._slack.ids.app_token(self._slack.app_id)
        self._slack.app_tokens[token] = scopes
        return token

    def set_connection_life(self, seconds: float) -> None:
        """Say how long the connections to come last, on the sandbox's clock, until the reset."""
        self._slack.switchboard.life = seconds

    def set_ping_interval(self, seconds: float) -> None:
        """Say how often the connections to come are pinged, in real time, until the reset."""
        self._slack.switchboard.ping_interval = seconds

    def wait_for_connections(self, count: int = 1, timeout: float = PATIENCE) -> None:
        """Wait until exactly ``count`` connections are open; TimeoutError if that never is."""
        if not self._slack.switchboard.wait_until(lambda every: len(every) == count, timeout):
            raise TimeoutError(f"{len(self.connections)} connections, expected {count}")

    def refresh_connections(self, notice: float = WARNED_BEFORE) -> None:
        """Announce the end of every connection with ``warning``; it comes after ``notice`` seconds.

        At the end, on the sandbox's clock, ``refresh_requested`` is sent and the socket closes.
        """
        for connection in self._slack.switchboard.connections:
            connection.end_at(self._slack.clock.now() + notice)

    def drop_connections(self) -> None:
        """Cut every connection without a word; they are gone when this returns."""
        before = self._slack.switchboard.connections
        for connection in before:
            connection.cut()
        self._slack.switchboard.wait_until(lambda now: not set(before) & set(now), PATIENCE)

    def freeze_connections(self) -> None:
        """Leave every socket open but dead: no pongs, and what is sent there is lost.

        A frozen connection counts, and gets envelopes, until the app gives it up.
        """
        for connection in self._slack.switchboard.connections:
            connection.freeze()

    def disable_socket_mode(self) -> None:
        """Turn Socket Mode off: ``link_disabled``, and HTTP from now on."""
        self._slack.manifest = replace(self._slack.manifest, socket_mode_enabled=False)
        before = self._slack.switchboard.connections
        for connection in before:
            connection.close("link_disabled")
        self._slack.switchboard.wait_until(lambda now: not set(before) & set(now), PATIENCE)

    def enable_socket_mode(self) -> None:
        """Turn Socket Mode on: nothing goes over HTTP any more."""
        self._slack.manifest = replace(self._slack.manifest, socket_mode_enabled=True)
