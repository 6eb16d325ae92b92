"""Nobody but Slack gets in."""

import time

import pytest

from slackapp.models import ReceivedDelivery
from slackapp.signatures import is_signed
from slackapp.tests.requests import JSON, OLD_SECRET, command, event, post, signature

NOW = str(int(time.time()))


def test_slacks_own_worked_example_is_accepted():
    # docs.slack.dev/authentication/verifying-requests-from-slack
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "X-Slack-Request-Timestamp": "1531420618",
        "X-Slack-Signature": (
            "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
        ),
    }

    class ThatDay:
        def now(self):
            return 1531420618.0

    assert is_signed(body, headers, secrets=["8f742231b10e8888abcd99yyyzzz85a5"], clock=ThatDay())


@pytest.mark.parametrize(
    ("_case", "headers"),
    [
        ("no signature", {"signature": ""}),
        ("no timestamp", {"timestamp": ""}),
        ("another secret", {"secret": "not-the-secret"}),
        ("too old", {"age": 301}),
        ("from the future", {"age": -301}),
        ("a timestamp that is no number", {"timestamp": "soon"}),
        ("a timestamp with a sign", {"timestamp": "-1"}),
        ("a timestamp that is not ASCII", {"timestamp": "\N{FULLWIDTH DIGIT ONE}" * 3}),
        ("a timestamp beyond every clock", {"timestamp": "9" * 400}),
        ("a signature that is not ASCII", {"signature": "v0=" + "ä" * 64}),
        ("an older signature version", {"signature": "v1=" + "0" * 64}),
        ("a short signature", {"signature": "v0=00"}),
        ("an upper-case signature", {"signature": signature(b"x", NOW).upper()}),
    ],
)
@pytest.mark.django_db
def test_a_request_that_slack_did_not_sign_is_refused(_case, headers):
    response = post(command(), **headers)

    assert response.status_code == 401
    assert not ReceivedDelivery.objects.exists()


@pytest.mark.django_db
def test_a_changed_body_is_refused():
    stolen = signature(command().encode(), NOW)

    assert post(command("list"), timestamp=NOW, signature=stolen).status_code == 401


@pytest.mark.django_db
def test_the_secret_before_the_rotation_still_works():
    assert post(event(), JSON, secret=OLD_SECRET).status_code == 200


@pytest.mark.django_db
def test_an_unsigned_body_is_not_even_parsed():
    assert post(b"{{{", JSON, signature="v0=" + "0" * 64).status_code == 401


@pytest.mark.django_db
def test_bytes_that_are_not_text_are_nothing_that_slack_signed():
    assert post(b"\xff\xfe", JSON).status_code == 401
