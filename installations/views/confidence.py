"""What keeps an install between one browser and us: the cookie that binds it, quiet addresses."""

import secrets
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from installations.oauth_state_store import LIFETIME

View = Callable[[HttpRequest], HttpResponse]


def confidential(view: View) -> View:
    """Keep an address that can hold a code or a receipt out of caches and Referer headers."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        response = view(request)
        response["Referrer-Policy"] = "no-referrer"
        return response

    return never_cache(answer)


def browser_secret(request: HttpRequest) -> str:
    """Return what binds a state to this browser; empty where it has nothing under way."""
    return request.COOKIES.get(_cookie_name(), "")


def new_browser_secret() -> str:
    return secrets.token_urlsafe(32)


def bind(response: HttpResponse, browser: str) -> None:
    """Have the browser bring ``browser`` back from Slack, and nowhere but here."""
    response.set_cookie(
        _cookie_name(),
        browser,
        max_age=LIFETIME,
        path="/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",  # Strict would drop it on the way back from Slack
    )


def _cookie_name() -> str:
    """Return the cookie's name; the prefix keeps other hosts from setting it, and needs TLS."""
    return "__Host-install" if settings.HTTPS else "install"
