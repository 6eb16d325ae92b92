"""Identifiers in the forms Slack gives them."""

import random
import string
import uuid

ALPHABET = string.digits + string.ascii_uppercase
HEX = "0123456789abcdef"


class Ids:
    """Makes ids that never repeat, not even after a restart.

    An app may use an event or trigger id as its key against duplicates, so a counter that
    begins again with every run would make fresh deliveries look like repeated ones.
    """

    def __init__(self, source: random.Random | None = None) -> None:
        """Draw from ``source``; a seeded one makes a run repeatable."""
        self._source = source or random.SystemRandom()

    def new(self, prefix: str, length: int = 9) -> str:
        """Return an id such as ``V0…``."""
        return f"{prefix}0{self._draw(ALPHABET, length)}"

    def hexadecimal(self, length: int) -> str:
        """Return ``length`` random hexadecimal digits."""
        return self._draw(HEX, length)

    def block_id(self) -> str:
        """Return the short id Slack gives to a block without one."""
        return self._draw(string.ascii_letters + string.digits, 5)

    def token(self, prefix: str) -> str:
        """Return an ``xoxb-`` or ``xoxp-`` token."""
        numbers = f"{self._draw(string.digits, 12)}-{self._draw(string.digits, 13)}"
        return f"{prefix}-{numbers}-{self._draw(string.ascii_letters + string.digits, 24)}"

    def refresh_token(self) -> str:
        """Return an ``xoxe-1-`` token; docs.slack.dev/authentication/using-token-rotation."""
        return f"xoxe-1-{self._draw(string.ascii_letters + string.digits, 146)}"

    def app_token(self, app_id: str) -> str:
        """Return an app-level ``xapp-1-`` token."""
        return f"xapp-1-{app_id}-{self._draw(string.digits, 13)}-{self.hexadecimal(64)}"

    def uuid(self) -> str:
        """Return a version 4 UUID, as envelopes and tickets have."""
        return str(uuid.UUID(int=self._source.getrandbits(128), version=4))

    def trigger(self) -> str:
        """Return a trigger id: two numbers and a hash."""
        numbers = f"{self._draw(string.digits, 13)}.{self._draw(string.digits, 12)}"
        return f"{numbers}.{self.hexadecimal(32)}"

    def _draw(self, alphabet: str, length: int) -> str:
        return "".join(self._source.choice(alphabet) for _ in range(length))
