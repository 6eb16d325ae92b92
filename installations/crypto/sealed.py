"""The text form of a sealed value."""

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from installations.crypto.errors import SecretUnreadableError

KID = re.compile(r"[a-z0-9]{1,16}")
KID_IN_SEALED = r"^v[12]\.([a-z0-9]{1,16})\."  # understood by Python and PostgreSQL alike


class Version(StrEnum):
    """How a value was sealed; stored, so a member may be added but never renamed."""

    SHARED = "v1"  # who can write can read
    BOX = "v2"  # sealed to a public key


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed value taken apart; says nothing about whether it opens."""

    version: Version
    kid: str
    blob: bytes

    @classmethod
    def parse(cls, stored: str) -> Self:
        """Read what is stored.

        Raises:
            SecretUnreadableError: it was not sealed by us.
        """
        version, _, rest = stored.partition(".")
        kid, _, encoded = rest.partition(".")
        if version not in {*Version} or not KID.fullmatch(kid):
            raise SecretUnreadableError("a stored secret is not in the sealed format")
        try:
            blob = b64decode(encoded)
        except (binascii.Error, ValueError):
            raise SecretUnreadableError("a stored secret is not base64url") from None
        return cls(Version(version), kid, blob)

    def __str__(self) -> str:
        return f"{prefix(self.version, self.kid)}{b64encode(self.blob)}"


def prefix(version: Version, kid: str) -> str:
    """Return how every value sealed in this version under this key begins."""
    return f"{version}.{kid}."


def prefixes(kid: str) -> tuple[str, ...]:
    """Return how the values sealed under a key can begin."""
    return tuple(prefix(version, kid) for version in Version)


def kid_of(stored: str) -> str:
    """Return the id of the key that sealed a value, or nothing where it was not sealed by us."""
    found = re.match(KID_IN_SEALED, stored)
    return found[1] if found else ""


def b64encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def b64decode(text: str) -> bytes:
    """Return the bytes; raises ValueError or binascii.Error."""
    padded = text.encode("ascii") + b"=" * (-len(text) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True)
