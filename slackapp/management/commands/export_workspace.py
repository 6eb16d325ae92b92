"""``manage.py export_workspace TEAM_ID --output FILE``: what the admin site's export downloads."""

import os
import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from installations import audit, exports
from installations.models import Workspace


class Command(BaseCommand):
    help = "Write everything that is held about a workspace into a ZIP; tokens are left out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("team_id")
        parser.add_argument("--output", type=Path, required=True, help="a file that does not exist")

    def handle(self, *args: Any, team_id: str, output: Path, **options: Any) -> None:
        workspace = Workspace.objects.filter(team_id=team_id).first()
        if workspace is None:
            raise CommandError(f"There is no workspace {team_id!r}.")
        try:
            target = os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        except OSError as refused:
            raise CommandError(f"{output} cannot be written: {refused.strerror}.") from None
        actor = audit.admin_actor(f"{audit.shell_user()} (shell)")
        try:
            with target, exports.export(workspace, actor=actor).file as archive:
                shutil.copyfileobj(archive, target)
        except BaseException:
            output.unlink()  # half an export looks like a whole one, and would be in the way
            raise
        self.stdout.write(f"{output}: readable by you alone; it holds personal data.")
