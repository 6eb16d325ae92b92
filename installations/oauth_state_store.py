"""slack_sdk's OAuthStateStore on our tables: one-time, short-lived, bound to a browser."""

import hashlib
import secrets
from datetime import timedelta
from logging import Logger, getLogger

from django.utils import timezone
from slack_sdk.oauth.state_store import OAuthStateStore

from installations.models import OAuthState

LIFETIME = 600  # seconds; an OAuth code lives as long


class DjangoOAuthStateStore(OAuthStateStore):
    """Issues states that can be consumed once, before they expire, by the browser they went to."""

    def __init__(self, *, expiration_seconds: int = LIFETIME, logger: Logger | None = None) -> None:
        self.expiration_seconds = expiration_seconds
        self._logger = logger or getLogger(__name__)

    @property
    def logger(self) -> Logger:
        return self._logger

    def issue(self, *_args: object, browser: str = "", **_kwargs: object) -> str:
        """Return a new state; ``browser`` is the secret of the cookie it is bound to."""
        state = secrets.token_urlsafe(32)
        OAuthState.objects.create(
            state_hash=_hash(state),
            browser_hash=_hash(browser),
            expires_at=timezone.now() + timedelta(seconds=self.expiration_seconds),
        )
        return state

    def consume(self, state: str, *, browser: str = "") -> bool:
        """Return True once per issued state; one DELETE, so two callers cannot both win."""
        deleted, _ = OAuthState.objects.filter(
            state_hash=_hash(state), browser_hash=_hash(browser), expires_at__gt=timezone.now()
        ).delete()
        return deleted == 1


def delete_expired_states() -> int:
    """Remove states that nobody came back with; return how many."""
    deleted, _ = OAuthState.objects.filter(expires_at__lte=timezone.now()).delete()
    return deleted


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
