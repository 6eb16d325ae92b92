"""Log lines carry ids, never secrets."""

import logging

import pytest
from django.conf import settings

from slackapp.logs import MASK, redact

SECRETS = [
    "xoxb-1234-CANARY",
    "xoxp-1234-CANARY",
    "xoxe.xoxp-1-CANARY",
    "xoxe-1-CANARY",
    "xapp-1-A1-CANARY",
    "https://hooks.slack.com/actions/T1/2/CANARY",
    "v0=" + "ab" * 32,
    "Bearer CANARY",
    "code=123.CANARY",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    ("_case", "event"),
    [
        ("the message", lambda secret: {"event": f"calling with {secret} now"}),
        ("a value", lambda secret: {"event": "x", "token": secret}),
        ("a list", lambda secret: {"event": "x", "args": [secret]}),
        ("deep inside", lambda secret: {"event": "x", "body": {"a": {"b": (secret,)}}}),
        ("a traceback", lambda secret: {"event": "x", "exception": f"ValueError: {secret}"}),
    ],
)
def test_a_secret_is_masked_wherever_it_stands(secret, _case, event):
    text = str(redact(None, "info", event(secret)))

    assert "CANARY" not in text
    assert "abababab" not in text
    assert MASK in text


def test_ids_stay_readable():
    event = {"event": "delivered", "team_id": "T01NORTHWD", "reference": "C-2026-0042"}

    assert redact(None, "info", event) == event


@pytest.mark.parametrize("name", ["slack_sdk.web.client", "slack_bolt.App", "django.request"])
def test_no_logger_of_a_library_prints_at_debug(name):
    logging.config.dictConfig(settings.LOGGING)

    assert not logging.getLogger(name).isEnabledFor(logging.DEBUG)
