"""Makes keys, and shows the public half of the user keys."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from installations import keys
from installations.crypto import KeyRing, generate_key


class Command(BaseCommand):
    help = "Print a new key, or the public half of FIELD_KEYS_USER for the web process."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--new", metavar="KID", help="make a key under a new id and print it")
        what.add_argument("--public", action="store_true", help="print FIELD_KEYS_USER_PUBLIC")

    def handle(self, *_args: Any, new: str | None, **_options: Any) -> None:
        self.stdout.write(_public() if new is None else _new(new))


def _new(kid: str) -> str:
    """Return a key for FIELD_KEYS or FIELD_KEYS_USER, with the public half it has as the latter."""
    if _is_used(kid):
        raise CommandError(f"Key id {kid} was used before. Choose another: an id names one key.")
    try:
        key = generate_key(kid)
    except ValueError as malformed:
        raise CommandError(f"{malformed}.") from None
    return f"{key}\npublic half, as a user key: {KeyRing.parse(key).public()}"


def _is_used(kid: str) -> bool:
    try:
        return keys.is_known(kid)
    except Error:
        raise CommandError(
            "The database does not answer, so nobody can say whether the id was used before. "
            "Start it, or run manage.py migrate first."
        ) from None


def _public() -> str:
    if settings.FIELD_KEYS.user is None:
        raise CommandError("FIELD_KEYS_USER is not set, so there is no public half to show.")
    return str(settings.FIELD_KEYS.user.public())
