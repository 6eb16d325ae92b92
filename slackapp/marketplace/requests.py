"""Whether every request from Slack is authenticated before it is answered."""

import time
from collections.abc import Iterator

from django.conf import settings

from slackapp.marketplace.requirement import Requirement
from slackapp.marketplace.visits import FORM, JSON, as_json, form, post_raw, post_signed, sign

REFUSED, MALFORMED = 401, 400
TEN_MINUTES = 600  # seconds; five are allowed
AREA = "Request authentication"
# What Slack sends, and may send without anybody having clicked
BODIES = {
    "a slash command": (form(command="/campaign", text="help"), FORM),
    "ssl_check": (form(ssl_check="1"), FORM),
    "url_verification": (as_json(type="url_verification", challenge="c"), JSON),
}
JUNK = (b"\xff\xfe", b"payload=%7B", b"{", b"[]", b"payload=[]", b"a=b")


def refuses_forgeries() -> Iterator[str]:
    for kind, (body, content_type) in BODIES.items():
        for trick, (sent, timestamp, signature) in _forgeries(body).items():
            status = post_raw(
                sent, content_type, timestamp=timestamp, signature=signature
            ).status_code
            if status != REFUSED:
                yield f"{kind} with {trick} is answered {status}; it has to be {REFUSED}."


def takes_what_slack_signed() -> Iterator[str]:
    body, content_type = BODIES["url_verification"]
    for number, secret in enumerate(settings.SLACK_SIGNING_SECRETS, start=1):
        answer = post_signed(body, content_type, secret=secret)
        if answer.status_code != 200 or b'"c"' not in answer.content:  # noqa: PLR2004  # OK
            yield (
                f"A url_verification signed with signing secret {number} is answered "
                f"{answer.status_code} without its challenge; Slack could not verify the address."
            )


def survives_junk() -> Iterator[str]:
    for body in JUNK:
        for content_type in (FORM, JSON, "text/plain"):
            status = post_signed(body, content_type).status_code
            if status not in {REFUSED, MALFORMED}:
                yield f"The signed body {body!r} ({content_type}) is answered {status}, not 400."


def _forgeries(body: bytes) -> dict[str, tuple[bytes, str | None, str | None]]:
    """Return body, timestamp and signature of what somebody other than Slack may send."""
    now = int(time.time())
    secret = settings.SLACK_SIGNING_SECRETS[0]

    def signed(moment: object, by: str = secret) -> str:
        return sign(body, secret=by, timestamp=str(moment))

    old, ahead = str(now - TEN_MINUTES), str(now + TEN_MINUTES)
    return {
        "no signature": (body, str(now), None),
        "no timestamp": (body, None, signed(now)),
        "another secret's signature": (body, str(now), signed(now, "another")),
        "a signature that is not ASCII": (body, str(now), "v0=é" + signed(now)[4:]),
        "a changed body": (body + b"&x=1", str(now), signed(now)),
        "an old timestamp": (body, old, signed(old)),
        "a timestamp ahead": (body, ahead, signed(ahead)),
        "a timestamp that is no number": (body, "yesterday", signed("yesterday")),
        "an endless timestamp": (body, "9" * 400, signed("9" * 400)),
    }


REQUIREMENTS = (
    Requirement(
        name="forged-requests",
        area=AREA,
        rule="Bad, stale or junk signatures get 401, whatever is asked; never 500",
        check=refuses_forgeries,
        writes=True,  # where a forgery is believed
    ),
    Requirement(
        name="signed-requests",
        area=AREA,
        rule="What Slack signs is taken, with each signing secret",
        check=takes_what_slack_signed,
    ),
    Requirement(
        name="junk-bodies",
        area=AREA,
        rule="A signed body that makes no sense gets 400",
        check=survives_junk,
    ),
)
