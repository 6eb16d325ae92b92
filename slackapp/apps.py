"""The project's own app: brings its system checks."""

from django.apps import AppConfig
from django.core import checks

from slackapp.checks import public_pages


class SlackappConfig(AppConfig):
    name = "slackapp"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        checks.register(public_pages, deploy=True)
