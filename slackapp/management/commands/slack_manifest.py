"""Prints the manifest to create the Slack app with."""

import argparse
import json
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from installations.scopes import Variant
from slackapp.env import origin
from slackapp.manifest import ManifestError, manifest


class Command(BaseCommand):
    help = "Print the manifest (JSON) that creates the Slack app: api.slack.com/apps."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--url", default=settings.APP_URL, help="the app's public address (default: APP_URL)"
        )
        parser.add_argument(
            "--socket-mode",
            action="store_true",
            help="the app fetches what Slack sends; Slack needs no way in",
        )
        parser.add_argument(
            "--variant",
            choices=[variant.value for variant in Variant],
            default=settings.SLACK_APP_VARIANT,
            help="marketplace leaves out what Slack's Marketplace refuses "
            "(default: SLACK_APP_VARIANT, else selfhosted)",
        )
        parser.add_argument(
            "--token-rotation",
            action=argparse.BooleanOptionalAction,
            default=None,
            help="tokens that end after twelve hours and are renewed. In a Slack app that had "
            "this on it CANNOT be switched off again (default: on for marketplace only)",
        )
        parser.add_argument(
            "--support-email",
            default=settings.SUPPORT_EMAIL,
            help="fills in the listing's section of the marketplace variant",
        )

    def handle(self, *_args: Any, url: str, variant: str, **options: Any) -> None:
        chosen = {
            name: options[name] for name in ("socket_mode", "token_rotation", "support_email")
        }
        try:
            described = manifest(origin("--url", url), variant=Variant(variant), **chosen)
        except (ManifestError, ImproperlyConfigured) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(json.dumps(described, indent=2))
