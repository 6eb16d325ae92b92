"""From Add to Slack to a workspace that works, on real components."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from installations.client import SlackLine
from installations.errors import NotInstalledError
from installations.models import Installation, OAuthState, Workspace, WorkspaceState


def welcomes(slack, team="northwind"):
    installer = slack.tokens_for(team).installer_id
    person = next(user for user in slack.state.people_of(slack.team(team).team_id))
    assert person.user_id == installer
    return slack.person(person.handle, team).direct_messages()


def test_an_install_through_the_consent_page_ends_with_a_receipt_and_a_welcome(slack, install, work):
    browser = install()
    work()

    workspace = Workspace.objects.get()
    tokens = slack.tokens_for()
    assert (workspace.team_id, workspace.state) == (tokens.team_id, WorkspaceState.ACTIVE)
    assert Installation.objects.get().reveal("bot_token") == tokens.bot_token
    assert SlackLine(workspace).call("auth.test")["user_id"] == tokens.bot_user_id
    assert len(welcomes(slack)) == 1
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


def test_each_workspace_speaks_with_its_own_bot(slack, install, work):
    install("northwind")
    install("contoso")
    work()

    for team in ("northwind", "contoso"):
        tokens = slack.tokens_for(team)
        line = SlackLine(Workspace.objects.get(team_id=tokens.team_id))
        assert line.call("auth.test")["team_id"] == tokens.team_id


def test_the_command_works_right_after_an_install_before_the_worker_has_run(slack, install):
    install()

    slack.person("dana").command("/campaign", channel="campaigns")

    assert slack.deliveries[-1].status == 200
    assert "not installed" not in str(slack.person("dana").ephemerals())


def test_a_workspace_that_never_installed_is_told_where_to(slack, install):
    install("northwind")
    slack.tokens_for("contoso")  # Slack knows the app there, we do not
    omar = slack.person("omar", "contoso")

    omar.command("/campaign", channel=next(iter(slack.state.channels_of(omar.team_id))).name)

    assert Workspace.objects.count() == 1


def test_a_token_that_slack_has_ended_is_told_apart(slack, install):
    install()
    slack.uninstall()

    with pytest.raises(NotInstalledError, match="account_inactive"):
        SlackLine(Workspace.objects.get()).call("auth.test")
