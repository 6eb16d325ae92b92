"""The admin site: an overview first, and a second step behind the password."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from slackapp.operators import second_step, views
from slackapp.operators.overview import dashboard


class OperatorsSite(admin.AdminSite):
    """Lets nobody in whose second step is missing.

    It is asked of everybody where ADMIN_OTP_REQUIRED, and of whoever enrolled a phone.
    """

    site_header = "Countersign"
    site_title = "Countersign"
    index_title = "Overview"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not self.lacks_second_step(request)

    def lacks_second_step(self, request: HttpRequest) -> bool:
        """Tell whether somebody gave a password and still owes the second step."""
        if request.user.is_verified():  # type: ignore[union-attr]  # OTPMiddleware adds it
            return False
        return settings.ADMIN_OTP_REQUIRED or second_step.has_phone(request.user)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        own = [
            # Before Django's: leaving must be possible between the two steps, too
            path("logout/", self.logout, name="logout"),
            path("second-step/", views.answer, name="second_step"),
            path("second-step/set-up/", views.set_up, name="second_step_set_up"),
            path("second-step/code.svg", views.picture, name="second_step_picture"),
        ]
        return [*own, *super().get_urls()]

    @method_decorator(never_cache)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for the password; lead on whoever gave it."""
        if super().has_permission(request) and self.lacks_second_step(request):
            enrolled = second_step.has_phone(request.user)
            address = reverse("admin:second_step" if enrolled else "admin:second_step_set_up")
            return HttpResponseRedirect(
                f"{address}?{urlencode({'next': views.destination(request)})}"
            )
        return super().login(request, extra_context)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        if context["has_permission"]:
            context["two_step_address"] = reverse("admin:second_step_set_up")
        return context

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the rooms by name, installations first."""
        rooms = super().get_app_list(request, app_label)
        return sorted(rooms, key=lambda room: (room["app_label"] != "installations", room["name"]))

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return super().index(request, {**(extra_context or {}), **dashboard(request)})
