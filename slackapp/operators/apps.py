"""Django's admin, with our site in place of its own."""

from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules


class OperatorsAdminConfig(AdminConfig):
    default_site = "slackapp.operators.site.OperatorsSite"

    def ready(self) -> None:
        super().ready()
        autodiscover_modules("operators.admin")  # last: takes pages of others away
