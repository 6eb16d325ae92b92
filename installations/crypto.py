"""Authenticated encryption of single fields; knows keys, nothing else.

Format: ``v1.<kid>.<base64url(nonce12 || ciphertext || tag16)>``, AES-256-GCM. Each purpose has a
sub-key of its own (HKDF-SHA256), so a value pasted into another column does not open; the
additional data names table, column and natural key, so a value pasted into another row does not
open either. Nothing here ever returns a value that it could not authenticate.
"""

import base64
import binascii
import os
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = "v1"
KEY_LENGTH = 32  # bytes, AES-256
NONCE_LENGTH = 12  # bytes; NIST SP 800-38D, section 8.2
KID = re.compile(r"[a-z0-9]{1,16}")


class Purpose(StrEnum):
    """What a secret is for; part of its sub-key, so a member may be added but never renamed."""

    BOT = "bot"
    USER = "user"
    BOT_REFRESH = "bot-refresh"
    USER_REFRESH = "user-refresh"
    WEBHOOK = "webhook"


class SecretUnreadableError(Exception):
    """A stored secret cannot be opened: wrong key, wrong place, or changed bytes."""


class KeyMissingError(SecretUnreadableError):
    """The key that wrote a stored secret is not in the key ring."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret lives; a secret opens only in the place it was written for."""

    table: str
    column: str
    natural_key: tuple[str, ...]

    def additional_data(self, purpose: Purpose) -> bytes:
        """Return the parts, each behind its length, so that no two places read alike."""
        parts = (VERSION, purpose, self.table, self.column, *self.natural_key)
        encoded = (part.encode() for part in parts)
        return b"".join(len(part).to_bytes(4) + part for part in encoded)


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """Root keys by id; the first one writes, every one reads."""

    keys: tuple[tuple[str, bytes], ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``kid:base64url(32 bytes)`` pairs parted by commas, newest first.

        Raises:
            ValueError: nothing given, a malformed pair, or a key id used twice.
        """
        pairs = tuple(_parse_pair(pair.strip()) for pair in text.split(",") if pair.strip())
        if not pairs:
            raise ValueError("no key given; expected kid:base64url-of-32-bytes")
        if len({kid for kid, _ in pairs}) != len(pairs):
            raise ValueError("a key id is used twice")
        return cls(pairs)

    @property
    def primary(self) -> str:
        return self.keys[0][0]

    def subkey(self, kid: str, purpose: Purpose) -> AESGCM:
        """Return the cipher for one purpose under one root key.

        Raises:
            KeyMissingError: the ring has no key of that id.
        """
        root = dict(self.keys).get(kid)
        if root is None:
            raise KeyMissingError(f"no key {kid!r} in the key ring")
        info = f"countersign/{VERSION}/{purpose}".encode()
        derived = HKDF(algorithm=SHA256(), length=KEY_LENGTH, salt=None, info=info).derive(root)
        return AESGCM(derived)


def _parse_pair(pair: str) -> tuple[str, bytes]:
    kid, colon, encoded = pair.partition(":")
    if not colon or not KID.fullmatch(kid):  # without a colon it is a key, which nobody may read
        raise ValueError("a key id is 1 to 16 lower-case letters or digits, then a colon")
    try:
        key = _b64decode(encoded)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_LENGTH:
        raise ValueError(f"key {kid} is not the base64url form of {KEY_LENGTH} bytes")
    return kid, key


@dataclass(frozen=True, slots=True)
class FieldCipher:
    """Seals and opens the secrets of one purpose."""

    ring: KeyRing
    purpose: Purpose

    def seal(self, plaintext: str, place: Place) -> str:
        """Return ``plaintext`` encrypted for ``place`` under the ring's first key."""
        kid = self.ring.primary
        nonce = os.urandom(NONCE_LENGTH)
        aad = place.additional_data(self.purpose)
        sealed = self.ring.subkey(kid, self.purpose).encrypt(nonce, plaintext.encode(), aad)
        return f"{VERSION}.{kid}.{_b64encode(nonce + sealed)}"

    def open(self, stored: str, place: Place) -> str:
        """Return what was sealed for ``place``.

        Raises:
            SecretUnreadableError: not sealed by us, for another place, or changed.
            KeyMissingError: sealed under a key that the ring does not hold.
        """
        kid, blob = _split(stored)
        cipher = self.ring.subkey(kid, self.purpose)
        aad = place.additional_data(self.purpose)
        try:
            return cipher.decrypt(blob[:NONCE_LENGTH], blob[NONCE_LENGTH:], aad).decode()
        except InvalidTag:
            raise SecretUnreadableError(
                f"{place.table}.{place.column} does not open with key {kid!r}"
            ) from None


def _split(stored: str) -> tuple[str, bytes]:
    version, _, rest = stored.partition(".")
    kid, _, encoded = rest.partition(".")
    if version != VERSION or not KID.fullmatch(kid):
        raise SecretUnreadableError("a stored secret is not in the sealed format")
    try:
        blob = _b64decode(encoded)
    except (binascii.Error, ValueError):
        raise SecretUnreadableError("a stored secret is not base64url") from None
    if len(blob) <= NONCE_LENGTH:
        raise SecretUnreadableError("a stored secret is too short")
    return kid, blob


def _b64encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _b64decode(text: str) -> bytes:
    padded = text.encode("ascii") + b"=" * (-len(text) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True)
