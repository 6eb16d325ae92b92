"""What `check --deploy` says about settings that start, yet leave people without an answer."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import checks

MAILS_NOTHING = ("console", "dummy", "locmem")


def public_pages(**_options: Any) -> list[checks.CheckMessage]:
    """Warn where the public pages name nobody, or the support form tells nobody."""
    return [*_warnings()]


def _warnings() -> Iterator[checks.CheckMessage]:
    if settings.OPERATOR_NAME == settings.UNNAMED_OPERATOR:
        yield checks.Warning(
            "OPERATOR_NAME is not set, so the privacy page does not say who keeps the data.",
            hint="Set OPERATOR_NAME to the name of your organisation.",
            id="slackapp.W001",
        )
    if not settings.SUPPORT_EMAIL:
        yield checks.Warning(
            "SUPPORT_EMAIL is not set: requests from /support wait in the admin site, unmailed.",
            hint="Set SUPPORT_EMAIL to a mailbox that somebody reads.",
            id="slackapp.W002",
        )
    elif settings.EMAIL_BACKEND.split(".")[-2] in MAILS_NOTHING:
        yield checks.Warning(
            "EMAIL_URL is not set to a mail server: mails to SUPPORT_EMAIL are only printed.",
            hint="Set EMAIL_URL, for example smtp+tls://user:password@mail.example.com:587.",
            id="slackapp.W003",
        )
