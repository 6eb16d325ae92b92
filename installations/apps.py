"""What happens when this room is loaded."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class InstallationsConfig(AppConfig):
    name = "installations"

    def ready(self) -> None:
        """Let every room say what it holds about a workspace."""
        autodiscover_modules("exports")
