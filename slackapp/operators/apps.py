"""Django's admin, with our site in place of its own."""

from django.apps import apps
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules

NAMES = {
    "auth": "Operators",
    "axes": "Logins",
    "procrastinate": "Queue",
    "slackapp": "Deliveries and support",
}


class OperatorsAdminConfig(AdminConfig):
    default_site = "slackapp.operators.site.OperatorsSite"

    def ready(self) -> None:
        super().ready()
        for label, name in NAMES.items():  # what operators call these rooms, on every page
            apps.get_app_config(label).verbose_name = name
        autodiscover_modules("operators.admin")  # last: takes pages of others away
