"""Names for JSON that Slack and its apps exchange."""

from typing import Any

JSON = dict[str, Any]
Value = Any  # one JSON value of any kind
