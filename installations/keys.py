"""Which keys are in use, and whether this process holds the right ones; reads only."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, F, Func, Q, QuerySet, TextField, Value

from installations.crypto import (
    KID_IN_SEALED,
    Ring,
    SecretUnreadableError,
    Version,
    kid_of,
    prefixes,
)
from installations.models import KeyCheck, SealedRow, sealed_models
from installations.models.keys import refuse

NOT_SEALED = "?"  # no key id at all: the value was not written by us
BATCH = 500  # rows


@dataclass(frozen=True, slots=True, order=True)
class SealedUnder:
    """A ring and a key id in it, or NOT_SEALED."""

    ring: str
    kid: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value that this process cannot open, by where it is; never the value."""

    table: str
    pk: int
    column: str
    kid: str

    def __str__(self) -> str:
        return f"{self.table} {self.pk}: {self.column} does not open (key {self.kid or NOT_SEALED})"


def problem(*, reads_user_secrets: bool = False) -> str:
    """Return why this process must neither read nor write secrets, or nothing.

    A process that ``reads_user_secrets`` must not do with the public half of the user keys.
    """
    found = [one.message for one in KeyCheck.objects.problems(settings.FIELD_KEYS)]
    if reads_user_secrets and not settings.FIELD_KEYS.reads_user_secrets:
        found.append("FIELD_KEYS_USER is not set, and FIELD_KEYS_USER_PUBLIC opens no user token")
    return "; ".join(found)


def confirm() -> None:
    """Refuse to go on in a process that must neither read nor write secrets.

    Raises:
        WrongKeyError: it has not the keys that seal here.
    """
    refuse(KeyCheck.objects.problems(settings.FIELD_KEYS))


def usage() -> dict[SealedUnder, int]:
    """Return how many values each key has sealed."""
    counted: Counter[SealedUnder] = Counter()
    for model in sealed_models():
        for column in model.SEALED:
            counted.update(_usage_of(model, column))
    return dict(sorted(counted.items()))


def is_used(kid: str) -> bool:
    """Tell whether any value is sealed under a key of this id."""
    return any(
        rows(model).filter(sealed_under(column, kid)).exists()
        for model in sealed_models()
        for column in model.SEALED
    )


def is_known(kid: str) -> bool:
    """Tell whether a key id was ever used here, or is configured."""
    return settings.FIELD_KEYS.holds(kid) or KeyCheck.objects.filter(kid=kid).exists()


def unreadable(batch: int = BATCH) -> Iterator[Unreadable]:
    """Open every value of every row and return those that do not open."""
    for model in sealed_models():
        sealed = Q(*((f"{column}__gt", "") for column in model.SEALED), _connector=Q.OR)
        for row in in_batches(model, sealed, batch):
            yield from (named(row, column) for column in model.SEALED if not does_open(row, column))


def does_open(row: SealedRow, column: str) -> bool:
    try:
        row.reveal(column)
    except SecretUnreadableError:
        return False
    return True


def named(row: SealedRow, column: str) -> Unreadable:
    table = row._meta.db_table  # noqa: SLF001  # Django's public API
    return Unreadable(table, row.pk, column, kid_of(getattr(row, column)))


def rows(model: type[SealedRow]) -> QuerySet[SealedRow]:
    return model._base_manager.all()  # noqa: SLF001  # Django's public API


def sealed_under(column: str, kid: str) -> Q:
    begins = (Q(**{f"{column}__startswith": begin}) for begin in prefixes(kid))
    return Q(*begins, _connector=Q.OR)


def in_batches(model: type[SealedRow], wanted: Q, batch: int) -> Iterator[SealedRow]:
    """Return the rows by primary key; each batch starts behind the last one, wherever that was."""
    last = 0
    while found := [*rows(model).filter(wanted, pk__gt=last).order_by("pk")[:batch]]:
        yield from found
        last = found[-1].pk


def _usage_of(model: type[SealedRow], column: str) -> dict[SealedUnder, int]:
    head = Func(F(column), Value(KID_IN_SEALED), function="substring", output_field=TextField())
    version = Func(F(column), Value(2), function="left", output_field=TextField())
    counted = (
        rows(model)
        .exclude(**{column: ""})
        .annotate(kid_in_use=head, version_in_use=version)
        .values_list("kid_in_use", "version_in_use")
        .annotate(values=Count("pk"))
    )
    found: Counter[SealedUnder] = Counter()
    for kid, version_of_it, values in counted:
        found[_under(kid, version_of_it)] += values
    return found


def _under(kid: str | None, version: str) -> SealedUnder:
    if kid is None:
        return SealedUnder(NOT_SEALED, NOT_SEALED)
    is_users = version == Version.BOX or kid in settings.FIELD_KEYS.fingerprints(Ring.USER)
    return SealedUnder(Ring.USER if is_users else Ring.MAIN, kid)
