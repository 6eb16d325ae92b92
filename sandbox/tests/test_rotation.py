"""Tokens that expire, and the refresh tokens that renew them."""

import json
import time
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, urlsplit

import pytest
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.token_rotation import TokenRotator

from sandbox import snapshot
from sandbox.manifest import Manifest
from sandbox.slack import Credentials, Slack
from sandbox.testing import LocalSlack
from sandbox.tests.app import EchoApp
from sandbox.tests.conftest import CLIENT, CLIENT_ID, CLIENT_SECRET, client_of, manifest
from sandbox.tests.kit import modal, refusal, section, tokens_from
from sandbox.types import JSON, Value

HALF_A_DAY = 43_200


@pytest.fixture
def rotating(slack: LocalSlack, app: EchoApp) -> LocalSlack:
    """Return the sandbox with an app whose tokens rotate."""
    slack.reset(manifest(app.url, token_rotation_enabled=True))
    return slack


def access(slack: LocalSlack, **arguments: Value) -> JSON:
    return tokens_from(client_of(slack, None), **CLIENT, **arguments)


def refreshed(slack: LocalSlack, refresh_token: str) -> JSON:
    return access(slack, grant_type="refresh_token", refresh_token=refresh_token)


def refused(slack: LocalSlack, refresh_token: str) -> str:
    arguments = {**CLIENT, "grant_type": "refresh_token", "refresh_token": refresh_token}
    return str(refusal(client_of(slack, None), "oauth.v2.access", **arguments)["error"])


def error_of(slack: LocalSlack, token: str) -> str:
    return str(refusal(client_of(slack, token), "auth.test")["error"])


def works(slack: LocalSlack, token: str) -> bool:
    return bool(client_of(slack, token).auth_test()["ok"])


def installed(slack: LocalSlack, **arguments: Value) -> JSON:
    return access(slack, code=slack.install(**arguments))


def test_an_install_brings_expiring_tokens_for_bot_and_person(rotating: LocalSlack) -> None:
    answer = installed(rotating, user_scopes=["search:read"])

    person = answer["authed_user"]
    assert answer["access_token"].startswith("xoxe.xoxb-")
    assert person["access_token"].startswith("xoxe.xoxp-")
    assert answer["refresh_token"].startswith("xoxe-1-")
    assert person["refresh_token"].startswith("xoxe-1-")
    assert answer["refresh_token"] != person["refresh_token"]
    assert (answer["expires_in"], person["expires_in"]) == (HALF_A_DAY, HALF_A_DAY)


def test_without_rotation_tokens_do_not_expire(slack: LocalSlack) -> None:
    answer = installed(slack)
    slack.clock.advance(10 * HALF_A_DAY)

    assert "refresh_token" not in answer
    assert "expires_in" not in answer
    assert works(slack, answer["access_token"])


def test_an_access_token_lives_twelve_hours(rotating: LocalSlack) -> None:
    token = installed(rotating)["access_token"]

    rotating.clock.advance(HALF_A_DAY - 60)
    assert works(rotating, token)
    rotating.clock.advance(60)
    assert error_of(rotating, token) == "token_expired"


def test_a_bots_refresh_answers_with_everything_slack_says(rotating: LocalSlack) -> None:
    before = installed(rotating)

    after = refreshed(rotating, before["refresh_token"])

    assert after["token_type"] == "bot"
    assert after["access_token"].startswith("xoxe.xoxb-")
    assert after["access_token"] != before["access_token"]
    assert after["refresh_token"] != before["refresh_token"]
    assert after["expires_in"] == HALF_A_DAY
    assert after["scope"] == before["scope"]
    assert after["bot_user_id"] == before["bot_user_id"]
    assert after["team"] == {"id": "T01NORTHWD", "name": "Northwind"}
    assert (after["enterprise"], after["is_enterprise_install"]) == (None, False)
    assert "authed_user" not in after
    assert works(rotating, after["access_token"])


def test_a_persons_refresh_is_about_the_person(rotating: LocalSlack) -> None:
    before = installed(rotating, user_scopes=["search:read"])

    after = refreshed(rotating, before["authed_user"]["refresh_token"])

    assert (after["token_type"], after["user_id"]) == ("user", "U01WANDAAD")
    assert after["access_token"].startswith("xoxe.xoxp-")
    assert after["scope"] == "search:read"
    assert "bot_user_id" not in after
    assert refreshed(rotating, before["refresh_token"])["token_type"] == "bot"


def test_a_refresh_token_answers_once(rotating: LocalSlack) -> None:
    first = installed(rotating)["refresh_token"]
    second = refreshed(rotating, first)["refresh_token"]

    assert refused(rotating, first) == "invalid_refresh_token"
    assert refreshed(rotating, second)["ok"]
    assert refused(rotating, "xoxe-1-invented") == "invalid_refresh_token"


def test_a_grace_period_lets_a_used_refresh_token_answer_again(rotating: LocalSlack) -> None:
    rotating.slack.refresh_grace = 30
    first = installed(rotating)["refresh_token"]
    refreshed(rotating, first)

    rotating.clock.advance(29)
    assert works(rotating, refreshed(rotating, first)["access_token"])
    rotating.clock.advance(1)
    assert refused(rotating, first) == "invalid_refresh_token"


def test_only_the_two_newest_access_tokens_work(rotating: LocalSlack) -> None:
    first = installed(rotating)
    second = refreshed(rotating, first["refresh_token"])
    assert works(rotating, first["access_token"])

    third = refreshed(rotating, second["refresh_token"])

    assert error_of(rotating, first["access_token"]) == "token_revoked"
    assert works(rotating, second["access_token"])
    assert works(rotating, third["access_token"])


def test_the_limit_counts_each_workspace_and_each_person_alone(rotating: LocalSlack) -> None:
    answers = [
        installed(rotating, user_scopes=["search:read"]),
        installed(rotating, team="contoso"),
        installed(rotating, user_scopes=["search:read"], app_scopes=[], by="dana"),
    ]

    assert all(works(rotating, one["access_token"]) for one in answers[:2])
    people = [answers[0]["authed_user"], answers[2]["authed_user"]]
    assert all(works(rotating, one["access_token"]) for one in people)


def test_a_consent_renews_and_ends_the_old_refresh_token(rotating: LocalSlack) -> None:
    old = installed(rotating)

    new = installed(rotating)

    assert new["access_token"] != old["access_token"]
    assert refused(rotating, old["refresh_token"]) == "invalid_refresh_token"
    assert works(rotating, refreshed(rotating, new["refresh_token"])["access_token"])


def test_after_an_uninstall_nothing_is_renewed(rotating: LocalSlack) -> None:
    answer = installed(rotating)

    rotating.uninstall()

    assert refused(rotating, answer["refresh_token"]) == "token_revoked"
    assert error_of(rotating, answer["access_token"]) == "account_inactive"


def test_revoking_a_rotating_token_ends_that_token_alone(
    rotating: LocalSlack, app: EchoApp
) -> None:
    answer = installed(rotating)
    token = answer["access_token"]

    assert client_of(rotating, token).auth_revoke()["revoked"]

    rotating.settle()
    assert error_of(rotating, token) == "token_revoked"
    assert works(rotating, refreshed(rotating, answer["refresh_token"])["access_token"])
    assert not app.events("app_uninstalled")
    assert not app.events("tokens_revoked")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "other"}, "invalid_client_id"),
        ({"client_secret": "wrong"}, "bad_client_secret"),
        ({"refresh_token": ""}, "invalid_refresh_token"),
        ({"grant_type": "password"}, "invalid_grant_type"),
    ],
)
def test_a_wrong_refresh_is_refused_and_uses_nothing_up(
    rotating: LocalSlack, changes: JSON, error: str
) -> None:
    refresh_token = installed(rotating)["refresh_token"]
    right = {**CLIENT, "grant_type": "refresh_token", "refresh_token": refresh_token}

    body = refusal(client_of(rotating, None), "oauth.v2.access", **{**right, **changes})

    assert body["error"] == error
    assert refreshed(rotating, refresh_token)["ok"]


def test_a_refresh_may_use_basic_authentication(rotating: LocalSlack) -> None:
    refresh_token = installed(rotating)["refresh_token"]
    arguments = {"grant_type": "refresh_token", "refresh_token": refresh_token}

    answer = client_of(rotating, None).api_call("oauth.v2.access", auth=CLIENT, params=arguments)

    assert answer["token_type"] == "bot"


def exchange(slack: LocalSlack, token: str) -> JSON:
    return cast("JSON", client_of(slack, None).oauth_v2_exchange(token=token, **CLIENT).data)


def not_exchanged(slack: LocalSlack, token: str) -> str:
    arguments = {**CLIENT, "token": token}
    return str(refusal(client_of(slack, None), "oauth.v2.exchange", **arguments)["error"])


def test_a_long_lived_token_is_exchanged_once(slack: LocalSlack, app: EchoApp) -> None:
    old = slack.tokens_for().bot_token
    assert not_exchanged(slack, old) == "token_rotation_not_enabled"
    slack.slack.manifest = Manifest.from_json(manifest(app.url, token_rotation_enabled=True))

    answer = exchange(slack, old)

    assert answer["access_token"].startswith("xoxe.xoxb-")
    assert (answer["token_type"], answer["expires_in"]) == ("bot", HALF_A_DAY)
    assert works(slack, answer["access_token"])
    assert not_exchanged(slack, old) == "token_already_exchanged"
    assert not_exchanged(slack, answer["access_token"]) == "invalid_token"
    assert not_exchanged(slack, "") == "not_authed"
    refreshed(slack, answer["refresh_token"])
    assert error_of(slack, old) == "token_revoked"


def test_a_token_of_a_removed_app_is_not_exchanged(slack: LocalSlack, app: EchoApp) -> None:
    old = slack.tokens_for().bot_token
    slack.uninstall()
    slack.slack.manifest = Manifest.from_json(manifest(app.url, token_rotation_enabled=True))

    assert not_exchanged(slack, old) == "authorization_not_found"


def test_the_sdks_own_rotator_renews_bot_and_person(rotating: LocalSlack) -> None:
    answer = installed(rotating, user_scopes=["search:read"])
    person = answer["authed_user"]
    rotator = TokenRotator(**CLIENT, client=client_of(rotating, None))

    renewed = rotator.perform_token_rotation(
        installation=Installation(
            user_id=person["id"],
            bot_token=answer["access_token"],
            bot_refresh_token=answer["refresh_token"],
            bot_token_expires_at=int(time.time()),
            user_token=person["access_token"],
            user_refresh_token=person["refresh_token"],
            user_token_expires_at=int(time.time()),
        )
    )

    assert renewed is not None
    assert works(rotating, str(renewed.bot_token))
    assert works(rotating, str(renewed.user_token))
    assert renewed.bot_refresh_token != answer["refresh_token"]


def test_modals_open_with_a_rotating_token(rotating: LocalSlack, app: EchoApp) -> None:
    client = client_of(rotating, rotating.tokens_for().bot_token)
    dana = rotating.person("dana")
    dana.shortcut("say")

    client.views_open(trigger_id=app.last["trigger_id"], view=modal(section()))

    assert dana.view is not None


def test_tokens_for_names_the_newest_pair(rotating: LocalSlack) -> None:
    first = rotating.tokens_for()

    answer = refreshed(rotating, first.refresh_token)

    now = rotating.tokens_for()
    assert (now.bot_token, now.refresh_token) == (answer["access_token"], answer["refresh_token"])
    assert now.expires_at == pytest.approx(rotating.clock.now() + HALF_A_DAY, abs=60)


def test_refreshes_are_counted_without_their_secrets(rotating: LocalSlack) -> None:
    refresh_token = installed(rotating)["refresh_token"]
    refreshed(rotating, refresh_token)

    calls = rotating.calls("oauth.v2.access")

    assert [one.get("grant_type") for one in calls] == [None, "refresh_token"]
    kept = json.dumps(calls)
    assert refresh_token not in kept
    assert CLIENT_SECRET not in kept
    rotating.reset()
    assert rotating.calls() == []


def test_a_refresh_can_fail_or_be_lost_on_its_way_back(rotating: LocalSlack) -> None:
    refresh_token = installed(rotating)["refresh_token"]
    rotating.faults.fail("oauth.v2.access", headers={"retry-after": "7"})

    assert refused(rotating, refresh_token) == "ratelimited"
    rotating.faults.drop("oauth.v2.access", performed=True)
    with pytest.raises(ConnectionError):
        refreshed(rotating, refresh_token)
    assert refused(rotating, refresh_token) == "invalid_refresh_token"


@pytest.mark.parametrize("name", ["retry-after", "Retry-After"])
def test_a_planned_retry_after_is_the_only_one(slack: LocalSlack, name: str) -> None:
    slack.faults.fail("auth.test", headers={name: "7"})

    fault = slack.faults.take("auth.test")

    assert fault is not None
    assert dict(fault.headers) == {name: "7"}


def test_a_user_only_link_brings_no_bot_token(rotating: LocalSlack) -> None:
    bot = installed(rotating)
    link = f"https://slack.com/oauth/v2/authorize?client_id={CLIENT_ID}&user_scope=search:read"
    back = rotating.install_redirect(authorize_url=link, by="ana")

    answer = access(rotating, code=parse_qs(urlsplit(back).query)["code"][0])

    assert answer["authed_user"]["access_token"].startswith("xoxe.xoxp-")
    assert not {"access_token", "refresh_token", "bot_user_id", "scope"} & set(answer)
    assert works(rotating, refreshed(rotating, bot["refresh_token"])["access_token"])


def test_rotation_outlives_a_restart(rotating: LocalSlack, tmp_path: Path) -> None:
    refresh_token = installed(rotating)["refresh_token"]
    snapshot.save(rotating.slack, tmp_path / "state.json")
    other = Slack(rotating.slack.manifest, Credentials("1", "2", "3"))

    snapshot.load(other, tmp_path / "state.json")

    assert other.state == rotating.state
    assert refresh_token in other.state.refresh_tokens


def test_a_refresh_makes_the_state_file_due(rotating: LocalSlack) -> None:
    refresh_token = installed(rotating)["refresh_token"]
    saved = rotating.slack.changes.version

    refreshed(rotating, refresh_token)

    assert rotating.slack.changes.version > saved


def test_a_state_file_from_before_rotation_still_loads(slack: LocalSlack, tmp_path: Path) -> None:
    slack.tokens_for()
    path = tmp_path / "state.json"
    snapshot.save(slack.slack, path)
    stored = json.loads(path.read_text(encoding="utf-8"))
    for table in ("enterprises", "refresh_tokens", "install_requests"):
        del stored["state"][table]
    for token in stored["state"]["tokens"].values():
        del token["expires_at"], token["exchanged"]
    for installation in stored["state"]["installations"].values():
        del installation["granted_team_ids"]
    for team in stored["state"]["teams"].values():
        del team["enterprise_id"], team["migrating_to"], team["needs_approval"]
    path.write_text(json.dumps(stored), encoding="utf-8")
    other = Slack(slack.slack.manifest, Credentials("1", "2", "3"))

    snapshot.load(other, path)

    assert other.state == slack.state
