"""Whether the settings are those of a public service."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse

from slackapp import logs
from slackapp.marketplace.requirement import Requirement
from slackapp.marketplace.visits import Browser

MOVED = 301
YEAR = 31_536_000  # seconds
# One of each kind that Slack gives out; nobody's
TOKENS = (
    "xoxb-1-2-abc",
    "xoxp-1-2-abc",
    "xoxe-1-abc",
    "xoxe.xoxb-1-abc",
    "xoxe.xoxp-1-abc",
    "xapp-1-A1-2-abc",
    "https://hooks.slack.com/services/T1/B1/abc",
)


def is_reached_over_tls() -> Iterator[str]:
    if not settings.APP_URL.startswith("https://"):
        yield f"APP_URL is {settings.APP_URL}; give an https address."
    plain = Browser(secure=False).get(reverse("landing"))
    if plain.status_code != MOVED or not plain.headers["Location"].startswith("https://"):
        yield "Plain HTTP has to be sent on to https (SECURE_SSL_REDIRECT)."


def insists_on_tls() -> Iterator[str]:
    policy = Browser().get(reverse("landing")).headers.get("Strict-Transport-Security", "")
    age = re.search(r"max-age=(\d+)", policy)
    if age is None or int(age[1]) < YEAR:
        yield "Set SECURE_HSTS_SECONDS to a year (31536000) at least."


def guards_its_cookies() -> Iterator[str]:
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"):
        if not getattr(settings, name):
            yield f"{name} has to be true."


def shows_no_insides() -> Iterator[str]:
    if settings.DEBUG:
        yield "Set DEBUG=false: Django's error pages show settings and code."


def keeps_tokens_out_of_the_log() -> Iterator[str]:
    for token in TOKENS:
        line = logs.redact(None, "info", {"event": "x", "deep": [{"answer": f"token {token}."}]})
        if token in str(line):
            yield f"A log line may hold {token[:9]}…; see SECRETS in slackapp/logs.py."
    for name, formatter in settings.LOGGING["formatters"].items():
        if logs.redact not in formatter.get("processors", []):
            yield f"The log formatter {name!r} does not mask tokens."


REQUIREMENTS = (
    Requirement(
        name="tls",
        area="TLS",
        rule="Everything is https; plain http is sent on",
        check=is_reached_over_tls,
    ),
    Requirement(
        name="hsts",
        area="TLS",
        rule="Browsers are told to use https only",
        check=insists_on_tls,
    ),
    Requirement(
        name="cookies",
        area="TLS",
        rule="Cookies travel over https only",
        check=guards_its_cookies,
    ),
    Requirement(
        name="debug-off",
        area="Errors",
        rule="No page shows a trace",
        check=shows_no_insides,
    ),
    Requirement(
        name="tokens-in-logs",
        area="Tokens",
        rule="No log line holds a token",
        check=keeps_tokens_out_of_the_log,
    ),
)
