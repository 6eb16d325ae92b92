"""What is wrong with a workspace, in words, the worst first; no data access."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.timesince import timesince, timeuntil

from installations.models import Workspace, WorkspaceState

EXPIRING = timedelta(hours=1)  # by then a refresh should have happened
RECENT = timedelta(days=1)  # an API error of yesterday still says something
SILENCE = timedelta(days=14)
# Of a rotating token: docs.slack.dev/authentication/using-token-rotation
LIFETIME = timedelta(hours=12)


class Problem(models.TextChoices):
    """What can be wrong, the worst first."""

    NEEDS_REAUTH = "needs_reauth", "needs re-authorisation"
    NO_BOT = "no_bot", "no bot token"
    REFRESH_REFUSED = "refresh_refused", "token refresh refused"
    TOKEN_EXPIRED = "token_expired", "token expired"  # a name
    SCOPES_MISSING = "scopes_missing", "scopes missing"
    TOKEN_EXPIRING = "token_expiring", "token expires soon"  # a name
    API_ERROR = "api_error", "API error within a day"
    SILENT = "silent", "silent for two weeks"


GRAVE = frozenset(
    {
        Problem.NEEDS_REAUTH,
        Problem.NO_BOT,
        Problem.REFRESH_REFUSED,
        Problem.TOKEN_EXPIRED,
    }
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is known of the installation a workspace's bot speaks through; never a secret."""

    installation_id: int
    org_wide: bool
    installer: str
    installed_at: datetime
    scopes: tuple[str, ...]
    missing: tuple[str, ...]  # scopes
    kid: str  # of the key that sealed the token
    expires_at: datetime | None
    refreshable: bool
    refused_at: datetime | None

    @property
    def issued_at(self) -> datetime | None:
        """Return when Slack gave the present token out, where that can be told from its end."""
        return self.expires_at and self.expires_at - LIFETIME


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, as people read it."""

    problem: Problem
    words: str

    @property
    def grave(self) -> bool:
        """Whether nothing works until somebody acts."""
        return self.problem in GRAVE


@dataclass(frozen=True, slots=True)
class Health:
    """What is wrong with a workspace; nothing where ``findings`` is empty."""

    findings: tuple[Finding, ...]
    closed: bool = False  # the app is not there any more

    @property
    def words(self) -> str:
        if self.closed:
            return "not installed"
        return "; ".join(finding.words for finding in self.findings) or "healthy"

    @property
    def level(self) -> str:
        """Return the name of the colour: quiet, good, warning or bad."""
        if self.closed:
            return "quiet"
        if any(finding.grave for finding in self.findings):
            return "bad"
        return "warning" if self.findings else "good"


def health(workspace: Workspace, credentials: Credentials | None, now: datetime) -> Health:
    """Return what is wrong with ``workspace`` at ``now``, the worst first."""
    if workspace.state == WorkspaceState.UNINSTALLED:
        return Health((), closed=True)
    found = [*_of_workspace(workspace, now), *_of_credentials(credentials, now)]
    order = {problem: place for place, problem in enumerate(Problem)}
    return Health(tuple(sorted(found, key=lambda finding: order[finding.problem])))


def _of_workspace(workspace: Workspace, now: datetime) -> Iterator[Finding]:
    if workspace.state == WorkspaceState.NEEDS_REAUTH:
        yield Finding(Problem.NEEDS_REAUTH, "needs re-authorisation")
    if workspace.api_error and workspace.api_error_at and workspace.api_error_at > now - RECENT:
        age = in_words(workspace.api_error_at, now)
        yield Finding(Problem.API_ERROR, f"last API error {workspace.api_error}, {age}")
    if workspace.last_event_at and workspace.last_event_at < now - SILENCE:
        yield Finding(Problem.SILENT, f"silent since {workspace.last_event_at:%-d %B %Y}")


def _of_credentials(credentials: Credentials | None, now: datetime) -> Iterator[Finding]:
    if credentials is None:
        yield Finding(Problem.NO_BOT, "no bot token")
        return
    if credentials.refused_at:
        age = in_words(credentials.refused_at, now)
        yield Finding(Problem.REFRESH_REFUSED, f"token refresh refused {age}")
    if credentials.missing:
        words = f"scopes missing: {', '.join(credentials.missing)}"
        yield Finding(Problem.SCOPES_MISSING, words)
    if credentials.expires_at and credentials.expires_at <= now:
        age = in_words(credentials.expires_at, now)
        yield Finding(Problem.TOKEN_EXPIRED, f"token expired {age}")
    elif credentials.expires_at and credentials.expires_at < now + EXPIRING:
        words = f"token expires {in_words(credentials.expires_at, now)}"
        yield Finding(Problem.TOKEN_EXPIRING, words)


def in_words(moment: datetime, now: datetime) -> str:
    """Return ``3 hours ago`` or ``in 3 hours``."""
    if moment > now:
        return f"in {timeuntil(moment, now, depth=1)}".replace("\xa0", " ")
    if now - moment < timedelta(minutes=1):
        return "just now"
    return f"{timesince(moment, now, depth=1)} ago".replace("\xa0", " ")
