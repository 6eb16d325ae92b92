"""From Add to Slack to a workspace that works, on real components."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client

from installations import calls
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


def test_an_organisation_s_install_leads_its_admin_to_the_workspaces(slack, install):
    organisation = slack.enterprise("Globex", teams=("northwind", "contoso"))

    browser = install(org=True)

    row = Installation.objects.get()
    assert (row.enterprise_id, row.team_id) == (organisation.enterprise_id, None)
    assert row.is_enterprise_install
    page = browser.get(browser.receipt).content.decode()
    assert "in no workspace until you add it" in page
    assert f"/manage/organization/apps/profile/{row.app_id}/workspaces/add" in page


def test_a_person_gives_their_own_token_and_the_bot_works_on(slack, install, work):
    install()
    work()
    before = slack.tokens_for().bot_token

    browser = install(person="ana")
    work()

    assert "may now search as you" in browser.get(browser.receipt).content.decode()
    bot, person = Installation.objects.order_by("pk")
    assert (bot.reveal("bot_token"), person.bot_token) == (before, "")
    line = calls.web_client(person.reveal("user_token"))
    assert calls.call(line, "auth.test")["user_id"] == slack.person("ana").user_id
    assert SlackLine(Workspace.objects.get()).call("auth.test")["ok"]
    assert slack.person("ana").direct_messages() == []
    assert len(installer(slack).direct_messages()) == 1


def test_a_password_alone_links_nobody_where_a_second_step_is_asked_for(install, settings):
    settings.ADMIN_OTP_REQUIRED = True
    olga = User.objects.create_superuser("olga")

    install(signed_in=olga)

    assert Installation.objects.get().linked_user is None


def test_an_admin_s_account_is_linked_to_what_they_installed(install):
    olga = User.objects.create_user("olga", is_staff=True)

    browser = install(signed_in=olga)

    assert Installation.objects.get().linked_user == olga
    assert "Linked to your account (olga)" in browser.get(browser.receipt).content.decode()
