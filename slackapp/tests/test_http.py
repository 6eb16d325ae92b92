"""The door over HTTP: genuine requests get in, malformed ones bounce, none is a server error."""

import contextlib
import json
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from installations.tests.factories import make_workspace
from slackapp.deliveries import Delivery, MalformedDeliveryError
from slackapp.models import ReceivedDelivery
from slackapp.tests.requests import FORM, JSON, command, event, post

pytestmark = pytest.mark.django_db


def payload(**fields):
    return urlencode({"payload": json.dumps(fields)})


@pytest.mark.parametrize(
    ("_case", "body", "content_type"),
    [
        ("nothing", "", JSON),
        ("not JSON", "{", JSON),
        ("a JSON list", "[]", JSON),
        ("a JSON string", '"x"', JSON),
        ("null", "null", JSON),
        ("nested beyond reason", "[" * 100_000, JSON),
        ("a payload that is not JSON", "payload=x", FORM),
        ("a payload that is a list", "payload=[]", FORM),
        ("a payload without a type", payload(user={"id": "U1"}), FORM),
        ("an unknown type", payload(type="block_party"), FORM),
        ("a click without a user", payload(type="block_actions", actions=[{}]), FORM),
        ("a click whose user is text", payload(type="block_actions", user="U1", actions=[1]), FORM),
        ("a form without a view", payload(type="view_submission", user={"id": "U1"}), FORM),
        ("an event without an id", json.dumps({"type": "event_callback", "event": {}}), JSON),
        ("an event that is text", event(event="x"), JSON),
        ("another content type", event(), "text/plain"),
        ("too many fields", urlencode({f"f{n}": n for n in range(101)}), FORM),
    ],
)
def test_a_signed_but_malformed_body_is_a_bad_request(_case, body, content_type):
    response = post(body, content_type)

    assert response.status_code == 400
    assert not ReceivedDelivery.objects.exists()


def test_a_body_over_one_megabyte_is_a_bad_request():
    assert post(b"x" * 1_000_001, JSON).status_code == 400


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "options"])
def test_only_posts_are_taken(method):
    assert getattr(Client(), method)("/slack/events").status_code == 405


def test_the_challenge_is_echoed():
    response = post(json.dumps({"type": "url_verification", "challenge": "3eZbr"}), JSON)

    assert response.json() == {"challenge": "3eZbr"}


def test_a_certificate_check_is_answered():
    assert post("ssl_check=1&token=x").status_code == 200


def test_a_rate_limit_notice_is_no_error():
    body = json.dumps({"type": "app_rate_limited", "team_id": "T111", "minute_rate_limited": 1})

    assert post(body, JSON).status_code == 200


def test_the_word_payload_in_a_command_does_not_lose_it():
    make_workspace()

    response = post(command("payload trailer"))

    assert "There is no `/campaign payload trailer`" in response.json()["text"]


def test_what_postgresql_cannot_store_is_replaced_and_the_rest_kept():
    post(event(event={"type": "app_home_opened", "user": "U\x00\ud800", "tab": "home"}), JSON)

    assert ReceivedDelivery.objects.get().payload["event"]["user"] == "U\ufffd\ufffd"


def test_a_workspace_without_an_installation_is_told_to_install():
    response = post(command())

    assert response.status_code == 200
    assert "Add to Slack" in response.content.decode()


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
kinds = st.sampled_from(
    ["event_callback", "block_actions", "view_submission", "view_closed", "block_suggestion", "x"]
)
views = st.fixed_dictionaries(
    {},
    optional={
        "id": junk,
        "callback_id": st.sampled_from(["campaign.new", "campaign.reject", "workspace.set_up"]),
        "private_metadata": junk,
        "blocks": junk,
        "state": junk | st.fixed_dictionaries({"values": junk}),
    },
)
actions = st.lists(
    st.fixed_dictionaries(
        {"action_id": st.sampled_from(["campaign.approve", "campaign.reject", "campaign.new"])},
        optional={"value": junk, "block_id": junk, "type": junk},
    )
    | junk,
    max_size=2,
)
names = ("user", "team", "team_id", "view", "actions", "event", "event_id", "channel", "container")
bodies = st.builds(
    lambda fields, likely, kind: {**fields, **likely, "type": kind},
    st.dictionaries(st.sampled_from(names), junk),
    st.fixed_dictionaries(
        {},
        optional={
            "view": views,
            "actions": actions,
            "user": st.just({"id": "U1"}),
            "team": st.just({"id": "T111"}),
            "trigger_id": junk,
        },
    ),
    kinds,
)


@given(bodies)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_signed_junk_is_a_server_error(body):
    make_workspace_once()

    assert post(json.dumps(body), JSON).status_code in {200, 400}


def make_workspace_once():
    if not ReceivedDelivery.objects.exists():
        ReceivedDelivery.objects.claim(key="once", kind="", team_id="", state="handled", payload={})
        make_workspace()


@given(st.binary(max_size=200), st.sampled_from([JSON, FORM, ""]))
@settings(max_examples=200)
def test_reading_junk_ends_in_the_named_error(raw, content_type):
    with contextlib.suppress(MalformedDeliveryError):
        Delivery.read(raw, content_type)
