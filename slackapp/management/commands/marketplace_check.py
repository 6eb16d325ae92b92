"""Checks what Slack's Marketplace asks of this deployment."""

from contextlib import nullcontext
from logging import ERROR, NOTSET, disable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from slackapp.marketplace import report
from slackapp.marketplace.rehearsal import rehearsed
from slackapp.marketplace.requirement import Finding


class Command(BaseCommand):
    help = (
        "Print pass or fail for every Marketplace requirement that software can check, with what "
        "to do. Uses this deployment's settings and database; what it writes is rolled back. "
        "Ends with 1 if anything fails."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--rehearse",
            action="store_true",
            help="check the product with the settings of a made-up listed deployment; "
            "says nothing about yours",
        )

    def handle(self, *_args: Any, rehearse: bool, **_options: Any) -> None:
        with rehearsed() if rehearse else nullcontext():
            found = _findings()
        if rehearse:
            self.stdout.write("A rehearsal: settings are made up, the database is yours.\n\n")
        for line in report.table(found):
            self.stdout.write(line)
        if not all(finding.passed for finding in found):
            raise SystemExit(1)


def _findings() -> list[Finding]:
    disable(ERROR)  # refusals that the checks provoke are no news
    try:
        return report.findings()
    finally:
        disable(NOTSET)
