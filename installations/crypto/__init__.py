"""Authenticated encryption of single fields; knows keys, nothing else.

Two formats, both ``<version>.<kid>.<base64url>``: ``v1`` is AES-256-GCM under a sub-key for each
purpose, ``v2`` is HPKE to a public key, for secrets that whoever writes them must not read. Both
bind purpose, table, column and natural key, so a value pasted into another place does not open.
Nothing here ever returns a value that it could not authenticate.
"""

from installations.crypto.checks import KeyProblem, key_problems
from installations.crypto.ciphers import BoxCipher, Cipher, FieldCipher, UserCipher
from installations.crypto.errors import (
    KeyMissingError,
    RetiredKeyError,
    SecretUnreadableError,
    UserKeysMissingError,
    WrongKeyError,
)
from installations.crypto.keys import FieldKeys, KnownKey, Ring
from installations.crypto.places import Place, Purpose
from installations.crypto.rings import KeyRing, PublicKeyRing, generate_key
from installations.crypto.sealed import KID_IN_SEALED, Version, kid_of, prefixes

__all__ = [
    "KID_IN_SEALED",
    "BoxCipher",
    "Cipher",
    "FieldCipher",
    "FieldKeys",
    "KeyMissingError",
    "KeyProblem",
    "KeyRing",
    "KnownKey",
    "Place",
    "PublicKeyRing",
    "Purpose",
    "RetiredKeyError",
    "Ring",
    "SecretUnreadableError",
    "UserCipher",
    "UserKeysMissingError",
    "Version",
    "WrongKeyError",
    "generate_key",
    "key_problems",
    "kid_of",
    "prefixes",
]
