"""Key rings: keys by id, newest first. The first one writes."""

import binascii
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Self

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from installations.crypto.errors import KeyMissingError
from installations.crypto.places import Purpose
from installations.crypto.sealed import KID, Version, b64decode, b64encode

KEY_LENGTH = 32  # bytes: AES-256, and X25519 (RFC 7748)
FINGERPRINT_OF = b"countersign key check"


@dataclass(frozen=True, slots=True, repr=False)
class _Ring:
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

    @property
    def kids(self) -> frozenset[str]:
        return frozenset(kid for kid, _ in self.keys)

    def fingerprints(self) -> Mapping[str, str]:
        """Return for each key a digest that tells it from others and does not give it away."""
        digest = partial(hmac.digest, msg=FINGERPRINT_OF, digest=hashlib.sha256)
        return {kid: digest(key).hex() for kid, key in self.keys}

    def _key(self, kid: str) -> bytes:
        key = dict(self.keys).get(kid)
        if key is None:
            raise KeyMissingError(f"no key {kid!r} in the key ring")
        return key


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing(_Ring):
    """Root keys by id; the first one writes, every one reads."""

    def subkey(self, kid: str, purpose: Purpose) -> AESGCM:
        """Return the cipher for one purpose under one root key.

        Raises:
            KeyMissingError: the ring has no key of that id.
        """
        return AESGCM(_derive(self._key(kid), f"countersign/{Version.SHARED}/{purpose}"))

    def private_key(self, kid: str) -> X25519PrivateKey:
        """Return the private key that a root key yields.

        Raises:
            KeyMissingError: the ring has no key of that id.
        """
        derived = _derive(self._key(kid), f"countersign/{Version.BOX}/x25519")
        return X25519PrivateKey.from_private_bytes(derived)

    def public(self) -> "PublicKeyRing":
        """Return the public halves, in the same order."""
        halves = ((kid, self.private_key(kid).public_key()) for kid, _ in self.keys)
        return PublicKeyRing(tuple((kid, half.public_bytes_raw()) for kid, half in halves))


@dataclass(frozen=True, slots=True, repr=False)
class PublicKeyRing(_Ring):
    """Public keys by id; the first one writes, none reads."""

    def __post_init__(self) -> None:
        stranger = X25519PrivateKey.generate()
        for kid, _ in self.keys:
            try:
                stranger.exchange(self.public_key(kid))
            except ValueError:  # a point of low order: whoever knows it could read
                raise ValueError(f"key {kid} is not a public key") from None

    def public_key(self, kid: str) -> X25519PublicKey:
        """Return one public key.

        Raises:
            KeyMissingError: the ring has no key of that id.
        """
        return X25519PublicKey.from_public_bytes(self._key(kid))

    def __str__(self) -> str:
        """Return the text that ``parse`` reads; public keys are no secret."""
        return ",".join(f"{kid}:{b64encode(key)}" for kid, key in self.keys)


def generate_key(kid: str) -> str:
    """Return a new root key under ``kid`` in the form that a ring is read from.

    Raises:
        ValueError: the key id has not the form of one.
    """
    pair = f"{kid}:{b64encode(os.urandom(KEY_LENGTH))}"
    KeyRing.parse(pair)
    return pair


def _derive(root: bytes, info: str) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=KEY_LENGTH, salt=None, info=info.encode())
    return hkdf.derive(root)


def _parse_pair(pair: str) -> tuple[str, bytes]:
    kid, colon, encoded = pair.partition(":")
    if not colon or not KID.fullmatch(kid):  # without a colon it is a key, which nobody may read
        raise ValueError("a key id is 1 to 16 lower-case letters or digits, then a colon")
    try:
        key = b64decode(encoded)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_LENGTH:
        raise ValueError(f"key {kid} is not the base64url form of {KEY_LENGTH} bytes")
    return kid, key
