"""What a secret is for and where it lives."""

from dataclasses import dataclass
from enum import StrEnum

from installations.crypto.sealed import Version


class Purpose(StrEnum):
    """What a secret is for; part of its sub-key, so a member may be added but never renamed."""

    BOT = "bot"
    USER = "user"
    BOT_REFRESH = "bot-refresh"
    USER_REFRESH = "user-refresh"
    WEBHOOK = "webhook"

    @property
    def is_user(self) -> bool:
        """Tell whether the secret acts as a person, not as the bot."""
        return self in {Purpose.USER, Purpose.USER_REFRESH}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret lives; a secret opens only in the place it was written for."""

    table: str
    column: str
    natural_key: tuple[str, ...]

    def additional_data(self, purpose: Purpose, version: Version = Version.SHARED) -> bytes:
        """Return the parts, each behind its length, so that no two places read alike."""
        parts = (version, purpose, self.table, self.column, *self.natural_key)
        encoded = (part.encode() for part in parts)
        return b"".join(len(part).to_bytes(4) + part for part in encoded)
