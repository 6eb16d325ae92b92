"""A local Slack inside a test: the server in a thread, people as objects.

    with LocalSlack(manifest=…, client_id=…, client_secret=…, signing_secret=…) as slack:
        dana = slack.person("dana")
        dana.command("/campaign", "new")

Every method may be called from any thread and returns when it is done.
"""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from sandbox import administration, conversations
from sandbox.clock import Clock
from sandbox.consents import Consents
from sandbox.delivery import DEADLINE, Delivery
from sandbox.faults import Faults
from sandbox.lifecycle import Lifecycle
from sandbox.manifest import Manifest
from sandbox.running import Server, listen
from sandbox.slack import Credentials, Slack
from sandbox.sockets import Sockets
from sandbox.types import JSON

START_TIMEOUT = 10.0  # seconds
ManifestSource = JSON | Callable[[], JSON]


class LocalSlack(Consents, Lifecycle, Sockets):
    """A running local Slack, and the handle to everything in it."""

    def __init__(  # noqa: PLR0913 (an app's credentials, spelled out)
        self,
        *,
        manifest: ManifestSource,
        client_id: str,
        client_secret: str,
        signing_secret: str,
        port: int = 0,
        deadline: float = DEADLINE,
        retry_scale: float = 1.0,
        refresh_grace: float = 0.0,
    ) -> None:
        """Prepare; a callable ``manifest`` is asked at the start and at each reset.

        ``refresh_grace`` is how many seconds a used refresh token still answers.
        """
        self._source = manifest
        self._slack = Slack(
            self._manifest(),
            Credentials(client_id, client_secret, signing_secret),
            deadline=deadline,
            retry_scale=retry_scale,
            refresh_grace=refresh_grace,
        )
        self._socket = listen(self._slack, "127.0.0.1", port)
        self._server = Server(self._slack)
        self._thread = threading.Thread(target=self._serve, name="sandbox", daemon=True)

    def __enter__(self) -> Self:
        """Start serving."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop serving."""
        self._server.should_exit = True
        self._thread.join(START_TIMEOUT)
        self._socket.close()

    @property
    def url(self) -> str:
        """Return the address of the sandbox, without a slash at the end."""
        return self._slack.base_url

    @property
    def api_url(self) -> str:
        """Return the base URL for a ``slack_sdk`` WebClient."""
        return f"{self.url}/api/"

    @property
    def authorize_url(self) -> str:
        """Return the address of the consent page."""
        return f"{self.url}/oauth/v2/authorize"

    @property
    def clock(self) -> Clock:
        """Return the clock; ``clock.advance(seconds)`` moves it."""
        return self._slack.clock

    @property
    def faults(self) -> Faults:
        """Return the planner of mishaps."""
        return self._slack.faults

    @property
    def deliveries(self) -> list[Delivery]:
        """Return what was sent to the app, oldest first."""
        return self._slack.courier.log

    def calls(self, method: str | None = None) -> list[JSON]:
        """Return the arguments of the Web API calls since the reset, oldest first.

        Failed calls count too. Tokens, codes and secrets are left out.
        """
        return self._slack.received.of(method)

    def reset(self, manifest: ManifestSource | None = None) -> None:
        """Return to the seed, optionally with another manifest."""
        if manifest is not None:
            self._source = manifest
        self._slack.reset(self._manifest())

    def settle(self, timeout: float = 10.0) -> None:
        """Wait until every event that is due has been delivered; retries may remain."""
        if not self._slack.events.settle(timeout):
            raise TimeoutError("events are still on their way")

    def set_group_members(self, handle: str, *people: str, team: str = "northwind") -> None:
        """Replace the members of a user group; the app hears of it."""
        members = [self.person(person, team).user_id for person in people]
        administration.set_group_members(self._slack, self.usergroup(handle, team), members)

    def deactivate(self, handle: str, team: str = "northwind") -> None:
        """Deactivate a person's account; the app hears of it."""
        user = self.state.users[self.person(handle, team).user_id]
        administration.set_active(self._slack, user, active=False)

    def invite_bot(self, channel: str, team: str = "northwind") -> None:
        """Add the app's bot to a channel, as ``/invite`` does."""
        bot_user_id = self.tokens_for(team).bot_user_id
        conversations.join(self._slack, self.channel(channel, team), bot_user_id)

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])

    def _manifest(self) -> Manifest:
        source = self._source() if callable(self._source) else self._source
        return Manifest.from_json(source)
