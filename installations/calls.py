"""One call of Slack's Web API; the only place that makes a ``WebClient``."""

import json
from dataclasses import dataclass
from time import monotonic
from typing import Any, Self

from django.conf import settings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from installations import errors

WORKER_TIMEOUT = 10  # seconds
ACK_TIMEOUT = 2  # seconds; a trigger lives three
LEAST_TIMEOUT = 0.1  # seconds; what is begun gets at least this


@dataclass(frozen=True, slots=True)
class Patience:
    """How long somebody waits: until a moment for all there is to do, or the worker for each."""

    until: float | None = None

    @classmethod
    def of(cls, seconds: float) -> Self:
        return cls(monotonic() + seconds)

    @property
    def is_short(self) -> bool:
        return self.until is not None

    @property
    def seconds(self) -> float:
        """What the next step may take."""
        if self.until is None:
            return WORKER_TIMEOUT
        return max(self.until - monotonic(), LEAST_TIMEOUT)


def web_client(token: str | None = None, *, timeout: float = WORKER_TIMEOUT) -> WebClient:
    """Return a client that never repeats a call: the queue repeats work, a person a click."""
    return WebClient(
        token=token,
        base_url=settings.SLACK_API_URL,
        timeout=timeout,  # type: ignore[arg-type]  # urllib takes fractions of a second
        retry_handlers=[],
    )


def call(client: WebClient, method: str, **arguments: Any) -> dict[str, Any]:
    """Return Slack's answer to ``method``; arguments that are None are left out.

    Raises:
        NotInstalledError: the token is dead.
        RejectedError: Slack refuses this call for good.
        TemporaryError: Slack may accept it later.
    """
    try:
        response = client.api_call(method, data=_as_form(arguments))
    except SlackApiError as error:
        raise errors.from_slack(error) from error
    except errors.NO_ANSWER as broken:
        raise errors.TemporaryError(type(broken).__name__) from broken
    return errors.answer(response.data)


def call_as_app(
    method: str, *, timeout: float = WORKER_TIMEOUT, token: str | None = None, **arguments: Any
) -> dict[str, Any]:
    """Return Slack's answer to a method that asks who the app is; raises as ``call`` does."""
    return call(
        web_client(token, timeout=timeout),
        method,
        client_id=settings.SLACK_CLIENT_ID,
        client_secret=settings.SLACK_CLIENT_SECRET,
        **arguments,
    )


def _as_form(arguments: dict[str, Any]) -> dict[str, str]:
    """Return the one encoding that every method takes: form fields, structures as JSON in them."""
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in arguments.items()
        if value is not None
    }
