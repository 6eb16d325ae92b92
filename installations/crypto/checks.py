"""Whether a process holds the keys that sealed what is stored; a pure rule."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from installations.crypto.keys import FieldKeys, KnownKey, Ring

VARIABLES = {Ring.MAIN: "FIELD_KEYS", Ring.USER: "FIELD_KEYS_USER"}
PUBLIC = "FIELD_KEYS_USER_PUBLIC"


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """Why a process must neither read nor write; names the key's id, never the key."""

    kid: str
    message: str
    primary_retired: bool = False


def key_problems(keys: FieldKeys, known: Iterable[KnownKey]) -> list[KeyProblem]:
    """Return what is wrong with ``keys``, given every key that has sealed something here."""
    known = [*known]
    problems = [problem for key in known for problem in _problems_of(keys, key)]
    return problems or [*_strange_public_ring(keys, known)]


def _problems_of(keys: FieldKeys, key: KnownKey) -> Iterator[KeyProblem]:
    variable, held = VARIABLES[key.ring], keys.fingerprints(key.ring)
    if key.kid not in held:
        if not key.retired and _is_needed(keys, key.ring):
            yield KeyProblem(key.kid, _missing(keys, key))
    elif held[key.kid] != key.fingerprint:
        message = f"key {key.kid!r} is not the key that sealed data here: {variable} is wrong"
        yield KeyProblem(key.kid, message)
    elif key.retired and key.kid == keys.primary(key.ring):
        message = f"key {key.kid!r} is retired: put another key first in {variable}"
        yield KeyProblem(key.kid, message, primary_retired=True)


def _is_needed(keys: FieldKeys, ring: Ring) -> bool:
    """Return whether every key of the ring has to be held; who only writes needs one."""
    only_writes = ring is Ring.USER and keys.user is None and keys.user_public is not None
    return not only_writes


def _missing(keys: FieldKeys, key: KnownKey) -> str:
    if key.ring is Ring.USER and keys.user_public is None:
        return (
            f"user tokens here are sealed under key {key.kid!r}: set {PUBLIC}, "
            f"or {VARIABLES[Ring.USER]} where they have to be read"
        )
    return f"key {key.kid!r} is missing from {VARIABLES[key.ring]}"


def _strange_public_ring(keys: FieldKeys, known: list[KnownKey]) -> Iterator[KeyProblem]:
    """Tell public keys of another installation from a new key: one of ours stands beside it."""
    ours = [key.kid for key in known if key.ring is Ring.USER and not key.retired]
    if ours and not set(ours) & set(keys.fingerprints(Ring.USER)):
        message = f"{PUBLIC} holds no key used here: keep {ours[0]!r} behind a new one"
        yield KeyProblem(ours[0], message)
