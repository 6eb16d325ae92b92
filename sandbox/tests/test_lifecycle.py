"""The end of installations, moves into an organisation, and events that come late."""

import httpx
import pytest
from slack_sdk import WebClient

from sandbox.testing import LocalSlack
from sandbox.tests.app import EchoApp
from sandbox.tests.conftest import CLIENT, client_of, manifest
from sandbox.tests.kit import refusal
from sandbox.types import JSON

NORTHWIND = "T01NORTHWD"


def test_apps_uninstall_removes_the_app(slack: LocalSlack, app: EchoApp, client: WebClient) -> None:
    assert client.apps_uninstall(**CLIENT)["ok"]

    slack.settle()
    assert refusal(client, "auth.test")["error"] == "account_inactive"
    assert app.events("app_uninstalled")
    assert app.events("tokens_revoked")
    assert slack.state.installation(NORTHWIND) is None


def test_apps_uninstall_takes_a_persons_token(slack: LocalSlack) -> None:
    code = slack.install(user_scopes=["search:read"])
    answer = client_of(slack, None).oauth_v2_access(**CLIENT, code=code)
    person = client_of(slack, answer["authed_user"]["access_token"])

    assert person.apps_uninstall(**CLIENT)["ok"]

    assert refusal(client_of(slack, answer["access_token"]), "auth.test")["error"] == (
        "account_inactive"
    )
    assert refusal(person, "auth.test")["error"] == "token_revoked"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "other"}, "invalid_client_id"),
        ({"client_id": ""}, "invalid_client_id"),
        ({"client_secret": "wrong"}, "bad_client_secret"),
    ],
)
def test_apps_uninstall_needs_the_clients_secret(
    client: WebClient, changes: JSON, error: str
) -> None:
    assert refusal(client, "apps.uninstall", **{**CLIENT, **changes})["error"] == error
    assert client.auth_test()["ok"]


def test_apps_uninstall_refuses_another_apps_client(slack: LocalSlack, client: WebClient) -> None:
    other = slack.another_app()
    theirs = {"client_id": other.client_id, "client_secret": other.client_secret}

    assert refusal(client, "apps.uninstall", **theirs)["error"] == "client_id_token_mismatch"
    assert client.auth_test()["ok"]


def test_apps_uninstall_with_an_org_token_removes_the_app_everywhere(
    slack: LocalSlack, app: EchoApp
) -> None:
    slack.reset(manifest(app.url, org_deploy_enabled=True))
    slack.enterprise("Globex")
    client = client_of(slack, slack.org_tokens().bot_token)
    slack.grant_access("northwind")

    assert client.apps_uninstall(**CLIENT)["ok"]

    slack.settle()
    assert slack.state.installation(NORTHWIND) is None
    assert "team_id" not in app.envelopes("app_uninstalled")[0]


def test_an_event_by_hand_is_signed_and_says_when_it_happened(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    event = {"type": "app_uninstalled"}

    first = slack.deliver_event("northwind", event, event_time=1_700_000_000, event_id="Ev1")
    second = slack.deliver_event("northwind", event, event_time=1_700_000_000, event_id="Ev1")

    assert (first.status, second.status) == (200, 200)
    whole = [one.payload for one in app.received]
    assert [one["event_id"] for one in whole] == ["Ev1", "Ev1"]
    assert [one["event_time"] for one in whole] == [1_700_000_000] * 2
    assert whole[0]["team_id"] == NORTHWIND
    assert whole[0]["authorizations"][0]["user_id"] == slack.tokens_for().bot_user_id
    assert whole[0]["event"]["event_ts"]
    assert client.auth_test()["ok"]


def test_events_by_hand_have_ids_of_their_own(slack: LocalSlack, app: EchoApp) -> None:
    for _ in range(2):
        slack.deliver_event("northwind", {"type": "tokens_revoked", "tokens": {}})

    ids = [one.payload["event_id"] for one in app.received]
    assert len(set(ids)) == 2


def test_an_event_by_hand_may_come_after_the_uninstall(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    slack.uninstall()
    slack.settle()
    app.clear()
    app.answers_text("busy", 503)

    answer = slack.deliver_event("northwind", {"type": "app_uninstalled"})

    assert (answer.status, answer.body) == (503, "busy")
    assert len(app.received) == 1
    assert app.last_envelope["authorizations"]


def test_an_event_by_hand_may_concern_an_organisation(slack: LocalSlack, app: EchoApp) -> None:
    enterprise_id = slack.enterprise("Globex").enterprise_id
    event = {"type": "app_uninstalled"}

    slack.deliver_event(None, event, org="globex")
    slack.deliver_event(None, event, org="globex", envelope={"team_id": enterprise_id})
    slack.deliver_event("northwind", event, envelope={"enterprise_id": ..., "team_id": None})

    bare, named, changed = (one.payload for one in app.received)
    assert bare["enterprise_id"] == named["team_id"] == enterprise_id
    assert "team_id" not in bare
    assert "enterprise_id" not in changed
    assert changed["team_id"] is None
    with pytest.raises(ValueError, match="workspace or organisation"):
        slack.deliver_event(None, event)


def test_an_event_by_hand_in_a_workspace_may_be_that_of_the_org_wide_install(
    slack: LocalSlack, app: EchoApp
) -> None:
    slack.reset(manifest(app.url, org_deploy_enabled=True))
    slack.enterprise("Globex")
    slack.tokens_for("northwind")
    wide = slack.org_tokens()

    slack.deliver_event("northwind", {"type": "app_uninstalled"}, org="globex")

    authorization = app.last_envelope["authorizations"][0]
    assert authorization["user_id"] == wide.bot_user_id
    assert (authorization["team_id"], authorization["is_enterprise_install"]) == (None, True)


def test_a_moving_workspace_is_out_of_reach_until_it_has_arrived(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    enterprise_id = slack.enterprise("Globex", teams=["contoso"]).enterprise_id

    slack.start_migration("northwind", into="globex")
    slack.settle()
    assert refusal(client, "auth.test")["error"] == "team_added_to_org"
    assert app.events("grid_migration_started")[0]["enterprise_id"] == enterprise_id
    slack.finish_migration("northwind")
    slack.settle()

    assert app.events("grid_migration_finished")[0]["enterprise_id"] == enterprise_id
    assert app.envelopes("grid_migration_finished")[0]["enterprise_id"] == enterprise_id
    who = client.auth_test()
    assert (who["team_id"], who["enterprise_id"]) == (NORTHWIND, enterprise_id)
    assert who["is_enterprise_install"] is False


def test_the_workspaces_own_install_survives_the_move(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    enterprise_id = slack.enterprise("Globex", teams=[]).enterprise_id
    before = slack.tokens_for()

    slack.migrate("northwind", into="globex")
    slack.settle()

    assert slack.tokens_for().bot_token == before.bot_token
    slack.person("dana").command("/echo", "hi")
    assert app.last["enterprise_id"] == enterprise_id
    assert app.last["is_enterprise_install"] == "false"
    slack.person("dana").open_home()
    slack.settle()
    opened = app.envelopes("app_home_opened")[0]
    assert opened["enterprise_id"] == enterprise_id
    assert opened["authorizations"][0]["enterprise_id"] == enterprise_id
    assert opened["authorizations"][0]["team_id"] == NORTHWIND


def test_nothing_is_refreshed_or_installed_during_the_move(slack: LocalSlack, app: EchoApp) -> None:
    slack.reset(manifest(app.url, token_rotation_enabled=True))
    slack.enterprise("Globex", teams=[])
    refresh_token = slack.tokens_for().refresh_token
    code = slack.install()
    slack.start_migration()
    refresh = {**CLIENT, "grant_type": "refresh_token", "refresh_token": refresh_token}
    nobody = client_of(slack, None)

    moving = refusal(nobody, "oauth.v2.access", **refresh)["error"]
    installing = refusal(nobody, "oauth.v2.access", **CLIENT, code=code)["error"]
    slack.finish_migration()

    assert (moving, installing) == ("team_added_to_org", "team_added_to_org")
    assert nobody.oauth_v2_access(**refresh)["enterprise"]["name"] == "Globex"


def test_an_org_wide_token_reaches_a_moving_workspace_only_afterwards(
    slack: LocalSlack, app: EchoApp
) -> None:
    slack.reset(manifest(app.url, org_deploy_enabled=True))
    slack.enterprise("Globex", teams=["contoso"])
    client = client_of(slack, slack.org_tokens().bot_token)
    slack.migrate("northwind")
    slack.grant_access("northwind")

    assert client.users_list(team_id=NORTHWIND)["ok"]
    assert client.auth_test()["ok"]


def test_a_move_needs_a_beginning(slack: LocalSlack) -> None:
    with pytest.raises(LookupError):
        slack.finish_migration("northwind")
    with pytest.raises(LookupError):
        slack.start_migration("northwind", into="nowhere")


def test_a_reset_ends_what_a_test_set_up(slack: LocalSlack) -> None:
    slack.enterprise("Globex")
    slack.require_admin_approval()
    slack.another_app()
    slack.slack.refresh_grace = 5
    slack.clock.advance(43_200)
    ahead = slack.clock.now()

    slack.reset()

    assert slack.state.enterprises == {}
    assert not slack.team("northwind").needs_approval
    assert slack.slack.other_apps == {}
    assert slack.slack.refresh_grace == 0
    assert slack.clock.now() < ahead


def test_refresh_tokens_are_not_shown_by_the_control_pages(slack: LocalSlack, app: EchoApp) -> None:
    slack.reset(manifest(app.url, token_rotation_enabled=True))
    tokens = slack.tokens_for()

    shown = httpx.get(f"{slack.url}/control/state").text

    assert tokens.refresh_token
    assert tokens.refresh_token not in shown
    assert tokens.bot_token not in shown
