"""The landing page and the way to Slack."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError
from django.urls import reverse

from installations.models import OAuthState
from installations.oauth_state_store import DjangoOAuthStateStore
from installations.scopes import BOT_SCOPES
from installations.tests.factories import CLIENT_ID

pytestmark = pytest.mark.django_db


def consent_of(response) -> dict[str, list[str]]:
    assert response.status_code == 302
    return parse_qs(urlsplit(response.url).query, keep_blank_values=True)


@pytest.fixture
def https(settings):
    settings.HTTPS = True
    settings.APP_URL = "https://countersign.example"


def test_the_landing_page_leads_to_slack_and_explains_each_scope(client):
    page = client.get("/")

    text = page.content.decode()
    assert page.status_code == 200
    assert f'href="{reverse("install")}"' in text
    assert all(scope in text for scope in BOT_SCOPES)


@pytest.mark.parametrize(
    "path",
    ["/", "/slack/install", "/slack/installed", "/slack/connect", "/slack/connect/start"],
)
def test_pages_that_only_lead_somewhere_take_no_post(client, path):
    assert client.post(path).status_code == 405


def test_installing_sends_the_browser_to_slack_s_consent_page(client, settings):
    settings.SLACK_AUTHORIZE_URL = "https://slack.com/oauth/v2/authorize"

    response = client.get("/slack/install")

    consent = consent_of(response)
    assert response.url.startswith("https://slack.com/oauth/v2/authorize?")
    assert consent["client_id"] == [CLIENT_ID]
    assert consent["scope"] == [",".join(BOT_SCOPES)]
    assert consent["user_scope"] == [""]
    assert consent["redirect_uri"] == ["http://testserver/slack/oauth/callback"]
    assert len(consent["state"][0]) >= 43
    assert "team" not in consent


def test_the_state_in_the_link_belongs_to_the_cookie_that_came_with_it(client):
    state = consent_of(client.get("/slack/install"))["state"][0]

    cookie = client.cookies["install"].value
    assert DjangoOAuthStateStore().consume(state, browser="forged") is False
    assert DjangoOAuthStateStore().consume(state, browser=cookie) is True


def test_two_tabs_of_a_browser_share_the_cookie_and_both_can_finish(client):
    first = consent_of(client.get("/slack/install"))["state"][0]
    second = consent_of(client.get("/slack/install"))["state"][0]

    cookie = client.cookies["install"].value
    assert first != second
    assert DjangoOAuthStateStore().consume(first, browser=cookie)
    assert DjangoOAuthStateStore().consume(second, browser=cookie)


def test_the_cookie_is_kept_from_scripts_and_other_sites(client):
    cookie = client.get("/slack/install").cookies["install"]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert (cookie["max-age"], cookie["domain"], cookie["secure"]) == (600, "", "")


def test_under_https_the_cookie_is_kept_to_this_host(client, https):
    response = client.get("/slack/install", secure=True)

    assert [*response.cookies] == ["__Host-install"]
    cookie = response.cookies["__Host-install"]
    assert (cookie["secure"], cookie["domain"], cookie["path"]) == (True, "", "/")
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert consent_of(response)["redirect_uri"] == [
        "https://countersign.example/slack/oauth/callback"
    ]


@pytest.mark.parametrize("team", ["T01NORTHWD", "E01NORTHWD"])
def test_a_link_may_choose_the_workspace(client, team):
    assert consent_of(client.get("/slack/install", {"team": team}))["team"] == [team]


@pytest.mark.parametrize(
    "team",
    [
        "T1&redirect_uri=https://evil.example",
        "T111&scope=admin",
        "T111#",
        "T111\r\nSet-Cookie: install=mine",
        "T111\n",
        "T111\0",
        "t111",
        "U111",
        "T1",
        "T" + "1" * 40,
        "Т111",  # noqa: RUF001  # Cyrillic
        "",
    ],
)
def test_what_is_no_workspace_is_dropped_from_the_link(client, team):
    response = client.get("/slack/install", {"team": team})

    consent = consent_of(response)
    assert "team" not in consent
    assert consent["redirect_uri"] == ["http://testserver/slack/oauth/callback"]
    assert consent["scope"] == [",".join(BOT_SCOPES)]
    assert "evil" not in response.url


@pytest.mark.parametrize(
    "path", ["/slack/install", "/slack/connect/start", "/slack/oauth/callback"]
)
def test_the_way_to_slack_and_back_is_neither_cached_nor_named_to_others(client, path):
    response = client.get(path)

    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/slack/install", "/slack/connect/start"])
def test_a_mere_look_begins_nothing(client, path):
    response = client.head(path)

    assert response.status_code == 302
    assert parse_qs(urlsplit(response.url).query, keep_blank_values=True)["state"] == [""]
    assert not response.cookies
    assert not OAuthState.objects.exists()


def test_without_a_database_the_page_says_so(client, monkeypatch, caplog):
    def refuse(*_args, **_values):
        raise DatabaseError("the database is gone")

    monkeypatch.setattr(OAuthState.objects, "create", refuse)

    page = client.get("/slack/install")

    assert page.status_code == 503
    assert "We could not save this" in page.content.decode()
    assert "the database is gone" in caplog.text
    assert "the database is gone" not in page.content.decode()


def signed_in(client, **changes):
    user = get_user_model().objects.create_user("olga", is_staff=True, **changes)
    client.force_login(user)
    return user


def test_who_is_signed_in_as_staff_is_remembered_with_the_state(client):
    user = signed_in(client)

    client.get("/slack/install")

    assert OAuthState.objects.get().user == user


@pytest.mark.parametrize("case", ["nobody", "not staff"])
def test_nobody_else_is(client, case):
    if case == "not staff":
        signed_in(client)
        get_user_model().objects.update(is_staff=False)

    client.get("/slack/install")

    assert OAuthState.objects.get().user is None
