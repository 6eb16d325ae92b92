"""A local Slack inside a test: the server in a thread, people as objects.

    with LocalSlack(manifest=…, client_id=…, client_secret=…, signing_secret=…) as slack:
        dana = slack.person("dana")
        dana.command("/campaign", "new")

Every method may be called from any thread and returns when it is done.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from sandbox import administration, conversations, uninstalls
from sandbox.clock import Clock
from sandbox.delivery import DEADLINE, Delivery
from sandbox.faults import Faults
from sandbox.hands import TestPerson, find_channel
from sandbox.manifest import Manifest
from sandbox.oauth import allow, back, exchange, read_wish
from sandbox.running import Server, listen
from sandbox.slack import Credentials, Slack
from sandbox.types import JSON
from sandbox.workspace import Channel, State, Team, UserGroup

START_TIMEOUT = 10.0  # seconds
ManifestSource = JSON | Callable[[], JSON]


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the app got when it was installed."""

    team_id: str
    bot_token: str
    bot_user_id: str
    bot_id: str
    app_id: str
    scopes: tuple[str, ...]
    installer_id: str


class LocalSlack:
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
    ) -> None:
        """Prepare; a callable ``manifest`` is asked at the start and at each reset."""
        self._source = manifest
        self._slack = Slack(
            self._manifest(),
            Credentials(client_id, client_secret, signing_secret),
            deadline=deadline,
            retry_scale=retry_scale,
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
    def slack(self) -> Slack:
        """Return the whole, for what this handle has no word for."""
        return self._slack

    @property
    def state(self) -> State:
        """Return what the sandbox remembers."""
        return self._slack.state

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

    def reset(self, manifest: ManifestSource | None = None) -> None:
        """Return to the seed, optionally with another manifest."""
        if manifest is not None:
            self._source = manifest
        self._slack.reset(self._manifest())

    def settle(self, timeout: float = 10.0) -> None:
        """Wait until every event that is due has been delivered; retries may remain."""
        if not self._slack.events.settle(timeout):
            raise TimeoutError("events are still on their way")

    def install(
        self,
        team: str = "northwind",
        app_scopes: Sequence[str] | None = None,
        *,
        by: str | None = None,
        redirect_uri: str = "",
    ) -> str:
        """Return the code the app would get had an admin clicked Allow."""
        return self._consent(team, app_scopes, by, redirect_uri)[0]

    def install_redirect(
        self, team: str = "northwind", *, state: str, redirect_uri: str = "", by: str | None = None
    ) -> str:
        """Return the URL the browser goes to after Allow, with code and state."""
        return self._consent(team, None, by, redirect_uri, state)[1]

    def tokens_for(self, team: str = "northwind") -> Tokens:
        """Return the live tokens of a workspace; installs the app first if need be."""
        team_id = self.team(team).team_id
        with self._slack.lock:
            if self.state.installation(team_id) is None:
                credentials = self._slack.credentials
                args = {
                    "client_id": credentials.client_id,
                    "client_secret": credentials.client_secret,
                    "code": self.install(team),
                }
                exchange(self._slack, args)
            return self._tokens(team_id)

    def uninstall(self, team: str = "northwind") -> None:
        """Remove the app, as an admin would."""
        uninstalls.uninstall(self._slack, self.team(team).team_id)

    def team(self, name: str) -> Team:
        """Return a workspace by domain, name or id."""
        for team in self.state.teams.values():
            if name.lower() in {team.domain, team.name.lower(), team.team_id.lower()}:
                return team
        raise LookupError(f"no workspace {name!r}")

    def person(self, handle: str, team: str = "northwind") -> TestPerson:
        """Return somebody at their keyboard."""
        team_id = self.team(team).team_id
        user = self.state.user_with_handle(team_id, handle)
        if user is None:
            raise LookupError(f"nobody is called @{handle} there")
        return TestPerson(self._slack, team_id, user.user_id)

    def channel(self, name: str, team: str = "northwind") -> Channel:
        """Return a channel by name or id."""
        return find_channel(self.state, self.team(team).team_id, name)

    def usergroup(self, handle: str, team: str = "northwind") -> UserGroup:
        """Return a user group by handle."""
        groups = self.state.usergroups_of(self.team(team).team_id)
        return next(group for group in groups if group.handle == handle.lstrip("@"))

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

    def _consent(
        self,
        team: str,
        app_scopes: Sequence[str] | None,
        by: str | None,
        redirect_uri: str,
        state: str = "",
    ) -> tuple[str, str]:
        manifest = self._slack.manifest
        query = {
            "client_id": self._slack.credentials.client_id,
            "scope": ",".join(manifest.bot_scopes if app_scopes is None else app_scopes),
            "user_scope": ",".join(manifest.user_scopes),
            "redirect_uri": redirect_uri,
            "state": state,
        }
        wish = read_wish(self._slack, query)
        code = allow(self._slack, wish, self.team(team).team_id, self._installer(team, by))
        return code, back(wish, code=code)

    def _installer(self, team: str, by: str | None) -> str:
        if by is not None:
            return self.person(by, team).user_id
        people = self.state.people_of(self.team(team).team_id)
        return next(person.user_id for person in people if person.is_admin)

    def _tokens(self, team_id: str) -> Tokens:
        installation = self.state.installations[team_id]
        token = next(
            token
            for token in self.state.tokens.values()
            if token.team_id == team_id and token.kind == "bot" and not token.ended
        )
        return Tokens(
            team_id=team_id,
            bot_token=token.token,
            bot_user_id=installation.bot_user_id,
            bot_id=installation.bot_id,
            app_id=self._slack.app_id,
            scopes=tuple(token.scopes),
            installer_id=installation.installer_id,
        )
