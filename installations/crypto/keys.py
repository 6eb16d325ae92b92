"""All key rings of one process, and which of them a secret belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from installations.crypto.ciphers import Cipher, FieldCipher, UserCipher
from installations.crypto.places import Purpose
from installations.crypto.rings import KeyRing, PublicKeyRing


class Ring(StrEnum):
    """Which ring a key belongs to; stored, so a member may be added but never renamed."""

    MAIN = "main"
    USER = "user"


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key without the key: its id and what tells it from others."""

    ring: Ring
    kid: str
    fingerprint: str
    retired: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class FieldKeys:
    """What a process holds: the main ring, and for user tokens a ring or its public half.

    With neither, user tokens are sealed with the main ring.
    """

    main: KeyRing
    user: KeyRing | None = None
    user_public: PublicKeyRing | None = None

    def __post_init__(self) -> None:
        variable = "FIELD_KEYS_USER" if self.user else "FIELD_KEYS_USER_PUBLIC"
        if self.user:
            public = self.user.public()
            if self.user_public and self.user_public != public:
                raise ValueError("FIELD_KEYS_USER_PUBLIC is not the public half of FIELD_KEYS_USER")
            object.__setattr__(self, "user_public", public)
        both = self.main.kids & (self.user_public.kids if self.user_public else frozenset())
        if both:
            raise ValueError(f"key id {min(both)!r} is in {variable} too; give each key its own")

    @classmethod
    def parse(cls, text: str, *, user: KeyRing | None, user_public: PublicKeyRing | None) -> Self:
        """Read the main ring and put the others beside it.

        Raises:
            ValueError: the ring is malformed, or the rings do not go together.
        """
        return cls(KeyRing.parse(text), user, user_public)

    @property
    def reads_user_secrets(self) -> bool:
        return self.user is not None or self.user_public is None

    def cipher(self, purpose: Purpose) -> Cipher:
        if purpose.is_user:
            return UserCipher(self.main, self.user_public, self.user, purpose)
        return FieldCipher(self.main, purpose)

    def fingerprints(self, ring: Ring) -> Mapping[str, str]:
        """Return the fingerprints by key id; for user keys those of their public halves."""
        held = self.main if ring is Ring.MAIN else self.user_public
        return held.fingerprints() if held else {}

    def holds(self, kid: str) -> bool:
        """Tell whether a key of this id is here; of a user key its public half is enough."""
        return any(kid in self.fingerprints(ring) for ring in Ring)

    def ring_for(self, purpose: Purpose) -> Ring:
        return Ring.USER if purpose.is_user and self.user_public else Ring.MAIN

    def primary(self, ring: Ring) -> str:
        """Return the id of the key that writes, or nothing where the ring is not held."""
        held = self.main if ring is Ring.MAIN else self.user_public
        return held.primary if held else ""

    def writing_key(self, purpose: Purpose) -> KnownKey:
        ring = self.ring_for(purpose)
        kid = self.primary(ring)
        return KnownKey(ring, kid, self.fingerprints(ring)[kid])
