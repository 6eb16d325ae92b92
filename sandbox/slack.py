"""The local Slack as a whole: state, lock, clock, and the ways out to app and browsers."""

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.changes import Change, Changes
from sandbox.clock import Clock
from sandbox.delivery import DEADLINE, Courier
from sandbox.events import EventQueue, envelope
from sandbox.faults import Faults
from sandbox.ids import Ids
from sandbox.manifest import Manifest
from sandbox.seed import seeded
from sandbox.types import JSON
from sandbox.workspace import Channel, Installation, State, can_see


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


class Slack:
    """One app, two workspaces, and everybody in them.

    Whoever reads or changes ``state`` holds ``lock``; nobody holds it while talking to the app.
    """

    def __init__(
        self,
        manifest: Manifest,
        credentials: Credentials,
        *,
        deadline: float = DEADLINE,
        retry_scale: float = 1.0,
    ) -> None:
        """Start from the seed, with the app known but installed nowhere."""
        self.manifest = manifest
        self.credentials = credentials
        self.base_url = ""
        self.lock = threading.RLock()
        self.clock = Clock()
        self.ids = Ids()
        self.state = seeded(self.clock.now())
        self.changes = Changes()
        self.faults = Faults()
        self.courier = Courier(credentials.signing_secret, deadline)
        self.events = EventQueue(self.courier, self.clock, retry_scale)

    @property
    def app_id(self) -> str:
        """Return the app's id."""
        return self.credentials.app_id

    def reset(self, manifest: Manifest | None = None) -> None:
        """Return to the seed; credentials stay, the manifest too unless a new one is given."""
        with self.lock:
            self.manifest = manifest or self.manifest
            self.events.clear()
            self.courier.clear()
            self.faults.clear()
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
        """Tell everyone in a workspace to refetch what surrounds the messages."""
        everyone = frozenset(user.user_id for user in self.state.users_of(team_id))
        self.changes.publish(Change(everyone, home=True, state=True))

    def emit(self, team_id: str, events: Iterable[JSON]) -> None:
        """Queue the events the app subscribed to, if it is installed in the workspace."""
        with self.lock:
            installation = self.state.installation(team_id)
        if installation is not None:
            self.emit_to(installation, events)

    def emit_to(self, installation: Installation, events: Iterable[JSON]) -> None:
        """Queue events for an installation, even one that has just ended."""
        for event in events:
            if self.manifest.events_url and _subscription(event) in self.manifest.bot_events:
                full = {**event, "event_ts": event.get("event_ts", self.new_ts())}
                now = self.clock.now()
                wrapped = envelope(self.ids, self.app_id, installation, full, now)
                self.events.put(self.manifest.events_url, wrapped)


def _subscription(event: JSON) -> str:
    """Return the name a manifest lists: messages are subscribed to by kind of channel."""
    if event["type"] != "message":
        return str(event["type"])
    return {"im": "message.im", "group": "message.groups"}.get(
        event.get("channel_type", ""), "message.channels"
    )
