"""What an org-wide token may call, and where it acts."""

import pytest
from slack_sdk import WebClient

from sandbox.testing import LocalSlack
from sandbox.tests.app import EchoApp
from sandbox.tests.conftest import client_of
from sandbox.tests.kit import modal, refusal, section
from sandbox.types import JSON

NORTHWIND, CONTOSO = "T01NORTHWD", "T01CONTOSO"


def test_auth_test_names_the_organisation_in_place_of_a_workspace(
    grid: LocalSlack, wide: WebClient
) -> None:
    tokens = grid.org_tokens()

    who = wide.auth_test()

    assert who["team_id"] == who["enterprise_id"] == tokens.enterprise_id
    assert who["is_enterprise_install"] is True
    assert who["url"] == "https://globex.enterprise.slack.com/"
    assert (who["team"], who["bot_id"]) == ("Globex", tokens.bot_id)


def test_auth_teams_list_pages_through_the_workspaces(grid: LocalSlack, wide: WebClient) -> None:
    grid.grant_access("contoso")

    first = wide.auth_teams_list(limit=1)
    second = wide.auth_teams_list(limit=1, cursor=first["response_metadata"]["next_cursor"])

    assert first["teams"] == [{"id": NORTHWIND, "name": "Northwind"}]
    assert second["teams"] == [{"id": CONTOSO, "name": "Contoso"}]
    assert second["response_metadata"]["next_cursor"] == ""


def test_auth_teams_list_is_for_org_tokens(client: WebClient) -> None:
    assert refusal(client, "auth.teams.list")["error"] == "not_allowed_token_type"


WITH_TEAM = [
    ("bots.info", {}),
    ("conversations.list", {}),
    ("team.info", {}),
    ("usergroups.list", {}),
    ("usergroups.users.list", {"usergroup": "S01APPROVE"}),
    ("users.conversations", {}),
    ("users.list", {}),
]


@pytest.mark.parametrize(("method", "arguments"), WITH_TEAM)
def test_some_methods_need_to_know_the_workspace(
    wide: WebClient, method: str, arguments: JSON
) -> None:
    missing = refusal(wide, method, **arguments)
    elsewhere = refusal(wide, method, **arguments, team_id=CONTOSO)
    nowhere = refusal(wide, method, **arguments, team_id="T0NOWHERE0")

    assert missing["error"] == "missing_argument"
    assert missing["response_metadata"]["messages"] == ["[ERROR] missing required field: team_id"]
    assert elsewhere["error"] == "team_access_not_granted"
    assert nowhere["error"] == "team_not_found"
    assert wide.api_call(method, json={**arguments, "team_id": NORTHWIND})["ok"]


def test_a_workspace_token_needs_no_team_id_and_ignores_it(
    slack: LocalSlack, client: WebClient
) -> None:
    groups = client.usergroups_list()["usergroups"]

    assert client.usergroups_list(team_id=CONTOSO)["usergroups"] == groups


def test_what_is_listed_is_that_of_the_named_workspace(grid: LocalSlack, wide: WebClient) -> None:
    grid.grant_access("contoso")

    people = {one["id"] for one in wide.users_list(team_id=CONTOSO)["members"]}
    groups = wide.usergroups_list(team_id=CONTOSO)["usergroups"]
    here = wide.usergroups_users_list(usergroup="S02APPROVE", team_id=CONTOSO)["users"]
    bot = wide.bots_info(team_id=grid.org_tokens().enterprise_id)["bot"]

    assert people == {"U02MILAKAR", "U02OMARHAD", grid.org_tokens().bot_user_id}
    assert [one["id"] for one in groups] == ["S02APPROVE"]
    assert here == ["U02OMARHAD"]
    assert bot["user_id"] == grid.org_tokens().bot_user_id
    not_here = refusal(wide, "usergroups.users.list", usergroup="S02APPROVE", team_id=NORTHWIND)
    assert not_here["error"] == "no_such_subteam"


def test_team_info_names_the_organisation(grid: LocalSlack, wide: WebClient) -> None:
    team = wide.team_info(team=NORTHWIND)["team"]

    assert team["enterprise_id"] == grid.organisation("globex").enterprise_id
    assert team["enterprise_name"] == "Globex"
    assert refusal(wide, "team.info", team=CONTOSO)["error"] == "team_access_not_granted"


def test_people_are_known_in_the_whole_organisation(grid: LocalSlack, wide: WebClient) -> None:
    assert refusal(wide, "users.info", user="U02MILAKAR")["error"] == "team_access_not_granted"
    grid.grant_access("contoso")

    mila = wide.users_info(user="U02MILAKAR")["user"]

    assert mila["team_id"] == CONTOSO
    assert mila["enterprise_user"]["enterprise_id"] == grid.organisation("globex").enterprise_id
    assert mila["enterprise_user"]["teams"] == [CONTOSO]
    assert wide.users_info(user=grid.org_tokens().bot_user_id)["user"]["is_bot"]


def test_a_message_reaches_the_channel_of_its_workspace(grid: LocalSlack, wide: WebClient) -> None:
    grid.invite_bot("general")

    posted = wide.chat_postMessage(channel="C01GENERAL", text="Hello")
    link = wide.chat_getPermalink(channel="C01GENERAL", message_ts=posted["ts"])["permalink"]
    elsewhere = refusal(wide, "chat.postMessage", channel="C02GENERAL", text="Hello")
    by_name = refusal(wide, "chat.postMessage", channel="#general", text="Hello")

    assert f"/client/{NORTHWIND}/C01GENERAL" in link
    assert elsewhere["error"] == "team_access_not_granted"
    assert by_name["error"] == "team_not_found"
    assert wide.chat_update(channel="C01GENERAL", ts=posted["ts"], text="Hello again")["ok"]
    assert wide.conversations_info(channel="C01GENERAL")["channel"]["is_member"]


def test_a_direct_message_lands_in_the_persons_workspace(grid: LocalSlack, wide: WebClient) -> None:
    grid.grant_access("contoso")

    posted = wide.chat_postMessage(channel="U02MILAKAR", text="Hello Mila")
    opened = wide.conversations_open(users="U02OMARHAD")["channel"]["id"]

    assert grid.state.channels[posted["channel"]].team_id == CONTOSO
    assert grid.state.channels[opened].team_id == CONTOSO
    said = grid.person("mila", "contoso").direct_messages()
    assert [one["text"] for one in said] == ["Hello Mila"]


def test_a_trigger_of_a_workspace_without_access_opens_nothing(
    grid: LocalSlack, app: EchoApp, wide: WebClient
) -> None:
    grid.grant_access("contoso")
    grid.person("mila", "contoso").shortcut("say")
    grid.revoke_access("contoso")

    arguments = {"trigger_id": app.last["trigger_id"], "view": modal(section())}

    assert refusal(wide, "views.open", **arguments)["error"] == "team_access_not_granted"
    arguments["trigger_id"] = "1.2.3"
    assert refusal(wide, "views.open", **arguments)["error"] == "invalid_trigger_id"


def test_a_home_tab_is_published_with_the_org_token(grid: LocalSlack, wide: WebClient) -> None:
    home = {"type": "home", "blocks": [section("Welcome")]}

    wide.views_publish(user_id="U01DANALEE", view=home)

    assert grid.person("dana").home is not None
    elsewhere = refusal(wide, "views.publish", user_id="U02MILAKAR", view=home)
    assert elsewhere["error"] == "team_access_not_granted"


def test_a_person_is_met_where_the_app_is(grid: LocalSlack, wide: WebClient) -> None:
    grid.add_member("mila", "contoso", to="northwind")

    posted = wide.chat_postMessage(channel="U02MILAKAR", text="Hello")
    wide.views_publish(user_id="U02MILAKAR", view={"type": "home", "blocks": []})

    assert grid.state.channels[posted["channel"]].team_id == NORTHWIND
    home = grid.person("mila", "northwind").home
    assert home is not None
    assert home["team_id"] == NORTHWIND


def test_two_installs_know_the_same_person_each_in_its_workspace(
    grid: LocalSlack, app: EchoApp
) -> None:
    grid.add_member("dana", to="contoso")
    clients = [client_of(grid, grid.tokens_for(one).bot_token) for one in ("northwind", "contoso")]

    posted = [one.chat_postMessage(channel="U01DANALEE", text="Hi")["channel"] for one in clients]

    assert [grid.state.channels[one].team_id for one in posted] == [NORTHWIND, CONTOSO]
    home = {"type": "home", "blocks": []}
    shown = [one.views_publish(user_id="U01DANALEE", view=home)["view"] for one in clients]
    assert [one["team_id"] for one in shown] == [NORTHWIND, CONTOSO]
