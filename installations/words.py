"""How operators' pages say things: badges, moments, Slack's codes and audit actions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from installations.audit import AuditAction
from installations.models import WorkspaceState
from installations.queries.health import Health, in_words
from installations.queries.timeline import INSTALLED, REMOVED

COLOURS = {
    WorkspaceState.ACTIVE: "good",
    WorkspaceState.NEEDS_REAUTH: "bad",
    WorkspaceState.UNINSTALLED: "quiet",
}
AFTER_FAILURE = {
    "key_missing": "The key that opens its token is missing here. Put it back into FIELD_KEYS.",
    "not_installed": "There is no bot token. Somebody has to install the app there.",
    "ratelimited": "Slack asks us to slow down. Try again in a minute.",
    "token_unreadable": (
        "Its token does not open. If /readyz names a wrong key, put the right one into FIELD_KEYS; "
        "otherwise somebody has to install the app there again."
    ),
    "uninstalled": "The app is not installed there any more.",
}
DEAD_TOKEN = "Slack does not accept the token ({}). Somebody has to install the app there again."  # noqa: S105  # a text
NO_ANSWER = "Slack did not answer as expected ({}). Try again; if it lasts, see status.slack.com."
HAPPENINGS: Mapping[str, str] = {
    INSTALLED: "gave consent",
    REMOVED: "consent ended",
    AuditAction.WORKSPACE_INSTALLED: "installed",
    AuditAction.WORKSPACE_UNINSTALLED: "uninstalled",
    AuditAction.WORKSPACE_NEEDS_REAUTH: "needs re-authorisation",
    AuditAction.WORKSPACE_RECOVERED: "works again",
    AuditAction.WORKSPACE_MIGRATED: "moved to another organisation",
    AuditAction.WORKSPACE_PURGED: "content purged",
    AuditAction.WORKSPACE_EXPORTED: "data exported",
    AuditAction.ACCESS_GRANTED: "organisation gave access",
    AuditAction.ACCESS_REVOKED: "organisation took access away",
    AuditAction.PERSON_AUTHORISED: "a person authorised the app",
    AuditAction.TOKENS_REVOKED: "tokens revoked",
    AuditAction.TOKEN_REFUSED: "token refresh refused",
    AuditAction.CONNECTION_TESTED: "connection tested",
    AuditAction.REFRESH_REQUESTED: "token refresh requested",
    AuditAction.UNINSTALL_REQUESTED: "uninstall requested",
    AuditAction.PURGE_REQUESTED: "purge requested",
}


def badge(level: str, text: str) -> SafeString:
    """Return a coloured label; the text says all that the colour says."""
    return format_html('<span class="badge {}">{}</span>', level, text)


def state_badge(state: str) -> SafeString:
    known = WorkspaceState(state)
    return badge(COLOURS[known], str(known.label).lower())


def health_words(health: Health) -> SafeString:
    return format_html('<span class="health {}">{}</span>', health.level, health.words)


def moment(at: datetime | None, now: datetime, *, never: str = "never") -> SafeString:
    """Return how long ago ``at`` was, with the exact time for whoever points at it."""
    if at is None:
        return format_html('<span class="soft">{}</span>', never)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        f"{at:%Y-%m-%d %H:%M:%S} UTC",
        in_words(at, now),
    )


def failure(code: str, *, dead: bool) -> str:
    """Return what a failed test of the connection means, and what to do."""
    if code in AFTER_FAILURE:
        return AFTER_FAILURE[code]
    return (DEAD_TOKEN if dead else NO_ANSWER).format(code)


def happening(action: str) -> str:
    return HAPPENINGS.get(action, action.replace(".", " ").replace("_", " "))


def details(values: Mapping[str, Any]) -> str:
    """Return an entry's details in one line, without those that there are none of."""
    told = {name: value for name, value in values.items() if value not in (None, "", [], {})}
    return ", ".join(f"{name.replace('_', ' ')}: {_flat(value)}" for name, value in told.items())


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{count} {name}" for name, count in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
