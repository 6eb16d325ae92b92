"""The doorbell log for operators, with what was given up."""

from django.contrib import admin

from installations.admin import ReadOnlyAdmin
from slackapp.models import ReceivedDelivery


@admin.register(ReceivedDelivery)
class ReceivedDeliveryAdmin(ReadOnlyAdmin):
    list_display = ["kind", "team_id", "state", "attempts", "received_at", "last_error"]
    list_filter = ["state", "kind"]
    search_fields = ["key", "team_id"]
    exclude = ["payload"]
