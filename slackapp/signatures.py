"""Slack's request signature, checked on the raw bytes before anything else."""

import re
from collections.abc import Mapping, Sequence

from slack_sdk.signature import Clock, SignatureVerifier

TIMESTAMP_HEADER = "X-Slack-Request-Timestamp"
SIGNATURE_HEADER = "X-Slack-Signature"
TIMESTAMP = re.compile(r"[0-9]{1,12}")
SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


def is_signed(
    raw: bytes, headers: Mapping[str, str], *, secrets: Sequence[str], clock: Clock | None = None
) -> bool:
    """Return whether one of ``secrets`` signed ``raw`` within the last five minutes.

    The SDK raises on a timestamp that is no number, on a signature that is not ASCII and on a
    body that is not UTF-8; Slack sends none of them, so it did not sign them. Two secrets are
    valid while one replaces the other.
    Rule: docs.slack.dev/authentication/verifying-requests-from-slack
    """
    timestamp = headers.get(TIMESTAMP_HEADER, "")
    signature = headers.get(SIGNATURE_HEADER, "")
    if not TIMESTAMP.fullmatch(timestamp) or not SIGNATURE.fullmatch(signature):
        return False
    try:
        body = raw.decode()
    except UnicodeDecodeError:
        return False
    verdicts = [
        SignatureVerifier(secret, clock or Clock()).is_valid(body, timestamp, signature)
        for secret in secrets
    ]
    return any(verdicts)
