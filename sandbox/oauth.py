"""Installing: what the consent page asks for, the code it gives, the tokens for the code.

Source: docs.slack.dev/authentication/installing-with-oauth
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from sandbox import conversations, scopes
from sandbox.errors import SlackError
from sandbox.slack import Slack
from sandbox.types import JSON
from sandbox.workspace import Code, Installation, Token, User

CODE_LIFE = 600  # seconds; docs.slack.dev/authentication/installing-with-oauth#exchanging


class ConsentError(Exception):
    """The authorize link is wrong; ``code`` is Slack's word, the message is for people."""

    def __init__(self, code: str, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.code = code


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


def allow(slack: Slack, wish: Wish, team_id: str, user_id: str) -> str:
    """Return the code the app gets when this person clicks Allow."""
    with slack.lock:
        user = slack.state.users.get(user_id)
        if user is None or user.team_id != team_id or user.is_bot or user.is_guest:
            raise ConsentError("access_denied", "This person cannot install apps here.")
        code = (
            f"{slack.ids.hexadecimal(12)}.{slack.ids.hexadecimal(13)}.{slack.ids.hexadecimal(64)}"
        )
        slack.state.codes[code] = Code(
            code=code,
            team_id=team_id,
            user_id=user_id,
            scopes=wish.scopes,
            user_scopes=wish.user_scopes,
            redirect_uri=wish.given_redirect_uri,
            issued_at=slack.clock.now(),
        )
        return code


def back(wish: Wish, **result: str) -> str:
    """Return the app's redirect URL with the result of the consent page."""
    separator = "&" if urlsplit(wish.redirect_uri).query else "?"
    state = {"state": wish.state} if wish.state else {}
    return f"{wish.redirect_uri}{separator}{urlencode({**result, **state})}"


def exchange(slack: Slack, args: JSON) -> JSON:
    """Install: turn a code into tokens; docs.slack.dev/reference/methods/oauth.v2.access."""
    _require_client(slack, args)
    if args.get("grant_type", "authorization_code") != "authorization_code":
        raise SlackError("invalid_grant_type")  # token rotation is not part of the sandbox
    code = _take_code(slack, args)
    installer = slack.state.users[code.user_id]
    installation = _installed(slack, code)
    bot_token = _bot_token(slack, installation) if code.scopes else None
    user_token = _user_token(slack, installation, code) if code.user_scopes else None
    slack.team_changed(code.team_id)
    return _answer(slack, installation, installer, bot_token, user_token)


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


def _require_client(slack: Slack, args: JSON) -> None:
    if args.get("client_id") != slack.credentials.client_id:
        raise SlackError("invalid_client_id")
    secret = str(args.get("client_secret", ""))
    if not hmac.compare_digest(secret.encode(), slack.credentials.client_secret.encode()):
        raise SlackError("bad_client_secret")


def _take_code(slack: Slack, args: JSON) -> Code:
    """Return the code and use it up, even when the rest of the call is wrong."""
    code = slack.state.codes.pop(str(args.get("code", "")), None)
    if code is None or slack.clock.now() - code.issued_at > CODE_LIFE:
        raise SlackError("invalid_code")
    if args.get("redirect_uri", "") != code.redirect_uri:
        raise SlackError("bad_redirect_uri")
    return code


def _installed(slack: Slack, code: Code) -> Installation:
    """Return the installation, new or renewed; scopes only ever add up."""
    known = slack.state.installations.get(code.team_id)
    installation = known or _new_installation(slack, code)
    if not installation.active:
        installation.scopes, installation.user_scopes = [], {}
    installation.active = True
    installation.installer_id = code.user_id
    installation.installed_at = slack.now()
    installation.scopes = _union(installation.scopes, code.scopes)
    mine = installation.user_scopes.get(code.user_id, [])
    installation.user_scopes[code.user_id] = _union(mine, code.user_scopes)
    slack.state.users[installation.bot_user_id].deleted = False
    for person in list(slack.state.people_of(code.team_id)):
        conversations.open_im(slack, installation.bot_user_id, person.user_id)
    return installation


def _new_installation(slack: Slack, code: Code) -> Installation:
    bot = User(
        user_id=slack.ids.new("U"),
        team_id=code.team_id,
        handle=slack.manifest.bot_name.lower().replace(" ", "_"),
        real_name=slack.manifest.bot_name,
        color=slack.manifest.color,
        is_bot=True,
        bot_id=slack.ids.new("B"),
        app_id=slack.app_id,
        updated=slack.now(),
    )
    slack.state.users[bot.user_id] = bot
    installation = Installation(
        team_id=code.team_id,
        installer_id=code.user_id,
        bot_user_id=bot.user_id,
        bot_id=str(bot.bot_id),
        scopes=[],
    )
    slack.state.installations[code.team_id] = installation
    return installation


def _bot_token(slack: Slack, installation: Installation) -> Token:
    scopes_now = list(installation.scopes)
    return _issue(slack, installation.team_id, installation.bot_user_id, "bot", scopes_now)


def _user_token(slack: Slack, installation: Installation, code: Code) -> Token:
    scopes_now = list(installation.user_scopes[code.user_id])
    return _issue(slack, installation.team_id, code.user_id, "user", scopes_now)


def _issue(slack: Slack, team_id: str, user_id: str, kind: str, granted: list[str]) -> Token:
    """Return a new token; the one it replaces no longer works."""
    for token in slack.state.tokens.values():
        if (token.team_id, token.user_id, token.kind) == (team_id, user_id, kind):
            token.ended = token.ended or "token_revoked"
    text = slack.ids.token("xoxb" if kind == "bot" else "xoxp")
    token = Token(text, team_id, user_id, kind, granted)
    slack.state.tokens[text] = token
    return token


def _union(first: list[str], second: list[str]) -> list[str]:
    return list(dict.fromkeys([*first, *second]))


def _answer(
    slack: Slack,
    installation: Installation,
    installer: User,
    bot_token: Token | None,
    user_token: Token | None,
) -> JSON:
    team = slack.state.teams[installation.team_id]
    answer: JSON = {
        "app_id": slack.app_id,
        "authed_user": {"id": installer.user_id, **(_token_fields(user_token, "user"))},
        "team": {"id": team.team_id, "name": team.name},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    if bot_token is not None:
        answer |= _token_fields(bot_token, "bot")
        answer["bot_user_id"] = installation.bot_user_id
    return answer


def _token_fields(token: Token | None, kind: str) -> JSON:
    if token is None:
        return {}
    return {"access_token": token.token, "token_type": kind, "scope": ",".join(token.scopes)}
