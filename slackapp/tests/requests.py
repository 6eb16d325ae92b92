"""Requests as Slack sends them, signed."""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

from django.test import Client

SECRET, OLD_SECRET = "test-signing-secret", "test-signing-secret-before-rotation"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def signature(body: bytes, timestamp: str, secret: str = SECRET) -> str:
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def post(
    body: bytes | str, content_type: str = FORM, *, secret: str = SECRET, age: int = 0, **headers
):
    """Send ``body`` signed; ``headers`` replace what a well-behaved Slack would send."""
    raw = body.encode() if isinstance(body, str) else body
    timestamp = headers.pop("timestamp", str(int(time.time()) - age))
    sent = {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": headers.pop("signature", signature(raw, timestamp, secret)),
        **headers,
    }
    client = Client(raise_request_exception=False)
    return client.post("/slack/events", raw, content_type=content_type, headers=sent)


def command(text: str = "help", **changes) -> str:
    fields = {
        "token": "deprecated",
        "team_id": "T111",
        "team_domain": "northwind",
        "channel_id": "C111",
        "channel_name": "general",
        "user_id": "U_DANA",
        "user_name": "dana",
        "command": "/campaign",
        "text": text,
        "api_app_id": "A111",
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.com/commands/T111/1/x",
        "trigger_id": "1.1.command",
    }
    return urlencode({**fields, **changes})


def click(action_id: str, value: str, user_id: str, **changes) -> str:
    payload = {
        "type": "block_actions",
        "team": {"id": "T111", "domain": "northwind"},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {"id": user_id, "username": "somebody", "team_id": "T111"},
        "api_app_id": "A111",
        "trigger_id": "1.1.click",
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "C_APPROVALS"},
        "channel": {"id": "C_APPROVALS", "name": "campaign-approvals"},
        "response_url": "https://hooks.slack.com/actions/T111/1/x",
        "actions": [
            {
                "type": "button",
                "action_id": action_id,
                "block_id": "b1",
                "value": value,
                "action_ts": "1.1",
            }
        ],
    }
    return urlencode({"payload": json.dumps({**payload, **changes})})


def event(event_id: str = "Ev1", **changes) -> str:
    body = {
        "token": "deprecated",
        "team_id": "T111",
        "api_app_id": "A111",
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(time.time()),
        "event": {"type": "app_home_opened", "user": "U_DANA", "channel": "D1", "tab": "home"},
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": "T111",
                "user_id": "U_BOT",
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }
    return json.dumps({**body, **changes})
