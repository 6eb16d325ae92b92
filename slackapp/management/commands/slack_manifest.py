"""Prints the manifest to create the Slack app with."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from slackapp.manifest import manifest


class Command(BaseCommand):
    help = "Print the Slack app manifest (JSON) for APP_URL."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(json.dumps(manifest(settings.APP_URL), indent=2))
