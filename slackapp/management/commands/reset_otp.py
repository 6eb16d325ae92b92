"""``manage.py reset_otp USERNAME``: for a lost phone."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from installations import audit
from slackapp.operators import second_step


class Command(BaseCommand):
    help = "Forget an operator's phone and recovery codes; the next login leads to a new set-up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username!r}.")
        second_step.reset(user=user, actor=audit.admin_actor(f"{audit.shell_user()} (shell)"))
        self.stdout.write(
            f"{username} has no second step any more. Make sure that it is really them who signs "
            "in next, and that their password is not known to others."
        )
