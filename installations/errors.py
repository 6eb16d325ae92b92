"""What goes wrong between us and Slack, as the few types that somebody catches."""

from slack_sdk.errors import SlackApiError


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
    """Slack was busy, broken or out of reach; the same call may go through later."""


REVOKED = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
)
TEMPORARY = frozenset(
    {
        "fatal_error",
        "internal_error",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
SERVER_ERROR = 500  # and above


def from_slack(error: SlackApiError) -> SlackCallError:
    """Return the type that stands for Slack's error code, or for its HTTP status without one."""
    response = error.response
    code = response.get("error") if isinstance(response.data, dict) else None
    if response.status_code == 429:  # noqa: PLR2004  # Too Many Requests
        return TemporaryError("ratelimited", retry_after=_retry_after(dict(response.headers)))
    if code in REVOKED:
        return NotInstalledError(str(code))
    if code in TEMPORARY or response.status_code >= SERVER_ERROR:
        return TemporaryError(str(code or response.status_code))
    return RejectedError(str(code or response.status_code))


def _retry_after(headers: dict[str, str]) -> int:
    """Return the seconds that Slack asks to wait; it sends whole numbers."""
    value = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    return int(value) if value.isdecimal() else 1
