"""The local Slack as a whole: state, lock, clock, and the ways out to app and browsers."""

import hashlib
import hmac
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.changes import Change, Changes
from sandbox.clock import Clock
from sandbox.delivery import DEADLINE, Courier
from sandbox.envelopes import Happened, envelope
from sandbox.events import EventQueue
from sandbox.faults import Faults
from sandbox.grants import Installation, is_org
from sandbox.ids import Ids
from sandbox.manifest import Manifest
from sandbox.outlet import Outlet
from sandbox.received import Received
from sandbox.seed import seeded
from sandbox.socket_mode.switchboard import Switchboard
from sandbox.socket_mode.tickets import Tickets
from sandbox.types import JSON
from sandbox.workspace import Channel, State, can_see


@dataclass(frozen=True, slots=True)
class Credentials:
    """What Slack and the app know of each other."""

    client_id: str
    client_secret: str
    signing_secret: str

    @property
    def app_id(self) -> str:
        """Return an id that stays the same for the same client."""
        return f"A0{hashlib.sha256(self.client_id.encode()).hexdigest()[:9].upper()}"

    @property
    def app_token(self) -> str:
        """Return the app-level token, which stays the same for the same client."""
        digest = hmac.new(self.client_secret.encode(), b"app-level token", hashlib.sha256)
        number = int(digest.hexdigest(), 16) % 10**13
        return f"xapp-1-{self.app_id}-{number:013d}-{digest.hexdigest()}"


class Slack:
    """One app, two workspaces with or without an organisation, and everybody in them.

    Whoever reads or changes ``state`` holds ``lock``; nobody holds it while talking to the app.
    """

    def __init__(
        self,
        manifest: Manifest,
        credentials: Credentials,
        *,
        deadline: float = DEADLINE,
        retry_scale: float = 1.0,
        refresh_grace: float = 0.0,
    ) -> None:
        """Start from the seed, with the app known but installed nowhere.

        ``refresh_grace`` is how many seconds a used refresh token still answers.
        """
        self.manifest = manifest
        self.credentials = credentials
        self.other_apps: dict[str, Credentials] = {}  # by client_id
        self.refresh_grace = self._refresh_grace = refresh_grace  # seconds; a test may change it
        self.base_url = ""
        self.lock = threading.RLock()
        self.clock = Clock()
        self.ids = Ids()
        self.state = seeded(self.clock.now())
        self.changes = Changes()
        self.faults = Faults()
        self.received = Received()
        self.courier = Courier(credentials.signing_secret, deadline)
        self.app_tokens = self._app_tokens()
        self.tickets = Tickets(self.ids, self.clock)
        self.switchboard = Switchboard(self.clock, deadline)
        self.outlet = Outlet(lambda: self.manifest, self.courier, self.switchboard, self.ids)
        self.events = EventQueue(self.outlet, self.clock, retry_scale)

    @property
    def app_id(self) -> str:
        """Return the app's id."""
        return self.credentials.app_id

    def reset(self, manifest: Manifest | None = None) -> None:
        """Return to the seed and the present; credentials and, unless given, the manifest stay."""
        with self.lock:
            self.manifest = manifest or self.manifest
            self.events.clear()
            self.courier.clear()
            self.faults.clear()
            self.received.clear()
            self.clock.reset()
            self.other_apps.clear()
            self.app_tokens = self._app_tokens()
            self.tickets.clear()
            self.switchboard.restart(enabled=self.manifest.socket_mode_enabled)
            self.refresh_grace = self._refresh_grace
            self.load(seeded(self.clock.now()))

    def load(self, state: State) -> None:
        """Replace the state and let every window refetch."""
        with self.lock:
            everyone = frozenset([*self.state.users, *state.users])
            self.state = state
            self.changes.publish(Change(everyone, home=True, modal=True, state=True))
            for channel in state.channels.values():
                self.channel_changed(channel)

    def now(self) -> int:
        """Return whole seconds since the epoch."""
        return int(self.clock.now())

    def new_ts(self) -> str:
        """Return a message ``ts`` later than every one before it."""
        with self.lock:
            micros = max(int(self.clock.now() * 1_000_000), self.state.last_ts + 1)
            self.state.last_ts = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def channel_changed(self, channel: Channel, only_for: str | None = None) -> None:
        """Tell everyone who can see ``channel``, or only the reader of an ephemeral message."""
        users = self.state.users_of(channel.team_id)
        seeing = {user.user_id for user in users if can_see(user, channel)}
        readers = {only_for} if only_for else seeing
        self.changes.publish(Change(frozenset(readers), channel_id=channel.channel_id, state=True))

    def person_changed(self, user_id: str, *, home: bool = False, modal: bool = False) -> None:
        """Tell one person's windows that their Home tab or modal is different."""
        self.changes.publish(Change(frozenset([user_id]), home=home, modal=modal))

    def team_changed(self, team_id: str) -> None:
        """Tell everyone in a workspace or organisation to refetch what surrounds the messages."""
        teams = [one.team_id for one in self.state.teams_in(team_id)] if is_org(team_id) else []
        everyone = {user.user_id for one in teams or [team_id] for user in self.state.users_of(one)}
        self.changes.publish(Change(frozenset(everyone), home=True, state=True))

    def touch(self) -> None:
        """Have the state file written, after a change that no window shows."""
        self.changes.publish(Change(frozenset()))

    def emit(self, team_id: str, events: Iterable[JSON]) -> None:
        """Queue the events the app subscribed to, if it is installed in the workspace."""
        with self.lock:
            installation = self.state.installation(team_id)
        if installation is not None:
            self.emit_to(installation, events, team_id)

    def emit_to(self, installation: Installation, events: Iterable[JSON], team_id: str) -> None:
        """Queue events for an installation, even one that has just ended.

        ``team_id`` is where it happened: a workspace, or the organisation itself.
        """
        for event in events:
            if self.manifest.hears_events and _subscription(event) in self.manifest.bot_events:
                wrapped = self.envelope(installation, event, team_id)
                self.events.put(wrapped)

    def envelope(self, installation: Installation | None, event: JSON, team_id: str) -> JSON:
        """Return ``event`` as the app gets it."""
        full = {**event, "event_ts": event.get("event_ts", self.new_ts())}
        enterprise = self.state.enterprise_of(team_id)
        enterprise_id = enterprise.enterprise_id if enterprise else ""
        happened = Happened(full, self.clock.now(), team_id, enterprise_id)
        return envelope(self.ids, self.app_id, installation, happened)

    def _app_tokens(self) -> dict[str, tuple[str, ...]]:
        """Return the scopes of the app-level tokens an app begins with."""
        return {self.credentials.app_token: ("connections:write",)}


def _subscription(event: JSON) -> str:
    """Return the name a manifest lists: messages are subscribed to by kind of channel."""
    if event["type"] != "message":
        return str(event["type"])
    return {"im": "message.im", "group": "message.groups"}.get(
        event.get("channel_type", ""), "message.channels"
    )
