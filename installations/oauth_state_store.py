"""slack_sdk's OAuthStateStore on our tables: one-time, short-lived, bound to a browser."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from logging import Logger, getLogger

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from slack_sdk.oauth.state_store import OAuthStateStore

from installations.models import Errand, OAuthState

LIFETIME = 600  # seconds; an OAuth code lives as long
PER_ADDRESS = 20  # under way at a time: a whole office behind one address, no flood
ALTOGETHER = 10_000  # under way at a time: bounds the table, however many addresses a flood has

CLAIM = f"""
    DELETE FROM {OAuthState._meta.db_table}
    WHERE state_hash = %s AND browser_hash = %s AND expires_at > %s
    RETURNING errand, user_id
"""  # noqa: S608, SLF001  # our own table's name


class TooManyStatesError(Exception):
    """So many are under way that no more are begun; ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"full for {retry_after} s")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Started:
    """What somebody set out for; ``user_id`` is who was signed in here then."""

    errand: Errand
    user_id: int | None


class DjangoOAuthStateStore(OAuthStateStore):
    """Issues states that can be consumed once, before they expire, by the browser they went to."""

    def __init__(self, *, expiration_seconds: int = LIFETIME, logger: Logger | None = None) -> None:
        self.expiration_seconds = expiration_seconds
        self._logger = logger or getLogger(__name__)

    @property
    def logger(self) -> Logger:
        return self._logger

    def issue(
        self,
        *_args: object,
        browser: str = "",
        errand: Errand = Errand.INSTALL,
        address_hash: str = "",
        user_id: int | None = None,
        **_kwargs: object,
    ) -> str:
        """Return a new state; ``browser`` is the secret of the cookie it is bound to.

        The limits hold for all replicas, because the rows are what is counted. There is no lock:
        each request that runs in the same instant on another thread can be one too many.

        Raises:
            TooManyStatesError: too many are under way, from ``address_hash`` or altogether.
        """
        _require_room(address_hash)
        state = secrets.token_urlsafe(32)
        OAuthState.objects.create(
            state_hash=_hash(state),
            browser_hash=_hash(browser),
            address_hash=address_hash,
            errand=errand,
            user_id=user_id,
            expires_at=timezone.now() + timedelta(seconds=self.expiration_seconds),
        )
        return state

    def claim(self, state: str, *, browser: str = "") -> Started | None:
        """Return what a state was issued for, once; one DELETE, so two callers cannot both win."""
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [_hash(state), _hash(browser), timezone.now()])
            row = cursor.fetchone()
        return Started(Errand(row[0]), row[1]) if row else None

    def consume(self, state: str, *, browser: str = "") -> bool:
        """Return True once per issued state."""
        return self.claim(state, browser=browser) is not None


def delete_expired_states() -> int:
    """Remove states that nobody came back with; return how many."""
    deleted, _ = OAuthState.objects.filter(expires_at__lte=timezone.now()).delete()
    return deleted


def _require_room(address_hash: str) -> None:
    now = timezone.now()
    under_way = OAuthState.objects.filter(expires_at__gt=now)
    full_until = _full_until(under_way, ALTOGETHER)
    if address_hash and not full_until:
        full_until = _full_until(under_way.filter(address_hash=address_hash), PER_ADDRESS)
    if full_until:
        raise TooManyStatesError(int((full_until - now).total_seconds()) + 1)


def _full_until(states: QuerySet[OAuthState], limit: int) -> datetime | None:
    """Return when fewer than ``limit`` will be left, or None where there are fewer now."""
    ends = states.order_by("-expires_at").values_list("expires_at", flat=True)
    return next(iter(ends[limit - 1 : limit]), None)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
