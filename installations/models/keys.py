"""The keys that have sealed something here."""

from collections.abc import Callable
from typing import Self

from django.db import models

from installations.crypto import (
    FieldKeys,
    KeyProblem,
    KnownKey,
    Purpose,
    RetiredKeyError,
    Ring,
    WrongKeyError,
    key_problems,
)

Proof = Callable[[FieldKeys, KnownKey], bool]


class KeyCheckManager(models.Manager["KeyCheck"]):
    def problems(self, keys: FieldKeys) -> list[KeyProblem]:
        """Return why a process with these keys must neither read nor write; mostly nothing."""
        return key_problems(keys, (check.known for check in self.all()))

    def admit(self, keys: FieldKeys, purpose: Purpose, *, proof: Proof) -> None:
        """Let the caller's transaction seal something for ``purpose``; nothing else may.

        The key that will seal is registered if it never sealed before; then ``proof`` has to say
        that it opens what an older version may have left under its id. No key can be retired
        until the transaction ends.

        Raises:
            WrongKeyError: this process has not the keys that seal here.
        """
        known = self._confirmed(keys)
        key = keys.writing_key(purpose)
        if any((one.ring, one.kid) == (key.ring, key.kid) for one in known):
            return
        if not proof(keys, key):
            raise WrongKeyError(key.kid, f"key {key.kid!r} does not open what it sealed here")
        self.bulk_create([KeyCheck.of(key)], ignore_conflicts=True)
        self._confirmed(keys)  # another process may have been first, with another key

    def _confirmed(self, keys: FieldKeys) -> list[KnownKey]:
        table = self.model._meta.db_table  # noqa: SLF001  # Django's public API
        rows = self.raw(f"SELECT * FROM {table} ORDER BY id FOR SHARE")  # noqa: S608  # our table
        known = [row.known for row in rows]
        refuse(key_problems(keys, known))
        return known


class KeyCheck(models.Model):
    """A key that has sealed something here, known by a fingerprint that does not give it away.

    A process whose key of the same id has another fingerprint must not read or write; neither
    must one that lacks a key which is not retired.
    """

    ring = models.CharField(
        max_length=8, choices=[(ring.value, ring.value.capitalize()) for ring in Ring]
    )
    kid = models.CharField("key id", max_length=16)
    fingerprint = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = KeyCheckManager()

    class Meta:
        constraints = [models.UniqueConstraint(name="key_once", fields=["ring", "kid"])]

    def __str__(self) -> str:
        return f"{self.ring} {self.kid}"

    @classmethod
    def of(cls, key: KnownKey) -> Self:
        return cls(ring=key.ring.value, kid=key.kid, fingerprint=key.fingerprint)

    @property
    def known(self) -> KnownKey:
        return KnownKey(Ring(self.ring), self.kid, self.fingerprint, self.retired_at is not None)


def refuse(problems: list[KeyProblem]) -> None:
    """Do nothing where there are no problems.

    Raises:
        WrongKeyError: with all of them.
    """
    if problems:
        retired = all(problem.primary_retired for problem in problems)
        error = RetiredKeyError if retired else WrongKeyError
        raise error(problems[0].kid, "; ".join(problem.message for problem in problems))
