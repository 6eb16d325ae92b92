"""Keeps tokens alive: asks Slack for the next one before the last expires."""

from datetime import timedelta
from functools import partial
from typing import Any

from installations.calls import Patience, call_as_app
from installations.errors import NO_WORD, NotInstalledError, SlackCallError, TemporaryError
from installations.models import Installation
from installations.services import tokens
from installations.services.tokens import BOT, Kind, Refreshed

AHEAD = timedelta(hours=2)  # the periodic task's; a token lives twelve
SOON = timedelta(minutes=5)  # what is about to be used must live as long
USABLE = timedelta(seconds=30)
LIFETIME = 43_200  # seconds; Slack's, where an answer does not say
WORKER = Patience()


def with_live_bot(row: Installation, patience: Patience = WORKER) -> Installation:
    """Return the row with a bot token that works now, refreshed if it is about to expire.

    Of many who ask at once, one refreshes. While the old token works the others go on with it, as
    does whoever has little patience; once it has expired they wait for the new one.

    Raises:
        SlackCallError: the token has expired, and there is no new one.
        RuntimeError: called inside a transaction.
    """
    works = BOT.lives_on(row, USABLE)
    if not BOT.rotates(row) or (works and (patience.is_short or BOT.lives_on(row, SOON))):
        return row
    try:
        row = refresh(row.pk, BOT, ahead=SOON, patience=patience, waits=not works)
    except SlackCallError:
        if works:
            return row
        raise
    if row.bot_refused_at and not BOT.lives_on(row, timedelta(0)):
        raise NotInstalledError("token_expired")
    return row


def refresh(
    installation_id: int,
    kind: Kind,
    *,
    ahead: timedelta,
    patience: Patience = WORKER,
    waits: bool = True,
) -> Installation:
    """Return the row with a token that lives ``ahead`` longer; raises as ``tokens.refresh``."""
    return tokens.refresh(
        installation_id=installation_id,
        kind=kind,
        ahead=ahead,
        ask=partial(_ask, kind=kind, patience=patience),
        patience=patience.seconds if waits else 0,
    )


def _ask(refresh_token: str, *, kind: Kind, patience: Patience) -> Refreshed:
    """Spend a refresh token: docs.slack.dev/authentication/using-token-rotation."""
    answer = call_as_app(
        "oauth.v2.access",
        timeout=patience.seconds,
        grant_type="refresh_token",
        refresh_token=refresh_token,
    )
    return _read(answer, kind)


def _read(answer: dict[str, Any], kind: Kind) -> Refreshed:
    """Read Slack's answer; tokens that are there are kept, whatever else is wrong with it.

    Raises:
        TemporaryError: it gives no such tokens.
    """
    token, successor = answer.get("access_token"), answer.get("refresh_token")
    if answer.get("token_type", kind.name) != kind.name or not token or not successor:
        raise TemporaryError(NO_WORD)
    return Refreshed(str(token), str(successor), _lifetime(answer.get("expires_in")))


def _lifetime(said: object) -> int:
    plausible = isinstance(said, int) and not isinstance(said, bool) and 0 < said <= LIFETIME
    return int(said) if plausible else LIFETIME  # type: ignore[call-overload]  # an int by now
