"""A code that nobody here asked for: Slack's own pages, or somebody who lends theirs."""

import logging
from urllib.parse import urlencode

import pytest
from django.test import Client

from installations.models import Installation, OAuthState
from installations.tests.browsing import CALLBACK, consent, local, start

pytestmark = pytest.mark.django_db

EVIL = "T111&redirect_uri=https://evil.example"


def is_one_more_click(page, link: str = "/slack/install") -> bool:
    text = page.content.decode()
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "no-referrer"
    return "One more click" in text and f'href="{link}"' in text


def test_an_install_begun_at_slack_needs_one_more_click(client, slack):
    page = client.get(local(slack.direct_install_redirect()))

    assert is_one_more_click(page)
    assert slack.calls("oauth.v2.access") == []
    assert not Installation.objects.exists()
    assert not OAuthState.objects.exists()


def test_and_that_click_installs(client, slack):
    client.get(local(slack.direct_install_redirect()))

    assert client.get(consent(slack, client)).status_code == 302
    assert Installation.objects.count() == 1


def test_somebody_else_s_code_is_not_finished_in_a_browser_that_has_begun(client, slack):
    start(client)
    lent = local(slack.direct_install_redirect())

    assert is_one_more_click(client.get(lent))
    assert slack.calls("oauth.v2.access") == []
    assert OAuthState.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "link"),
    [
        ({"code": "1.2.3", "state": ""}, "/slack/install"),
        ({"code": "1.2.3", "team": "T01NORTHWD"}, "/slack/install?team=T01NORTHWD"),
        ({"code": "1.2.3", "team": EVIL}, "/slack/install"),
        ({"code": "1.2.3", "team": '"><script>'}, "/slack/install"),
        ({"error": "access_denied"}, "/slack/install"),
        ({"error": "<script>"}, "/slack/install"),
    ],
)
def test_the_click_keeps_the_workspace_and_nothing_else(client, query, link):
    page = client.get(f"{CALLBACK}?{urlencode(query)}")

    assert is_one_more_click(page, link)
    for strange in ("<script", "evil", "1.2.3", "access_denied"):
        assert strange not in page.content.decode()


def test_an_address_with_nothing_in_it_is_incomplete(client):
    page = client.get(CALLBACK)

    assert page.status_code == 400
    assert "Slack sent no code" in page.content.decode()


@pytest.mark.parametrize("case", ["good", "replayed", "stolen", "elsewhere", "refused"])
def test_no_log_line_holds_a_code_or_a_state(client, slack, caplog, case):
    caplog.set_level(logging.INFO)
    back = consent(slack, client)
    if case == "replayed":
        client.get(back)
    if case == "elsewhere":
        back = local(slack.direct_install_redirect())
    if case == "refused":
        slack.faults.fail("oauth.v2.access", "invalid_code", status=200)
    browser = Client() if case == "stolen" else client

    page = browser.get(back)

    secrets = [part.partition("=")[2] for part in back.partition("?")[2].split("&")]
    assert all(len(secret) > 20 for secret in secrets)
    for secret in secrets:
        assert secret not in caplog.text
        assert secret not in page.content.decode()
