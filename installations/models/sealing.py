"""Rows with sealed columns; the only way into such a column and out of it."""

from typing import ClassVar

from django.apps import apps
from django.conf import settings
from django.db import models

from installations.crypto import FieldKeys, KnownKey, Place, Purpose, SecretUnreadableError
from installations.crypto.sealed import Version, prefix
from installations.models.keys import KeyCheck

PROVED_BY = 20  # values of which one has to open


class SealedRow(models.Model):
    """A row whose ``SEALED`` columns hold text that only its keys open, and only in this row.

    Whatever inherits from this is covered by the rotation of keys.
    """

    SEALED: ClassVar[dict[str, Purpose]]

    class Meta:
        abstract = True

    def place(self, column: str) -> Place:
        """Return where a secret of this row lives; needs every part of the natural key set."""
        raise NotImplementedError

    def seal(self, column: str, secret: str | None) -> None:
        """Put ``secret``, encrypted, into ``column``; None or empty clears it.

        Raises:
            WrongKeyError: this process has not the keys that seal here.
        """
        setattr(self, column, self._sealed(column, secret) if secret else "")

    def reveal(self, column: str) -> str | None:
        """Return the secret of ``column``, or None where there is none.

        Raises:
            SecretUnreadableError: the stored value does not belong there or its key is missing.
        """
        sealed: str = getattr(self, column)
        cipher = settings.FIELD_KEYS.cipher(self.SEALED[column])
        return cipher.open(sealed, self.place(column)) if sealed else None

    def _sealed(self, column: str, secret: str) -> str:
        purpose = self.SEALED[column]
        confirm_keys(purpose)
        return settings.FIELD_KEYS.cipher(purpose).seal(secret, self.place(column))


def confirm_keys(purpose: Purpose) -> None:
    """Refuse to go on in a process that must not seal for ``purpose``.

    To be called before a secret is fetched that could not be fetched again.

    Raises:
        WrongKeyError: this process has not the keys that seal here.
    """
    KeyCheck.objects.admit(settings.FIELD_KEYS, purpose, proof=_opens_what_it_sealed)


def sealed_models() -> list[type[SealedRow]]:
    """Return every model that has sealed columns."""
    return [model for model in apps.get_models() if issubclass(model, SealedRow)]


def _opens_what_it_sealed(keys: FieldKeys, key: KnownKey) -> bool:
    """Tell whether a key that was never registered opens a value under its id, if there is one."""
    begins = prefix(Version.SHARED, key.kid)  # public keys were registered from the first
    tried = [
        _opens(keys, row, column)
        for model in sealed_models()
        for column in model.SEALED
        for row in model._base_manager.filter(**{f"{column}__startswith": begins})[:PROVED_BY]  # noqa: SLF001  # Django's public API
    ]
    return any(tried) or not tried


def _opens(keys: FieldKeys, row: SealedRow, column: str) -> bool:
    try:
        keys.cipher(row.SEALED[column]).open(getattr(row, column), row.place(column))
    except SecretUnreadableError:
        return False
    return True
