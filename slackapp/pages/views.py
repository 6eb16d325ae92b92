"""The pages that are only read."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from installations.oauth_state_store import LIFETIME as INSTALL_LIFETIME
from slackapp.models import Topic
from slackapp.operators.tasks import UNTIL_FORGOTTEN
from slackapp.pages.services import ADDRESS_KEPT_FOR

LAST_CHANGED = date(2026, 11, 23)  # of what privacy and terms say; not of the numbers in it
SECURITY_TXT_VALID_FOR = timedelta(days=180)  # RFC 9116 advises less than a year
MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is collected, why, for how long; every number is a setting that the code obeys."""
    return render(request, "pages/privacy.html", {"kept": kept(), "last_changed": LAST_CHANGED})


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/terms.html", {"last_changed": LAST_CHANGED})


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/security.html", {"subprocessors": settings.SUBPROCESSORS})


@require_safe
def security_txt(_request: HttpRequest) -> HttpResponse:
    """Tell finders of a weakness where to go: RFC 9116."""
    expires = timezone.now() + SECURITY_TXT_VALID_FOR
    form = f"{settings.APP_URL}{reverse('support')}?topic={Topic.SECURITY}"
    mail = [f"Contact: mailto:{settings.SECURITY_EMAIL}"] if settings.SECURITY_EMAIL else []
    lines = [
        *mail,
        f"Contact: {form}",
        f"Expires: {expires:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: en",
        f"Canonical: {settings.APP_URL}{reverse('security-txt')}",
        f"Policy: {settings.APP_URL}{reverse('security')}",
    ]
    text = "".join(f"{line}\n" for line in lines)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def kept() -> dict[str, Any]:
    """Return how long data is kept, by the names that the privacy page uses."""
    return {
        "address_hours": int(ADDRESS_KEPT_FOR.total_seconds()) // HOUR,
        "backups_days": settings.BACKUPS_KEPT_DAYS,
        "content_days": settings.CONTENT_KEPT_DAYS,
        "deliveries_days": settings.DELIVERIES_KEPT_DAYS,
        "form_cookie_days": settings.CSRF_COOKIE_AGE // DAY,
        "install_minutes": INSTALL_LIFETIME // MINUTE,
        "logins_days": settings.LOGINS_KEPT_DAYS,
        "logs_days": settings.LOGS_KEPT_DAYS,
        "session_hours": settings.SESSION_COOKIE_AGE // HOUR,
        "support_days": settings.SUPPORT_KEPT_DAYS,
        "wrong_password_minutes": int(UNTIL_FORGOTTEN.total_seconds()) // MINUTE,
    }
