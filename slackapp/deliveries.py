"""What Slack sends, read into one shape that both transports share. Pure."""

import hashlib
import json
import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self
from urllib.parse import parse_qs

LONGEST_KEY = 200  # characters; Slack's own ids are far shorter
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # what PostgreSQL refuses in text


class Lane(StrEnum):
    """How a delivery is handled: Slack repeats events, never interactions."""

    HANDSHAKE = "handshake"
    EVENT = "event"
    INTERACTION = "interaction"
    NOTICE = "notice"  # about the subscription itself; nothing to do


class MalformedDeliveryError(ValueError):
    """The body is signed but is not what Slack sends."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One authenticated call from Slack.

    ``key`` is the same whenever Slack, or a replay, sends the same thing again; None where
    answering twice does no harm. ``kind`` is Slack's ``type``, or ``slash_command``.
    """

    lane: Lane
    kind: str
    key: str | None
    payload: dict[str, Any]

    @classmethod
    def read(cls, raw: bytes, content_type: str) -> Self:
        """Return the delivery in ``raw``.

        Raises:
            MalformedDeliveryError: nothing that Slack sends looks like this.
        """
        payload = _payload(raw, content_type)
        kind = "slash_command" if "command" in payload else str(payload.get("type", ""))
        if payload.get("ssl_check"):
            kind = "ssl_check"
        lane = LANES.get(kind)
        if lane is None:
            raise MalformedDeliveryError(f"unknown type {kind[:40]!r}")
        _check_shape(kind, payload)
        return cls(lane, kind, _key(kind, payload), payload)

    @property
    def team_id(self) -> str:
        """The workspace the delivery names, for logs; empty on org-wide ones."""
        team = self.payload.get("team")
        team_id = self.payload.get("team_id") or (team.get("id") if isinstance(team, dict) else "")
        return str(team_id or "")


LANES = {
    "url_verification": Lane.HANDSHAKE,
    "ssl_check": Lane.HANDSHAKE,
    "app_rate_limited": Lane.NOTICE,
    "event_callback": Lane.EVENT,
    "slash_command": Lane.INTERACTION,
    "block_actions": Lane.INTERACTION,
    "block_suggestion": Lane.INTERACTION,
    "view_submission": Lane.INTERACTION,
    "view_closed": Lane.INTERACTION,
    "shortcut": Lane.INTERACTION,
    "message_action": Lane.INTERACTION,
}


def _payload(raw: bytes, content_type: str) -> dict[str, Any]:
    try:
        text = raw.decode()
        if content_type == "application/json":
            payload = json.loads(text, parse_constant=_refuse, parse_float=_finite)
        elif content_type == "application/x-www-form-urlencoded":
            payload = _form(text)
        else:
            raise MalformedDeliveryError(f"content type {content_type[:40]!r}")
        payload = _storable(payload)
    except (ValueError, RecursionError) as unreadable:
        raise MalformedDeliveryError(str(unreadable)[:80]) from None
    if not isinstance(payload, dict):
        raise MalformedDeliveryError("not an object")
    return payload


def _form(text: str) -> Any:
    """Return the JSON in a form's only field ``payload``, or the form itself.

    A slash command is a form too, and may well contain the word.
    """
    fields = parse_qs(text, keep_blank_values=True, max_num_fields=100)
    if set(fields) == {"payload"}:
        return json.loads(fields["payload"][0], parse_constant=_refuse, parse_float=_finite)
    return {name: values[0] for name, values in fields.items()}


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else float(_refuse(text))


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {_storable(name): _storable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return value


def _check_shape(kind: str, payload: dict[str, Any]) -> None:
    """Refuse what would make a listener stumble: names that must be objects, or be there."""
    if kind == "event_callback" and not (
        isinstance(payload.get("event"), dict) and isinstance(payload.get("event_id"), str)
    ):
        raise MalformedDeliveryError("an event without event or event_id")
    for name in ("user", "team", "enterprise", "channel", "view", "message", "container"):
        if not isinstance(payload.get(name, {}), dict | None | str):
            raise MalformedDeliveryError(f"{name} is not an object")
    if LANES[kind] is Lane.INTERACTION and kind != "slash_command":
        _check_interaction(kind, payload)


def _check_interaction(kind: str, payload: dict[str, Any]) -> None:
    _require_texts("user", payload.get("user"), "id")
    if kind in {"view_submission", "view_closed"}:
        _require_texts("view", payload.get("view"), "id", "type", "callback_id")
    if kind == "block_actions":
        actions = payload.get("actions")
        first = actions[0] if isinstance(actions, list) and actions else None
        _require_texts("actions", first, "action_id", "type")
    if kind == "block_suggestion":
        _require_texts(kind, payload, "action_id")


def _require_texts(what: str, value: object, *names: str) -> None:
    present = isinstance(value, dict) and all(isinstance(value.get(name), str) for name in names)
    if not present:
        raise MalformedDeliveryError(f"{what} without {' or '.join(names)}")


def _key(kind: str, payload: dict[str, Any]) -> str | None:
    if kind == "event_callback":
        return _shortened(f"event:{payload['event_id']}")
    if trigger_id := payload.get("trigger_id"):
        return _shortened(f"{kind}:{trigger_id}")
    return None


def _shortened(key: str) -> str:
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()
