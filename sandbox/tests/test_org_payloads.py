"""What the app is sent from a workspace of an organisation."""

from slack_sdk import WebClient

from sandbox.testing import LocalSlack
from sandbox.tests.app import EchoApp
from sandbox.tests.conftest import client_of
from sandbox.tests.kit import actions, button, modal, section

NORTHWIND, CONTOSO = "T01NORTHWD", "T01CONTOSO"


def test_a_command_names_organisation_and_workspace(
    grid: LocalSlack, app: EchoApp, wide: WebClient
) -> None:
    assert grid.person("dana").command("/echo", "hi").ok

    fields = app.last
    assert (fields["team_id"], fields["team_domain"]) == (NORTHWIND, "northwind")
    assert fields["enterprise_id"] == grid.organisation("globex").enterprise_id
    assert fields["enterprise_name"] == "Globex"
    assert fields["is_enterprise_install"] == "true"


def test_a_command_under_a_workspaces_own_install_is_not_org_wide(
    grid: LocalSlack, app: EchoApp
) -> None:
    grid.tokens_for("northwind")

    grid.person("dana").command("/echo", "hi")

    assert app.last["is_enterprise_install"] == "false"
    assert app.last["enterprise_name"] == "Globex"


def test_a_command_outside_an_organisation_names_none(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    slack.person("dana").command("/echo", "hi")

    assert app.last["is_enterprise_install"] == "false"
    assert not {"enterprise_id", "enterprise_name"} & set(app.last)


def test_a_click_under_an_org_wide_install_names_no_team(
    grid: LocalSlack, app: EchoApp, wide: WebClient
) -> None:
    wide.chat_postMessage(channel="U01DANALEE", text="Go", blocks=[actions(button("go"))])

    grid.person("dana").click("go", "app")

    payload, enterprise = app.last, grid.organisation("globex")
    assert payload["team"] is None
    assert payload["enterprise"] == {"id": enterprise.enterprise_id, "name": "Globex"}
    assert payload["is_enterprise_install"] is True
    assert payload["user"]["team_id"] == NORTHWIND


def test_a_click_under_a_workspaces_own_install_names_team_and_organisation(
    grid: LocalSlack, app: EchoApp
) -> None:
    client = client_of(grid, grid.tokens_for("northwind").bot_token)
    client.chat_postMessage(channel="U01DANALEE", text="Go", blocks=[actions(button("go"))])

    grid.person("dana").click("go", "app")

    payload, enterprise_id = app.last, grid.organisation("globex").enterprise_id
    assert payload["team"] == {
        "id": NORTHWIND,
        "domain": "northwind",
        "enterprise_id": enterprise_id,
        "enterprise_name": "Globex",
    }
    assert payload["enterprise"]["id"] == enterprise_id
    assert payload["is_enterprise_install"] is False


def test_a_modal_under_an_org_wide_install(grid: LocalSlack, app: EchoApp, wide: WebClient) -> None:
    dana, enterprise_id = grid.person("dana"), grid.organisation("globex").enterprise_id
    dana.shortcut("say")
    assert app.last["team"] is None
    view = wide.views_open(trigger_id=app.last["trigger_id"], view=modal(section()))["view"]
    assert wide.views_update(view_id=view["id"], view=modal(section("Again")))["ok"]

    dana.submit()

    submitted = app.last
    assert submitted["type"] == "view_submission"
    assert submitted["team"] is None
    assert submitted["view"]["team_id"] == NORTHWIND
    assert submitted["view"]["app_installed_team_id"] == enterprise_id
    assert submitted["enterprise"]["id"] == enterprise_id


def test_events_say_for_which_installation_they_are(
    grid: LocalSlack, app: EchoApp, wide: WebClient
) -> None:
    grid.person("dana").open_home()
    grid.settle()

    opened, tokens = app.envelopes("app_home_opened")[0], grid.org_tokens()
    assert (opened["team_id"], opened["enterprise_id"]) == (NORTHWIND, tokens.enterprise_id)
    assert opened["authorizations"] == [
        {
            "enterprise_id": tokens.enterprise_id,
            "team_id": None,
            "user_id": tokens.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": True,
        }
    ]


def test_a_person_of_two_workspaces_has_one_id(
    grid: LocalSlack, app: EchoApp, wide: WebClient
) -> None:
    grid.add_member("dana", to="contoso")
    grid.grant_access("contoso")

    grid.person("dana").command("/echo", "one")
    first = app.last
    grid.person("dana", "contoso").command("/echo", "two")
    second = app.last

    assert first["user_id"] == second["user_id"] == "U01DANALEE"
    assert (first["team_id"], second["team_id"]) == (NORTHWIND, CONTOSO)
    there = {one["id"] for one in wide.users_list(team_id=CONTOSO)["members"]}
    assert "U01DANALEE" in there
    teams = wide.users_info(user="U01DANALEE")["user"]["enterprise_user"]["teams"]
    assert teams == [NORTHWIND, CONTOSO]
