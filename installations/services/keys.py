"""Moving stored secrets from one key to the next, and the end of a key."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from installations import audit, keys
from installations.audit import AuditAction
from installations.crypto import Ring
from installations.keys import Unreadable
from installations.models import (
    Installation,
    KeyCheck,
    SealedRow,
    WorkspaceState,
    confirm_keys,
    sealed_models,
)
from installations.services.workspaces import (
    lock_rows,
    lock_workspaces,
    require_reauth,
    speaking_through,
)

Stale = tuple[SealedRow, str]  # a row and the column in it


class KeyInUseError(Exception):
    """A key cannot go yet; the message says why and what to do."""


@dataclass(slots=True)
class Rotation:
    """What a rotation did, or would do; counts are of values."""

    moved: int = 0
    overtaken: int = 0  # changed by somebody else meanwhile, who won
    unreadable: list[Unreadable] = field(default_factory=list)


def rotate_keys(
    *,
    actor: str,
    batch: int = keys.BATCH,
    dry_run: bool = False,
    on_unreadable: Callable[[Unreadable], None],
) -> Rotation:
    """Seal every value anew that the first key of its ring did not seal.

    Each value is a transaction of its own that replaces it only if it is still what was read, so a
    refresh under way wins, nobody waits for more than one value, and after a kill the next run
    goes on where this one stopped. A value that does not open stays as it is.

    Raises:
        WrongKeyError: this process has not the keys that seal here.
    """
    rotation = Rotation()
    if not dry_run and any(True for _ in _stale(1)):
        _record(AuditAction.KEYS_ROTATED, actor, step="started", to=_primaries())
    for row, column in _stale(batch):
        if not keys.does_open(row, column):
            rotation.unreadable.append(keys.named(row, column))
            on_unreadable(rotation.unreadable[-1])
        elif dry_run or _reseal(row, column):
            rotation.moved += 1
        else:
            rotation.overtaken += 1
    if rotation.moved and not dry_run:
        _record(
            AuditAction.KEYS_ROTATED,
            actor,
            step="finished",
            to=_primaries(),
            moved=rotation.moved,
            unreadable=len(rotation.unreadable),
        )
    return rotation


def verify_keys(
    *, actor: str, batch: int = keys.BATCH, on_unreadable: Callable[[Unreadable], None]
) -> int:
    """Open every stored value; return how many do not open."""
    failed = 0
    for found in keys.unreadable(batch):
        failed += 1
        on_unreadable(found)
    values = sum(keys.usage().values())
    _record(AuditAction.KEYS_VERIFIED, actor, values=values, unreadable=failed)
    return failed


@transaction.atomic
def retire_key(*, kid: str, actor: str) -> None:
    """Mark that a key is not needed any more; from then on nothing is sealed under its id.

    Raises:
        KeyInUseError: it is unknown, is the first of its ring, or sealed a value that is stored.
    """
    check = _locked(kid)
    if kid in _primaries().values():
        raise KeyInUseError(f"key {kid!r} is the first of its ring: put another one before it")
    if keys.is_used(kid):
        raise KeyInUseError(f"key {kid!r} still seals values: run rotate_field_keys first")
    _retire(check, actor)


@transaction.atomic
def discard_lost_key(*, kid: str, actor: str) -> int:
    """Give up what a lost key sealed: clear it, ask for new consent; return how many values.

    Raises:
        KeyInUseError: it is unknown, or this process holds it, so nothing is lost.
    """
    sealed = Q(*(keys.sealed_under(name, kid) for name in Installation.SEALED), _connector=Q.OR)
    lock_rows(Installation.objects.filter(sealed))  # before the key, as who seals does
    check = _locked(kid)
    if settings.FIELD_KEYS.holds(kid):
        raise KeyInUseError(f"key {kid!r} is here, so nothing is lost: rotate instead")
    for row in Installation.objects.filter(keys.sealed_under("bot_token", kid)):
        mute = speaking_through(row).filter(state=WorkspaceState.ACTIVE)
        for workspace in lock_workspaces(mute):
            require_reauth(workspace, "key_lost")
    values = sum(
        keys.rows(model).filter(keys.sealed_under(column, kid)).update(**{column: ""})
        for model in sealed_models()
        for column in model.SEALED
    )
    _retire(check, actor, discarded=values)
    return values


def _stale(batch: int) -> Iterator[Stale]:
    """Return every value that another key than the first of its ring has sealed."""
    for model in sealed_models():
        stale = {column: _is_stale(model, column) for column in model.SEALED}
        for row in keys.in_batches(model, Q(*stale.values(), _connector=Q.OR), batch):
            yield from ((row, column) for column in stale if _needs_moving(row, column))


def _is_stale(model: type[SealedRow], column: str) -> Q:
    begins = settings.FIELD_KEYS.cipher(model.SEALED[column]).prefix
    return Q(**{f"{column}__gt": ""}) & ~Q(**{f"{column}__startswith": begins})


def _needs_moving(row: SealedRow, column: str) -> bool:
    stored: str = getattr(row, column)
    begins = settings.FIELD_KEYS.cipher(row.SEALED[column]).prefix
    return bool(stored) and not stored.startswith(begins)


def _reseal(row: SealedRow, column: str) -> bool:
    """Replace one value; return False where it is not what was read any more.

    The key's registration is committed first: a refresh that holds the row may wait for it.
    """
    before = getattr(row, column)
    confirm_keys(row.SEALED[column])
    with transaction.atomic():
        row.seal(column, row.reveal(column))
        unchanged = keys.rows(type(row)).filter(pk=row.pk, **{column: before})
        return bool(unchanged.update(**{column: getattr(row, column)}))


def _locked(kid: str) -> KeyCheck:
    """Return a key that nobody seals with until this transaction ends."""
    check = KeyCheck.objects.select_for_update().filter(kid=kid, retired_at=None).first()
    if check is None:
        raise KeyInUseError(f"no key {kid!r} is in use here, or it is retired already")
    return check


def _retire(check: KeyCheck, actor: str, **details: int) -> None:
    check.retired_at = timezone.now()
    check.save(update_fields=["retired_at"])
    _record(AuditAction.KEY_RETIRED, actor, ring=check.ring, kid=check.kid, **details)


def _primaries() -> dict[str, str]:
    held = {ring.value: settings.FIELD_KEYS.primary(ring) for ring in Ring}
    return {ring: kid for ring, kid in held.items() if kid}


def _record(action: AuditAction, actor: str, **details: Any) -> None:
    audit.record(action, actor=audit.admin_actor(actor), **details)
