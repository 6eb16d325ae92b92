"""A rule of the Marketplace: what it asks, how it is checked, what came of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DatabaseError, transaction

Check = Callable[[], Iterator[str]]  # yields what to do, once for everything that is not met


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo in the end whatever is written to the database inside."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One rule that software can check; ``name`` is short, unique and stays.

    A check that ``writes`` works on rows of its own in the real database, which are rolled back.
    """

    name: str
    area: str
    rule: str
    check: Check
    writes: bool = False

    def verify(self) -> "Finding":
        """Return what is to do; a check that breaks is a rule that is not shown to be kept."""
        try:
            return Finding(self, self._problems())
        except DatabaseError as broken:
            words = f"The database refused ({_name(broken)}): set DATABASE_URL, run migrate."
        except Exception as broken:  # noqa: BLE001  # whatever it is, it is reported
            words = f"The check itself broke ({_name(broken)}: {broken}): report this."
        return Finding(self, (words,))

    def _problems(self) -> tuple[str, ...]:
        if not self.writes:
            return tuple(self.check())
        with rolled_back():
            return tuple(self.check())


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; ``problems`` say what to do."""

    requirement: Requirement
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.problems


@dataclass(frozen=True, slots=True)
class ByHand:
    """A rule that needs a person; ``todo`` says what to do."""

    area: str
    todo: str


def _name(error: Exception) -> str:
    return type(error).__name__
