"""Keys for tests, the processes that hold some of them, and a look at who waits for whom."""

from django.db import connection

from installations.crypto import FieldKeys, KeyRing
from installations.crypto.sealed import b64encode

OLD, NEW = ("m1", bytes(range(32))), ("m2", bytes(range(32, 64)))
USER_OLD, USER_NEW = ("u1", bytes(range(64, 96))), ("u2", bytes(range(96, 128)))
STRANGE = bytes(range(128, 160))
VALUES = [key for _, key in (OLD, NEW, USER_OLD, USER_NEW)] + [STRANGE]


def ring(*keys: tuple[str, bytes]) -> KeyRing:
    return KeyRing(keys)


def given_away(text: str) -> list[bytes]:
    """Return the keys that stand in ``text``, as bytes, hexadecimal or base64url."""
    forms = {key: (str(key)[2:-1], key.hex(), b64encode(key)) for key in VALUES}
    return [key for key in VALUES if any(form in text for form in forms[key])]


def plain(*main: tuple[str, bytes]) -> FieldKeys:
    """Return a process without user keys."""
    return FieldKeys(ring(*main or (OLD,)))


def worker(*user: tuple[str, bytes], main=(OLD,)) -> FieldKeys:
    """Return a process that reads and writes user tokens."""
    return FieldKeys(ring(*main), ring(*user or (USER_OLD,)))


def web(*user: tuple[str, bytes], main=(OLD,)) -> FieldKeys:
    """Return a process that writes user tokens and cannot read them."""
    return FieldKeys(ring(*main), None, ring(*user or (USER_OLD,)).public())


def wait_until_somebody_waits() -> None:
    """Return when another connection waits for a lock; fail after a thousand looks."""
    for _ in range(1000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.01), count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[1]:
                return
    raise AssertionError("nobody waits")
