"""Access and refresh tokens: issued, renewed, traded and ended.

Source: docs.slack.dev/authentication/using-token-rotation
"""

from dataclasses import dataclass

from sandbox.errors import SlackError
from sandbox.grants import TOKENS_PER_GRANT, RefreshToken, Token
from sandbox.migrations import require_settled
from sandbox.slack import Slack
from sandbox.types import JSON

LIFE = 43_200  # seconds of a rotating access token
REVOKED = "token_revoked"
SPENT = "invalid_refresh_token"
Grant = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token, and with rotation what renews it."""

    access: Token
    refresh: RefreshToken | None = None


def issue(slack: Slack, grant: Grant, scopes: list[str]) -> Pair:
    """Return fresh tokens after a consent.

    What they replace ends: long-lived tokens at once; with rotation the old refresh token at
    once, old access tokens as far as the limit of two asks for it.
    """
    if slack.manifest.token_rotation_enabled:
        for known in slack.state.refresh_tokens.values():
            if known.grant == grant:
                known.ended = known.ended or SPENT
        return _rotating(slack, grant, scopes)
    for token in live(slack, grant):
        token.ended = REVOKED
    return Pair(_add(slack, grant, scopes))


def renew(slack: Slack, text: str) -> Pair:
    """Return a new pair for a refresh token, which is thereby used up.

    Raises:
        SlackError: ``invalid_refresh_token``, ``token_revoked`` or ``team_added_to_org``.
    """
    refresh, now = slack.state.refresh_tokens.get(text), slack.clock.now()
    if refresh is None:
        raise SlackError(SPENT)
    if refresh.ended:
        raise SlackError(refresh.ended)
    if refresh.used_at and now >= refresh.used_at + slack.refresh_grace:
        raise SlackError(SPENT)
    require_settled(slack, refresh.team_id)
    refresh.used_at = refresh.used_at or now
    return _rotating(slack, refresh.grant, list(refresh.scopes))


def trade(slack: Slack, text: str) -> Pair:
    """Return a rotating pair for a long-lived token, once.

    The long-lived token stays until it is the oldest of more than two.
    Source of the errors: docs.slack.dev/reference/methods/oauth.v2.exchange

    Raises:
        SlackError: there is nothing to trade.
    """
    if not slack.manifest.token_rotation_enabled:
        raise SlackError("token_rotation_not_enabled")
    token = slack.state.tokens.get(text)
    if token is None or token.rotates:
        raise SlackError("invalid_token" if text else "not_authed")
    if token.exchanged:
        raise SlackError("token_already_exchanged")
    if token.ended:
        raise SlackError("authorization_not_found")
    require_settled(slack, token.team_id)
    token.exchanged = True
    return _rotating(slack, token.grant, list(token.scopes))


def live(slack: Slack, grant: Grant) -> list[Token]:
    """Return the access tokens that still work, oldest first."""
    now = slack.clock.now()
    tokens = slack.state.tokens.values()
    return [one for one in tokens if one.grant == grant and not one.refusal(now)]


def end_all(slack: Slack, team_id: str) -> list[Token]:
    """End every token of a workspace or organisation; return the access tokens that ended."""
    ended = [one for one in slack.state.tokens.values() if one.team_id == team_id and not one.ended]
    for token in ended:
        token.ended = "account_inactive" if token.kind == "bot" else REVOKED
    for refresh in slack.state.refresh_tokens.values():
        if refresh.team_id == team_id:
            refresh.ended = REVOKED
    return ended


def described(slack: Slack, pair: Pair) -> JSON:
    """Return what Slack says of an access token when it hands it over."""
    token = pair.access
    answer: JSON = {
        "access_token": token.token,
        "token_type": token.kind,
        "scope": ",".join(token.scopes),
    }
    if pair.refresh is not None:
        answer["expires_in"] = round(token.expires_at - slack.clock.now())
        answer["refresh_token"] = pair.refresh.token
    return answer


def place(slack: Slack, team_id: str) -> JSON:
    """Return the three fields that say where a token works."""
    team, enterprise = slack.state.teams.get(team_id), slack.state.enterprise_of(team_id)
    return {
        "team": {"id": team.team_id, "name": team.name} if team else None,
        "enterprise": (
            {"id": enterprise.enterprise_id, "name": enterprise.name} if enterprise else None
        ),
        "is_enterprise_install": team is None,
    }


def renewed(slack: Slack, pair: Pair) -> JSON:
    """Return Slack's answer to a refresh, or to the trade of a long-lived token."""
    token = pair.access
    owner = "bot_user_id" if token.kind == "bot" else "user_id"
    return {
        **described(slack, pair),
        owner: token.user_id,
        "app_id": slack.app_id,
        **place(slack, token.team_id),
    }


def _rotating(slack: Slack, grant: Grant, scopes: list[str]) -> Pair:
    """Add a pair; of more than two live access tokens the oldest end."""
    token = _add(slack, grant, scopes, expires_at=slack.clock.now() + LIFE)
    for old in live(slack, grant)[:-TOKENS_PER_GRANT]:
        old.ended = REVOKED
    text = slack.ids.refresh_token()
    refresh = RefreshToken(text, *grant, scopes=list(scopes))
    slack.state.refresh_tokens[text] = refresh
    return Pair(token, refresh)


def _add(slack: Slack, grant: Grant, scopes: list[str], expires_at: float = 0.0) -> Token:
    prefix = "xoxb" if grant[2] == "bot" else "xoxp"
    text = slack.ids.token(f"xoxe.{prefix}" if expires_at else prefix)
    token = Token(text, *grant, scopes=list(scopes), expires_at=expires_at)
    slack.state.tokens[text] = token
    slack.touch()
    return token
