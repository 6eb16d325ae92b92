"""From Add to Slack to a workspace that works, on real components."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from installations.client import SlackLine
from installations.errors import NotInstalledError
from installations.models import Installation, OAuthState, Workspace, WorkspaceState


def installer(slack):
    user_id = slack.tokens_for().installer_id
    return slack.person(slack.state.users[user_id].handle)


def test_an_install_ends_with_a_receipt_and_a_welcome(slack, install, work):
    browser = install()
    work()

    workspace = Workspace.objects.get()
    tokens = slack.tokens_for()
    assert (workspace.team_id, workspace.state) == (tokens.team_id, WorkspaceState.ACTIVE)
    assert Installation.objects.get().reveal("bot_token") == tokens.bot_token
    assert SlackLine(workspace).call("auth.test")["user_id"] == tokens.bot_user_id
    assert len(installer(slack).direct_messages()) == 1
    assert not OAuthState.objects.exists()
    assert browser.cookies["install"]["httponly"]


def test_the_consent_page_asks_for_what_our_link_asks(slack, live_server):
    consent = Client(SERVER_NAME=urlsplit(live_server.url).netloc).get("/slack/install").url

    query = parse_qs(urlsplit(consent).query)
    assert consent.startswith(slack.authorize_url)
    assert set(query["scope"][0].split(",")) == set(slack.slack.manifest.bot_scopes)
    assert query["redirect_uri"][0] in slack.slack.manifest.redirect_urls


def test_an_install_that_the_worker_sees_twice_is_set_up_alike(slack, install, work):
    install()
    work()
    install()
    work()

    assert Workspace.objects.count() == 1
    assert Installation.objects.count() == 2
    assert SlackLine(Workspace.objects.get()).call("auth.test")["ok"]
    first, second = installer(slack).direct_messages()
    assert first["text"] == second["text"]


def test_each_workspace_speaks_with_its_own_bot(slack, install, work):
    install("northwind")
    install("contoso")
    work()

    for team in ("northwind", "contoso"):
        tokens = slack.tokens_for(team)
        line = SlackLine(Workspace.objects.get(team_id=tokens.team_id))
        assert line.call("auth.test")["team_id"] == tokens.team_id


def test_the_command_is_answered_before_the_worker_has_set_anything_up(slack, install):
    install()

    dana = slack.person("dana")
    dana.command("/campaign", channel="campaigns")

    [answer] = dana.ephemerals("campaigns")
    assert "does not know yet who approves" in answer["text"]


def test_a_workspace_that_never_installed_is_told_where_to(slack, install):
    install("northwind")
    slack.tokens_for("contoso")  # Slack knows the app there, we do not
    omar, channel = slack.person("omar", "contoso"), "general"
    omar.command("/campaign", channel=channel)

    [answer] = omar.ephemerals(channel)
    assert "not installed in this workspace" in answer["text"]
    assert [*Workspace.objects.values_list("name", flat=True)] == ["Northwind"]


def test_a_token_that_slack_has_ended_is_told_apart(slack, install):
    install()
    slack.uninstall()

    with pytest.raises(NotInstalledError, match="account_inactive"):
        SlackLine(Workspace.objects.get()).call("auth.test")
