"""Cursor pagination; docs.slack.dev/apis/web-api/pagination."""

import base64
from collections.abc import Sequence

from sandbox.errors import SlackError
from sandbox.methods.call import Call
from sandbox.types import JSON

MOST = 1000  # items of one page
USUAL = 100  # items of one page when ``limit`` is not given


def page(call: Call, key: str, items: Sequence[object]) -> JSON:
    """Return one page under ``key``, and the cursor of the next or an empty string."""
    limit = call.number("limit", USUAL)
    if not 1 <= limit <= MOST:
        raise SlackError("invalid_limit")
    start = _offset(call.text("cursor"))
    end = start + limit
    cursor = _cursor(end) if end < len(items) else ""
    return {key: list(items[start:end]), "response_metadata": {"next_cursor": cursor}}


def _cursor(offset: int) -> str:
    return base64.b64encode(f"next:{offset}".encode()).decode()


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except ValueError:
        raise SlackError("invalid_cursor") from None
