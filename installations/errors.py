"""What goes wrong between us and Slack, as the few types that somebody catches."""

import re
from http.client import HTTPException
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

# What slack_sdk lets through when there is no answer, or one that is not Slack's: a proxy's page
# in another charset is a ValueError or LookupError, JSON that is no object an AttributeError.
NO_ANSWER = (
    OSError,
    HTTPException,
    SlackClientError,
    ValueError,
    LookupError,
    AttributeError,
)
DIGITS = re.compile(r"[0-9]{1,9}")
WORD = re.compile(r"[a-z0-9_]{1,64}")  # Slack's error codes; slack_sdk puts pages of HTML there too


class SlackCallError(Exception):
    """Slack refused or did not answer a call; ``code`` is Slack's own word for it."""

    def __init__(self, code: str, *, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after  # seconds, with a 429


class NotInstalledError(SlackCallError):
    """The workspace has no working bot token; somebody has to install the app again."""


class RejectedError(SlackCallError):
    """Slack will refuse this call however often it is repeated."""


class TemporaryError(SlackCallError):
    """Slack was busy, broken or out of reach; the same call may go through later.

    Unless ``unclear``, the call has had no effect.
    """

    @property
    def unclear(self) -> bool:
        """Whether Slack may have done what it was asked, and only the answer was lost."""
        return self.code not in WITHOUT_EFFECT


REVOKED = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "invalid_refresh_token",
        "not_authed",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
WITHOUT_EFFECT = frozenset(
    {
        "key_missing",
        "org_login_required",
        "ratelimited",
        "refresh_under_way",
        "request_timeout",  # Slack's word for a request that did not arrive whole
        "service_unavailable",
        "team_added_to_org",
        "URLError",  # urllib's name for whatever happened before the request was sent
    }
)
TEMPORARY = frozenset(
    {
        "fatal_error",
        "internal_error",
        "org_login_required",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
NO_ACCESS = "team_access_not_granted"  # an organisation has it, this workspace not
NO_WORD = "unreadable_answer"
SERVER_ERROR = 500  # and above


def from_slack(error: SlackApiError) -> SlackCallError:
    """Return the type that stands for Slack's error code; an answer without one is not Slack's."""
    response = error.response
    code = _code(response.data)
    if response.status_code == 429:  # noqa: PLR2004  # Too Many Requests
        return TemporaryError("ratelimited", retry_after=_retry_after(dict(response.headers)))
    if code in REVOKED:
        return NotInstalledError(code)
    if code in {*TEMPORARY, NO_WORD} or response.status_code >= SERVER_ERROR:
        return TemporaryError(code)
    return RejectedError(code)


def answer(data: object) -> dict[str, Any]:
    """Return the body of an answer, which Slack makes a JSON object.

    Raises:
        TemporaryError: it is none, so somebody else answered.
    """
    if not isinstance(data, dict):
        raise TemporaryError(NO_WORD)
    return dict(data)


def _code(data: object) -> str:
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) and WORD.fullmatch(code) else NO_WORD


def _retry_after(headers: dict[str, str]) -> int:
    """Return the seconds that Slack asks to wait; it sends whole numbers."""
    value = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    return int(value) if DIGITS.fullmatch(value) else 1
