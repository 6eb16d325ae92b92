"""The JSON that goes over a socket; docs.slack.dev/apis/events-api/using-socket-mode."""

import json

from sandbox.types import JSON, Value

HOST = "applink-sandbox"
# What Slack takes back with the acknowledgement; everything else is acknowledged and no more.
ANSWERED = frozenset({"block_suggestion", "view_submission"})


class FrameError(ValueError):
    """The app sent what is no acknowledgement."""


def hello(app_id: str, num_connections: int, connection_time: float) -> str:
    """Return the first message of a connection; ``connection_time`` is in seconds."""
    return json.dumps(
        {
            "type": "hello",
            "num_connections": num_connections,
            "debug_info": {
                "host": HOST,
                "build_number": 1,
                "approximate_connection_time": int(connection_time),
            },
            "connection_info": {"app_id": app_id},
        }
    )


def disconnect(reason: str) -> str:
    """Return the message that announces the end of a connection."""
    return json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}})


def command(envelope_id: str, fields: JSON) -> JSON:
    """Return the envelope of a slash command."""
    return _envelope(envelope_id, "slash_commands", fields, accepts=True)


def interaction(envelope_id: str, payload: JSON) -> JSON:
    """Return the envelope of an interaction."""
    return _envelope(envelope_id, "interactive", payload, accepts=payload["type"] in ANSWERED)


def event(envelope_id: str, payload: JSON, retry_num: int, reason: str) -> JSON:
    """Return the envelope of an event; ``reason`` is in the words of x-slack-retry-reason.

    Slack's recorded envelopes say "timeout" here where the header says "http_timeout".
    """
    envelope = _envelope(envelope_id, "events_api", payload, accepts=False)
    said = "timeout" if reason == "http_timeout" else reason
    return {**envelope, "retry_attempt": retry_num, "retry_reason": said}


def acknowledgement(text: str | None) -> tuple[str, Value]:
    """Return the envelope_id and the payload of what the app sent.

    Raises:
        FrameError: it is no JSON object.
    """
    try:
        message = json.loads(text or "")
    except ValueError:
        raise FrameError("not JSON") from None
    if not isinstance(message, dict):
        raise FrameError("not a JSON object")
    return str(message.get("envelope_id")), message.get("payload")


def _envelope(envelope_id: str, kind: str, payload: JSON, *, accepts: bool) -> JSON:
    return {
        "envelope_id": envelope_id,
        "payload": payload,
        "type": kind,
        "accepts_response_payload": accepts,
    }
