"""Moves stored secrets to the first key of each ring."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from installations import audit, keys, services
from installations.crypto import WrongKeyError
from installations.keys import Unreadable


class Command(BaseCommand):
    help = (
        "Seal every stored secret anew that the first key of its ring did not seal. Safe while "
        "everything runs; after a kill, run it again. Ends with an error if a secret does not open."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=_positive, default=keys.BATCH, help="rows read at once")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--dry-run", action="store_true", help="say what would be done")
        what.add_argument("--verify", action="store_true", help="only open every secret")
        what.add_argument("--retire", metavar="KID", help="mark a key that sealed nothing stored")
        what.add_argument(
            "--discard-lost",
            metavar="KID",
            help="a key is lost for good: clear what it sealed; workspaces have to install again",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            if options["retire"]:
                self._retire(options["retire"])
            elif options["discard_lost"]:
                self._discard(options["discard_lost"])
            elif options["verify"]:
                self._verify(options["batch"])
            else:
                self._rotate(options["batch"], dry_run=options["dry_run"])
        except (services.KeyInUseError, WrongKeyError) as refused:
            raise CommandError(f"Nothing was changed: {refused}.") from refused

    def _rotate(self, batch: int, *, dry_run: bool) -> None:
        if not dry_run and (problem := keys.problem(reads_user_secrets=True)):
            raise CommandError(f"Nothing was changed: {problem}.")
        self._show_usage("Before:")
        rotation = services.rotate_keys(
            actor=audit.shell_user(), batch=batch, dry_run=dry_run, on_unreadable=self._complain
        )
        if dry_run:
            self.stdout.write(f"{rotation.moved} values would be sealed anew; nothing was changed.")
        else:
            self._show_usage("After:")
            self.stdout.write(f"{rotation.moved} values were sealed anew.")
        if rotation.overtaken:
            self.stdout.write(f"{rotation.overtaken} were replaced meanwhile. Run this once more.")
        _fail_for(len(rotation.unreadable))

    def _verify(self, batch: int) -> None:
        self._show_usage("Stored:")
        failed = services.verify_keys(
            actor=audit.shell_user(), batch=batch, on_unreadable=self._complain
        )
        _fail_for(failed)
        self.stdout.write("Every value opens.")

    def _retire(self, kid: str) -> None:
        services.retire_key(kid=kid, actor=audit.shell_user())
        self.stdout.write(f"Key {kid} is retired. Take it out of the environment.")

    def _discard(self, kid: str) -> None:
        values = services.discard_lost_key(kid=kid, actor=audit.shell_user())
        self.stdout.write(f"Key {kid} is retired; {values} values that it sealed are cleared.")

    def _show_usage(self, when: str) -> None:
        self.stdout.write(when)
        for under, values in keys.usage().items():
            self.stdout.write(f"  ring {under.ring}, key {under.kid}: {values} values")

    def _complain(self, unreadable: Unreadable) -> None:
        self.stderr.write(str(unreadable))


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError
    return int(text)


def _fail_for(unreadable: int) -> None:
    if unreadable:
        problem = keys.problem(reads_user_secrets=True)
        why = f" The environment of this shell is wrong: {problem}." if problem else ""
        raise CommandError(f"{unreadable} values do not open and stay as they are.{why}")
