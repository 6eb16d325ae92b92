"""Installing the app in a test: as an admin's browser would, or at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from sandbox.authorize import Wish, allow, back, read_wish
from sandbox.grants import Installation, InstallRequest
from sandbox.handle import Handle
from sandbox.oauth import exchange
from sandbox.tokens import live


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the app got when it was installed, or the newest tokens it got since."""

    team_id: str  # the enterprise's id when the installation is org-wide
    bot_token: str
    bot_user_id: str
    bot_id: str
    app_id: str
    scopes: tuple[str, ...]
    installer_id: str
    enterprise_id: str = ""
    refresh_token: str = ""  # empty without token rotation
    expires_at: float = 0.0  # seconds since the epoch; 0 without token rotation


class Consents(Handle):
    """The consent page and the tokens that come of it."""

    def install(
        self,
        team: str = "northwind",
        app_scopes: Sequence[str] | None = None,
        *,
        by: str | None = None,
        redirect_uri: str = "",
        user_scopes: Sequence[str] | None = None,
        org: bool = False,
    ) -> str:
        """Return the code the app would get had an admin clicked Allow.

        Scopes that are not given are the manifest's; ``app_scopes=[]`` asks for the person's own
        token alone. With ``org`` the app is installed for the workspace's whole organisation.

        Raises:
            ConsentError: Slack would not install it; ``ApprovalPendingError`` when ``by`` may
                only ask for it.
        """
        link = self._link(app_scopes, user_scopes) | {"redirect_uri": redirect_uri}
        return self._allowed(read_wish(self._slack, link), team, by, org=org)

    def install_redirect(
        self,
        team: str = "northwind",
        *,
        state: str = "",
        redirect_uri: str = "",
        by: str | None = None,
        org: bool = False,
        authorize_url: str = "",
    ) -> str:
        """Return the URL the browser goes to after Allow, with code and state.

        With ``authorize_url`` that link says what is asked for, as when a browser follows it;
        ``state`` and ``redirect_uri`` replace what it says. Raises as ``install`` does.
        """
        asked = dict(parse_qsl(urlsplit(authorize_url).query)) if authorize_url else self._link()
        given = {"state": state, "redirect_uri": redirect_uri}
        wish = read_wish(self._slack, asked | {key: one for key, one in given.items() if one})
        return back(wish, code=self._allowed(wish, team, by, org=org))

    def direct_install_redirect(
        self, team: str = "northwind", *, by: str | None = None, org: bool = False
    ) -> str:
        """Return the URL the browser goes to when the install began on Slack's own pages.

        It has a code and no state, and leads to the app's first redirect URL.
        """
        return self.install_redirect(team, by=by, org=org)

    def refuse_redirect(
        self, *, state: str = "", redirect_uri: str = "", error: str = "access_denied"
    ) -> str:
        """Return the URL the browser goes to when Slack refuses with ``error``."""
        given = {"state": state, "redirect_uri": redirect_uri}
        return back(read_wish(self._slack, self._link() | given), error=error)

    def require_admin_approval(self, team: str = "northwind", *, required: bool = True) -> None:
        """Let only admins install what no admin has let in; others can only ask for it."""
        self.team(team).needs_approval = required

    def install_requests(self, team: str = "northwind") -> list[InstallRequest]:
        """Return who asked the admins of a workspace for the app, oldest first."""
        team_id = self.team(team).team_id
        return [one for one in self.state.install_requests if one.team_id == team_id]

    def tokens_for(self, team: str = "northwind") -> Tokens:
        """Return the live tokens of a workspace; installs the app first if need be.

        In a workspace that has the app only through its organisation, those are the
        organisation's.
        """
        team_id = self.team(team).team_id
        with self._slack.lock:
            if self.state.bot_user(team_id) is None:
                self._exchange(self.install(team))
            return self._tokens(self.state.known_installation(team_id))

    def org_tokens(self, enterprise: str = "globex") -> Tokens:
        """Return the live tokens of an organisation; installs the app org-wide if need be."""
        enterprise_id = self.organisation(enterprise).enterprise_id
        with self._slack.lock:
            known = self.state.installations.get(enterprise_id)
            if known is None or not known.active:
                team = self.state.teams_in(enterprise_id)[0]
                self._exchange(self.install(team.team_id, org=True))
            return self._tokens(self.state.installations[enterprise_id])

    def _link(
        self, app_scopes: Sequence[str] | None = None, user_scopes: Sequence[str] | None = None
    ) -> dict[str, str]:
        manifest = self._slack.manifest
        return {
            "client_id": self._slack.credentials.client_id,
            "scope": ",".join(manifest.bot_scopes if app_scopes is None else app_scopes),
            "user_scope": ",".join(manifest.user_scopes if user_scopes is None else user_scopes),
        }

    def _allowed(self, wish: Wish, team: str, by: str | None, *, org: bool) -> str:
        """Return the code; an organisation's admin may come from any of its workspaces."""
        if by is not None:
            person = self.person(by, team)
            return allow(self._slack, wish, person.team_id, person.user_id, org=org)
        enterprise = self.state.enterprise_of(self.team(team).team_id)
        if org and enterprise is not None and enterprise.admin_ids:
            admin = self.state.users[enterprise.admin_ids[0]]
        else:
            people = self.state.people_of(self.team(team).team_id)
            admin = next(person for person in people if person.is_admin)
        return allow(self._slack, wish, admin.team_id, admin.user_id, org=org)

    def _exchange(self, code: str) -> None:
        credentials = self._slack.credentials
        args = {
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
            "code": code,
        }
        exchange(self._slack, args)

    def _tokens(self, installation: Installation) -> Tokens:
        grant = (installation.team_id, installation.bot_user_id, "bot")
        known = [one for one in self.state.tokens.values() if one.grant == grant]
        token = (live(self._slack, grant) or known)[-1]
        refreshes = self.state.refresh_tokens.values()
        unused = [
            one for one in refreshes if one.grant == grant and not one.ended and not one.used_at
        ]
        enterprise = self.state.enterprise_of(installation.team_id)
        return Tokens(
            team_id=installation.team_id,
            bot_token=token.token,
            bot_user_id=installation.bot_user_id,
            bot_id=installation.bot_id,
            app_id=self._slack.app_id,
            scopes=tuple(token.scopes),
            installer_id=installation.installer_id,
            enterprise_id=enterprise.enterprise_id if enterprise else "",
            refresh_token=unused[-1].token if unused else "",
            expires_at=token.expires_at,
        )
