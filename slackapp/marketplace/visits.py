"""Requests to the real views, as a browser sends them and as Slack does."""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from slackapp.manifest import EVENTS_PATH
from slackapp.signatures import SIGNATURE_HEADER, TIMESTAMP_HEADER

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class Browser:
    """Somebody who is signed in nowhere and keeps cookies."""

    def __init__(self, *, secure: bool = True) -> None:
        host = urlsplit(settings.APP_URL).netloc
        self._client = Client(raise_request_exception=False, headers={"host": host})
        self._secure = secure

    @property
    def cookies(self) -> dict[str, dict[str, object]]:
        """Return the attributes of each cookie, and its value under ``value``."""
        return {
            name: {**morsel, "value": morsel.value} for name, morsel in self._client.cookies.items()
        }

    def get(self, path: str, **query: str) -> HttpResponse:
        address = f"{path}?{urlencode(query)}" if query else path
        response: HttpResponse = self._client.get(address, secure=self._secure)  # type: ignore[assignment]  # the stubs call it their own
        if response.streaming:
            b"".join(response)  # read a file to its end, which closes it
        return response


def text_of(response: HttpResponse) -> str:
    return response.content.decode(errors="replace")


def sign(body: bytes, *, secret: str, timestamp: str) -> str:
    """Return Slack's signature; slack_sdk's own only signs what is UTF-8."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def post_signed(body: bytes, content_type: str = FORM, *, secret: str = "") -> HttpResponse:
    """Send ``body`` as Slack would, signed with ``secret`` or with ours."""
    timestamp = str(int(time.time()))
    signature = sign(body, secret=secret or settings.SLACK_SIGNING_SECRETS[0], timestamp=timestamp)
    return post_raw(body, content_type, timestamp=timestamp, signature=signature)


def post_raw(
    body: bytes, content_type: str, *, timestamp: str | None, signature: str | None
) -> HttpResponse:
    """Send ``body`` with these headers; None leaves one out."""
    headers = {"host": urlsplit(settings.APP_URL).netloc}
    if timestamp is not None:
        headers[TIMESTAMP_HEADER] = timestamp
    if signature is not None:
        headers[SIGNATURE_HEADER] = signature
    client = Client(raise_request_exception=False)
    response: HttpResponse = client.post(  # type: ignore[assignment]  # as above
        EVENTS_PATH, body, content_type=content_type, headers=headers, secure=True
    )
    return response


def form(**fields: str) -> bytes:
    return urlencode(fields).encode()


def as_json(**fields: object) -> bytes:
    return json.dumps(fields).encode()
