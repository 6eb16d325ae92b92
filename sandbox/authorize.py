"""The authorize link: what it asks for, who may allow it, and the code that comes of it.

Source: docs.slack.dev/authentication/installing-with-oauth
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from sandbox import scopes
from sandbox.grants import Code, InstallRequest
from sandbox.slack import Slack
from sandbox.workspace import Team, User


class ConsentError(Exception):
    """The authorize link is wrong; ``code`` is Slack's word, the message is for people."""

    def __init__(self, code: str, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.code = code


class ApprovalPendingError(ConsentError):
    """The person may only ask for the app; their request is now with the admins."""

    def __init__(self, team: Team) -> None:
        """Word it the way Slack's own page does."""
        super().__init__("app_approval_pending", f"An admin of {team.name} must approve the app.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What an authorize link asks for, after checking."""

    scopes: list[str]
    user_scopes: list[str]
    redirect_uri: str
    state: str
    given_redirect_uri: str  # as it stood in the link; empty when it did not


def read_wish(slack: Slack, query: Mapping[str, str]) -> Wish:
    """Check an authorize link.

    Raises:
        ConsentError: Slack would show an error page instead of asking.
    """
    if query.get("client_id") != slack.credentials.client_id:
        raise ConsentError("invalid_client_id", "No app has this client ID.")
    given = query.get("redirect_uri", "")
    bot, user = scopes.split(query.get("scope", "")), scopes.split(query.get("user_scope", ""))
    unknown = scopes.unknown([*bot, *user])
    if unknown:
        raise ConsentError("invalid_scope", f"There is no such permission: {', '.join(unknown)}.")
    if not bot and not user:
        raise ConsentError("no_scopes", "The link does not ask for any permission.")
    redirect_uri = _registered(slack, given)
    return Wish(bot, user, redirect_uri, query.get("state", ""), given)


def allow(slack: Slack, wish: Wish, team_id: str, user_id: str, *, org: bool = False) -> str:
    """Return the code the app gets when this person clicks Allow.

    Raises:
        ApprovalPendingError: only an admin may; the person's request is kept.
        ConsentError: this person may not, here.
    """
    with slack.lock:
        team, user = slack.state.teams[team_id], slack.state.users.get(user_id)
        if user is None or team_id not in user.team_ids or user.is_bot or user.is_guest:
            raise ConsentError("access_denied", "This person cannot install apps here.")
        if org:
            _require_org_admin(slack, team, user)
        elif team.needs_approval and not user.is_admin and not _approved(slack, wish, team):
            request = InstallRequest(team_id, user_id, slack.clock.now())
            slack.state.install_requests.append(request)
            raise ApprovalPendingError(team)
        return _new_code(slack, wish, team, user_id, org=org)


def back(wish: Wish, **result: str) -> str:
    """Return the app's redirect URL with the result of the consent page."""
    separator = "&" if urlsplit(wish.redirect_uri).query else "?"
    state = {"state": wish.state} if wish.state else {}
    return f"{wish.redirect_uri}{separator}{urlencode({**result, **state})}"


def offers_org(slack: Slack, team: Team) -> bool:
    """Whether the page offers to install the app for the whole organisation."""
    return bool(team.enterprise_id) and slack.manifest.org_deploy_enabled


def _require_org_admin(slack: Slack, team: Team, user: User) -> None:
    if not offers_org(slack, team):
        raise ConsentError("access_denied", "This app cannot be installed for an organisation.")
    if user.user_id not in slack.state.enterprises[team.enterprise_id].admin_ids:
        raise ConsentError("access_denied", "Only an admin of the organisation can do that.")


def _approved(slack: Slack, wish: Wish, team: Team) -> bool:
    """Whether an admin has let all this in before, by installing it."""
    known = slack.state.installation(team.team_id)
    if known is None:
        return False
    of_people = {scope for granted in known.user_scopes.values() for scope in granted}
    return set(wish.scopes) <= set(known.scopes) and set(wish.user_scopes) <= of_people


def _new_code(slack: Slack, wish: Wish, team: Team, user_id: str, *, org: bool) -> str:
    code = f"{slack.ids.hexadecimal(12)}.{slack.ids.hexadecimal(13)}.{slack.ids.hexadecimal(64)}"
    slack.state.codes[code] = Code(
        code=code,
        team_id=team.team_id,
        user_id=user_id,
        scopes=wish.scopes,
        user_scopes=wish.user_scopes,
        redirect_uri=wish.given_redirect_uri,
        issued_at=slack.clock.now(),
        landed_on=wish.redirect_uri,
        enterprise_id=team.enterprise_id if org else "",
    )
    return code


def _registered(slack: Slack, given: str) -> str:
    """Return the URL to go back to: at or below a registered one."""
    registered = slack.manifest.redirect_urls
    if not given and registered:
        return registered[0]
    if any(_is_under(given, url) for url in registered):
        return given
    raise ConsentError(
        "bad_redirect_uri", f"The link leads back to {given}, which the app has not registered."
    )


def _is_under(given: str, registered: str) -> bool:
    try:
        wanted, known = urlsplit(given), urlsplit(registered)
    except ValueError:
        return False
    if (wanted.scheme, wanted.netloc) != (known.scheme, known.netloc):
        return False
    base = known.path.rstrip("/")
    return wanted.path.rstrip("/") == base or wanted.path.startswith(f"{base}/")
