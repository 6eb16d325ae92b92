"""Installing: from the consent page's code to tokens, and from old tokens to new ones.

Source: docs.slack.dev/authentication/installing-with-oauth
"""

import hmac

from sandbox import conversations, tokens
from sandbox.errors import SlackError
from sandbox.grants import Code, Installation
from sandbox.migrations import require_settled
from sandbox.slack import Slack
from sandbox.tokens import Pair
from sandbox.types import JSON
from sandbox.workspace import User

CODE_LIFE = 600  # seconds; docs.slack.dev/authentication/installing-with-oauth#exchanging


def exchange(slack: Slack, args: JSON) -> JSON:
    """Install, or renew; docs.slack.dev/reference/methods/oauth.v2.access."""
    require_client(slack, args)
    grant_type = args.get("grant_type") or "authorization_code"
    if grant_type == "refresh_token" and slack.manifest.token_rotation_enabled:
        pair = tokens.renew(slack, str(args.get("refresh_token", "")))
        return tokens.renewed(slack, pair)
    if grant_type != "authorization_code":
        raise SlackError("invalid_grant_type")
    return _install(slack, _take_code(slack, args))


def trade(slack: Slack, args: JSON, bearer: str) -> JSON:
    """Make a long-lived token rotate; docs.slack.dev/reference/methods/oauth.v2.exchange."""
    require_client(slack, args)
    return tokens.renewed(slack, tokens.trade(slack, bearer))


def require_client(slack: Slack, args: JSON) -> None:
    """Refuse a caller that does not know the client's secret.

    Raises:
        SlackError: ``invalid_client_id`` or ``bad_client_secret``.
    """
    if args.get("client_id") != slack.credentials.client_id:
        raise SlackError("invalid_client_id")
    if not _same(args.get("client_secret", ""), slack.credentials.client_secret):
        raise SlackError("bad_client_secret")


def require_client_of_token(slack: Slack, args: JSON) -> None:
    """Refuse as ``require_client`` does, and name the mix-up when another app calls.

    Raises:
        SlackError: also ``client_id_token_mismatch``.
    """
    other = slack.other_apps.get(str(args.get("client_id", "")))
    if other is not None and _same(args.get("client_secret", ""), other.client_secret):
        raise SlackError("client_id_token_mismatch")
    require_client(slack, args)


def _same(given: object, secret: str) -> bool:
    return hmac.compare_digest(str(given).encode(), secret.encode())


def _install(slack: Slack, code: Code) -> JSON:
    """Install what the code stands for; a bot token is issued only to bot scopes."""
    require_settled(slack, code.team_id)
    _require_installable(slack, code)
    installation = _installed(slack, code)
    bot = _bot_tokens(slack, installation) if code.scopes else None
    person = _user_tokens(slack, installation, code) if code.user_scopes else None
    slack.team_changed(code.place_id)
    return _answer(slack, installation, slack.state.users[code.user_id], bot, person)


def _take_code(slack: Slack, args: JSON) -> Code:
    """Return the code and use it up, even when the rest of the call is wrong."""
    code = slack.state.codes.pop(str(args.get("code", "")), None)
    if code is None or slack.clock.now() - code.issued_at > CODE_LIFE:
        raise SlackError("invalid_code")
    given = args.get("redirect_uri", "")
    # A link without an address leads to the first registered one; naming that one is no mismatch.
    if given != code.redirect_uri and (code.redirect_uri or given != code.landed_on):
        raise SlackError("bad_redirect_uri")
    return code


def _require_installable(slack: Slack, code: Code) -> None:
    """Refuse a bot where the organisation's already works.

    People may still give their own token there: how Slack answers that is not documented.
    """
    own = slack.state.installations.get(code.team_id)
    has_own_bot = own is not None and own.active and own.scopes
    wide = slack.state.org_installation(code.team_id)
    if code.scopes and not code.enterprise_id and wide is not None and not has_own_bot:
        raise SlackError("cannot_install_an_org_installed_app")


def _installed(slack: Slack, code: Code) -> Installation:
    """Return the installation, new or renewed; scopes only ever add up."""
    known = slack.state.installations.get(code.place_id)
    installation = known or _new_installation(slack, code)
    if not installation.active:
        installation.scopes, installation.user_scopes = [], {}
    if code.scopes or not installation.active:
        installation.installer_id = code.user_id
        installation.installed_at = slack.now()
    installation.active = True
    installation.scopes = _union(installation.scopes, code.scopes)
    mine = installation.user_scopes.get(code.user_id, [])
    installation.user_scopes[code.user_id] = _union(mine, code.user_scopes)
    slack.state.users[installation.bot_user_id].deleted = False
    if installation.scopes:
        for team_id in installation.granted_team_ids or [code.place_id]:
            conversations.open_ims(slack, installation.bot_user_id, team_id)
    return installation


def _new_installation(slack: Slack, code: Code) -> Installation:
    bot = User(
        user_id=slack.ids.new("U"),
        team_id=code.place_id,
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
        team_id=code.place_id,
        installer_id=code.user_id,
        bot_user_id=bot.user_id,
        bot_id=str(bot.bot_id),
        scopes=[],
        installed_at=slack.now(),
    )
    slack.state.installations[code.place_id] = installation
    return installation


def _bot_tokens(slack: Slack, installation: Installation) -> Pair:
    grant = (installation.team_id, installation.bot_user_id, "bot")
    return tokens.issue(slack, grant, list(installation.scopes))


def _user_tokens(slack: Slack, installation: Installation, code: Code) -> Pair:
    grant = (installation.team_id, code.user_id, "user")
    return tokens.issue(slack, grant, list(installation.user_scopes[code.user_id]))


def _union(first: list[str], second: list[str]) -> list[str]:
    return list(dict.fromkeys([*first, *second]))


def _answer(
    slack: Slack,
    installation: Installation,
    installer: User,
    bot: Pair | None,
    person: Pair | None,
) -> JSON:
    of_person = tokens.described(slack, person) if person else {}
    answer: JSON = {
        "app_id": slack.app_id,
        "authed_user": {"id": installer.user_id, **of_person},
        **tokens.place(slack, installation.team_id),
    }
    if bot is not None:
        answer |= tokens.described(slack, bot)
        answer["bot_user_id"] = installation.bot_user_id
    return answer
