"""Seals and opens the secrets of one purpose."""

import os
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from installations.crypto.errors import SecretUnreadableError, UserKeysMissingError
from installations.crypto.places import Place, Purpose
from installations.crypto.rings import KeyRing, PublicKeyRing
from installations.crypto.sealed import Sealed, Version, prefix

NONCE_LENGTH = 12  # bytes; NIST SP 800-38D, section 8.2
HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)  # RFC 9180, base mode


class Cipher(Protocol):
    """Seals under one key and opens what it can."""

    @property
    def prefix(self) -> str:
        """Return how every value begins that it seals now."""

    def seal(self, plaintext: str, place: Place) -> str:
        """Return ``plaintext`` encrypted for ``place`` under the ring's first key."""

    def open(self, stored: str, place: Place) -> str:
        """Return what was sealed for ``place``.

        Raises:
            SecretUnreadableError: not sealed by us, for another place, or changed.
            KeyMissingError: sealed under a key that is not held here.
        """


@dataclass(frozen=True, slots=True)
class FieldCipher:
    """Who holds the ring writes and reads: ``base64url(nonce12 || ciphertext || tag16)``."""

    ring: KeyRing
    purpose: Purpose

    @property
    def prefix(self) -> str:
        return prefix(Version.SHARED, self.ring.primary)

    def seal(self, plaintext: str, place: Place) -> str:
        kid = self.ring.primary
        nonce = os.urandom(NONCE_LENGTH)
        aad = place.additional_data(self.purpose)
        sealed = self.ring.subkey(kid, self.purpose).encrypt(nonce, plaintext.encode(), aad)
        return str(Sealed(Version.SHARED, kid, nonce + sealed))

    def open(self, stored: str, place: Place) -> str:
        sealed = _parse(stored, Version.SHARED)
        cipher = self.ring.subkey(sealed.kid, self.purpose)
        nonce, blob = sealed.blob[:NONCE_LENGTH], sealed.blob[NONCE_LENGTH:]
        if not blob:
            raise SecretUnreadableError("a stored secret is too short")
        try:
            return cipher.decrypt(nonce, blob, place.additional_data(self.purpose)).decode()
        except InvalidTag:
            raise _does_not_open(sealed, place) from None


@dataclass(frozen=True, slots=True)
class BoxCipher:
    """Who holds the public keys writes, who holds the ring reads: ``base64url(enc32 || …)``.

    HPKE's ``info`` carries what binds the value to its place.
    """

    public: PublicKeyRing
    ring: KeyRing | None
    purpose: Purpose

    @property
    def prefix(self) -> str:
        return prefix(Version.BOX, self.public.primary)

    def seal(self, plaintext: str, place: Place) -> str:
        kid = self.public.primary
        info = place.additional_data(self.purpose, Version.BOX)
        blob = HPKE.encrypt(plaintext.encode(), self.public.public_key(kid), info)
        return str(Sealed(Version.BOX, kid, blob))

    def open(self, stored: str, place: Place) -> str:
        sealed = _parse(stored, Version.BOX)
        if self.ring is None:
            raise UserKeysMissingError(sealed.kid)
        private_key = self.ring.private_key(sealed.kid)
        info = place.additional_data(self.purpose, Version.BOX)
        try:
            return HPKE.decrypt(sealed.blob, private_key, info).decode()
        except InvalidTag:
            raise _does_not_open(sealed, place) from None


@dataclass(frozen=True, slots=True)
class UserCipher:
    """Seals to the public user keys, or with ``main`` where there are none.

    Opens what either sealed, also under the user ring before there were public keys.
    """

    main: KeyRing
    public: PublicKeyRing | None
    ring: KeyRing | None
    purpose: Purpose

    @property
    def prefix(self) -> str:
        return self._writer.prefix

    def seal(self, plaintext: str, place: Place) -> str:
        return self._writer.seal(plaintext, place)

    def open(self, stored: str, place: Place) -> str:
        return self._reader(Sealed.parse(stored)).open(stored, place)

    @property
    def _writer(self) -> Cipher:
        if self.public is None:
            return FieldCipher(self.main, self.purpose)
        return BoxCipher(self.public, self.ring, self.purpose)

    def _reader(self, sealed: Sealed) -> Cipher:
        if sealed.version == Version.BOX:
            if self.public is None:
                raise UserKeysMissingError(sealed.kid)
            return BoxCipher(self.public, self.ring, self.purpose)
        if self.ring and sealed.kid in self.ring.kids:
            return FieldCipher(self.ring, self.purpose)
        if self.public and sealed.kid in self.public.kids:
            raise UserKeysMissingError(sealed.kid)
        return FieldCipher(self.main, self.purpose)


def _parse(stored: str, version: Version) -> Sealed:
    sealed = Sealed.parse(stored)
    if sealed.version != version:
        raise SecretUnreadableError("a stored secret is not in the sealed format of its column")
    return sealed


def _does_not_open(sealed: Sealed, place: Place) -> SecretUnreadableError:
    return SecretUnreadableError(
        f"{place.table}.{place.column} does not open with key {sealed.kid!r}"
    )
