"""Logins and wrong passwords, to look at; no page shows a second step's secret."""

from axes.models import AccessAttempt, AccessLog
from django.contrib import admin
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from installations.admin import ReadOnlyAdmin

# Their pages show the secrets themselves; `manage.py reset_otp` is the way to start over
admin.site.unregister([StaticDevice, TOTPDevice])


@admin.register(AccessAttempt)
class FailedLoginAdmin(ReadOnlyAdmin):
    list_display = ["username", "ip_address", "failures_since_start", "attempt_time"]
    search_fields = ["=username", "=ip_address"]
    fields = ["username", "ip_address", "user_agent", "failures_since_start", "attempt_time"]
    ordering = ["-attempt_time"]


@admin.register(AccessLog)
class LoginAdmin(ReadOnlyAdmin):
    list_display = ["username", "ip_address", "attempt_time", "logout_time"]
    search_fields = ["=username", "=ip_address"]
    fields = ["username", "ip_address", "user_agent", "attempt_time", "logout_time"]
    ordering = ["-attempt_time"]
