"""Organisations with several workspaces, and one installation for all of them."""

import re
from pathlib import Path

import httpx
import pytest
from slack_sdk import WebClient

from sandbox import snapshot
from sandbox.authorize import ConsentError
from sandbox.slack import Credentials, Slack
from sandbox.testing import LocalSlack
from sandbox.tests.app import EchoApp
from sandbox.tests.conftest import CLIENT, CLIENT_ID, client_of, manifest
from sandbox.tests.kit import refusal, tokens_from
from sandbox.types import JSON

NORTHWIND, CONTOSO = "T01NORTHWD", "T01CONTOSO"


def access(slack: LocalSlack, code: str) -> JSON:
    return tokens_from(client_of(slack, None), **CLIENT, code=code)


def test_an_org_wide_install_names_the_organisation_and_no_workspace(grid: LocalSlack) -> None:
    answer = access(grid, grid.install(org=True))

    enterprise = grid.organisation("globex")
    assert answer["team"] is None
    assert answer["is_enterprise_install"] is True
    assert answer["enterprise"] == {"id": enterprise.enterprise_id, "name": "Globex"}
    assert answer["enterprise"]["id"].startswith("E")
    assert answer["access_token"].startswith("xoxb-")


def test_org_wide_tokens_rotate_too(grid: LocalSlack, app: EchoApp) -> None:
    grid.reset(manifest(app.url, org_deploy_enabled=True, token_rotation_enabled=True))
    grid.enterprise("Globex")
    tokens = grid.org_tokens()

    answer = client_of(grid, None).oauth_v2_access(
        **CLIENT, grant_type="refresh_token", refresh_token=tokens.refresh_token
    )

    assert (answer["team"], answer["is_enterprise_install"]) == (None, True)
    assert answer["enterprise"]["id"] == tokens.enterprise_id


def test_a_workspace_of_an_organisation_may_install_for_itself(grid: LocalSlack) -> None:
    answer = access(grid, grid.install())

    assert answer["team"]["id"] == NORTHWIND
    assert answer["is_enterprise_install"] is False
    assert answer["enterprise"]["name"] == "Globex"
    who = client_of(grid, answer["access_token"]).auth_test()
    assert who["enterprise_id"] == answer["enterprise"]["id"]
    assert (who["team_id"], who["is_enterprise_install"]) == (NORTHWIND, False)


@pytest.mark.parametrize("ready", [True, False])
def test_the_page_offers_the_organisation_to_an_org_ready_app(
    slack: LocalSlack, app: EchoApp, *, ready: bool
) -> None:
    slack.reset(manifest(app.url, org_deploy_enabled=ready))
    link = {"client_id": CLIENT_ID, "scope": "chat:write"}
    alone = httpx.get(slack.authorize_url, params=link).text
    slack.enterprise("Glo<bex")

    page = httpx.get(slack.authorize_url, params=link).text

    assert "All of" not in alone
    assert ("All of Glo&lt;bex" in page) is ready
    assert ('<option value="org">' in page) is ready


def test_an_org_admin_chooses_the_whole_organisation_on_the_page(grid: LocalSlack) -> None:
    fields = {"client_id": CLIENT_ID, "scope": "chat:write", "decision": "allow", "reach": "org"}
    admin = {"team": NORTHWIND, "user_id": "U01WANDAAD"}
    member = {"team": NORTHWIND, "user_id": "U01DANALEE"}

    allowed = httpx.post(grid.authorize_url, data={**fields, **admin})
    refused = httpx.post(grid.authorize_url, data={**fields, **member})

    code = re.findall(r"code=([^&]+)", allowed.headers["location"])[0]
    assert access(grid, code)["is_enterprise_install"]
    assert refused.status_code == 400
    assert "Only an admin of the organisation" in refused.text


def test_an_app_that_is_not_org_ready_is_not_installed_org_wide(slack: LocalSlack) -> None:
    slack.enterprise("Globex")

    with pytest.raises(ConsentError):
        slack.install(org=True)


def test_only_named_admins_install_org_wide(slack: LocalSlack, app: EchoApp) -> None:
    slack.reset(manifest(app.url, org_deploy_enabled=True))
    slack.enterprise("Globex", admins=["omar"])

    with pytest.raises(ConsentError):
        slack.install(by="wanda", org=True)
    assert access(slack, slack.install(org=True))["authed_user"]["id"] == "U02OMARHAD"


def test_after_the_install_the_app_is_in_no_workspace(grid: LocalSlack, app: EchoApp) -> None:
    client = client_of(grid, grid.org_tokens().bot_token)

    assert client.auth_teams_list()["teams"] == []
    assert not grid.person("dana").command("/echo").ok
    error = refusal(client, "users.list", team_id=NORTHWIND)["error"]
    assert error == "team_access_not_granted"
    assert refusal(client, "chat.postMessage", channel="U01DANALEE", text="Hi")["error"] == error


def test_granting_and_revoking_access_tells_the_app(grid: LocalSlack, app: EchoApp) -> None:
    enterprise_id = grid.org_tokens().enterprise_id

    grid.grant_access("northwind", "contoso")
    grid.settle()
    grid.revoke_access("contoso")
    grid.settle()

    granted = app.envelopes("team_access_granted")[0]
    assert granted["event"]["team_ids"] == [NORTHWIND, CONTOSO]
    assert granted["enterprise_id"] == enterprise_id
    assert not {"team_id", "authorizations"} & set(granted)
    revoked = app.envelopes("team_access_revoked")[0]
    assert revoked["event"]["team_ids"] == [CONTOSO]
    assert not {"team_id", "authorizations"} & set(revoked)


def test_granting_twice_is_no_news(grid: LocalSlack, app: EchoApp) -> None:
    grid.org_tokens()
    grid.grant_access("northwind")
    grid.grant_access("northwind")
    grid.revoke_access("contoso")
    grid.settle()

    assert len(app.events("team_access_granted")) == 1
    assert not app.events("team_access_revoked")


def test_a_workspace_without_an_organisation_gets_no_access(slack: LocalSlack) -> None:
    with pytest.raises(LookupError):
        slack.grant_access("northwind")


def test_a_workspaces_own_install_goes_before_the_organisations(
    grid: LocalSlack, app: EchoApp
) -> None:
    own = grid.tokens_for("northwind")
    wide = grid.org_tokens()
    grid.grant_access("northwind", "contoso")
    grid.person("dana").open_home()
    grid.person("mila", "contoso").open_home()
    grid.settle()

    opened = {one["team_id"]: one["authorizations"][0] for one in app.envelopes("app_home_opened")}
    assert opened[NORTHWIND]["user_id"] == own.bot_user_id
    assert opened[CONTOSO]["user_id"] == wide.bot_user_id
    grid.uninstall("northwind")
    assert grid.tokens_for("northwind").bot_user_id == wide.bot_user_id


def test_an_org_installed_app_is_not_installed_in_a_workspace_again(
    grid: LocalSlack, wide: WebClient
) -> None:
    code, other = grid.install("northwind"), grid.install("contoso")

    body = refusal(client_of(grid, None), "oauth.v2.access", **CLIENT, code=code)

    assert body["error"] == "cannot_install_an_org_installed_app"
    assert access(grid, other)["team"]["id"] == CONTOSO


def test_people_of_an_org_installed_workspace_may_give_their_own_token(
    grid: LocalSlack, wide: WebClient
) -> None:
    code = grid.install("northwind", [], user_scopes=["search:read"], by="ana")

    answer = access(grid, code)

    assert answer["authed_user"]["id"] == "U01ANARUIZ"
    assert "access_token" not in answer
    assert wide.users_list(team_id=NORTHWIND)["ok"]
    assert grid.tokens_for("northwind").bot_user_id == grid.org_tokens().bot_user_id


def test_uninstalling_org_wide_ends_everything_at_once(
    grid: LocalSlack, app: EchoApp, wide: WebClient
) -> None:
    tokens = grid.org_tokens()

    grid.uninstall_org()
    grid.settle()

    assert refusal(wide, "auth.test")["error"] == "account_inactive"
    assert not grid.person("dana").command("/echo").ok
    ended = app.envelopes("tokens_revoked")[0]
    assert ended["event"]["tokens"]["bot"] == [tokens.bot_user_id]
    removed = app.envelopes("app_uninstalled")[0]
    assert removed["enterprise_id"] == tokens.enterprise_id
    assert "team_id" not in removed
    again = grid.org_tokens()
    assert again.bot_user_id == tokens.bot_user_id
    assert client_of(grid, again.bot_token).auth_teams_list()["teams"] == []


def test_taking_the_app_out_of_one_workspace_leaves_the_others(
    grid: LocalSlack, app: EchoApp, wide: WebClient
) -> None:
    grid.grant_access("contoso")

    grid.uninstall("northwind")
    grid.settle()

    assert app.events("team_access_revoked")[0]["team_ids"] == [NORTHWIND]
    assert not app.events("app_uninstalled")
    assert wide.users_list(team_id=CONTOSO)["ok"]


def test_the_browser_client_works_in_a_granted_workspace(grid: LocalSlack, wide: WebClient) -> None:
    who = {"team_id": NORTHWIND, "user_id": "U01DANALEE"}

    state = httpx.get(f"{grid.url}/client/api/state", params=who).json()

    assert state["apps"][0]["bot_user_id"] == grid.org_tokens().bot_user_id
    assert state["apps"][0]["im_channel_id"]
    assert grid.org_tokens().bot_user_id in {one["user_id"] for one in state["users"]}


def test_an_organisation_outlives_a_restart(
    grid: LocalSlack, wide: WebClient, tmp_path: Path
) -> None:
    snapshot.save(grid.slack, tmp_path / "state.json")
    other = Slack(grid.slack.manifest, Credentials("1", "2", "3"))

    snapshot.load(other, tmp_path / "state.json")

    assert other.state == grid.state
    assert other.state.org_installation(NORTHWIND) is not None


def test_the_demo_has_no_organisation(slack: LocalSlack) -> None:
    assert slack.state.enterprises == {}
    assert {team.enterprise_id for team in slack.state.teams.values()} == {""}


def test_nobody_joins_a_workspace_outside_their_organisation(slack: LocalSlack) -> None:
    with pytest.raises(LookupError):
        slack.add_member("dana", to="contoso")
