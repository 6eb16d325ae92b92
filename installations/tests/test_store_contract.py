"""What slack_sdk's own stores promise: its four behaviours, on our store."""

from datetime import UTC, datetime

import pytest
from slack_sdk.oauth.installation_store import Installation

from installations.tests.factories import make_installation, make_org_installation

HERE = {"enterprise_id": "E111", "team_id": "T111"}
OTHER_TEAM = {"enterprise_id": "E111", "team_id": "T222"}
NO_ENTERPRISE = {"enterprise_id": None, "team_id": "T111"}
THE_ORG = {"enterprise_id": "E111", "team_id": None}

ROTATED = {"bot_token": "xoxe.xoxb-1-new", "bot_refresh_token": "xoxe-1-new"}


def in_enterprise(**changes) -> Installation:
    return make_installation(enterprise_id="E111", **changes)


def save_once(store):
    store.save(in_enterprise())


def save_and_rotate(store):
    first = in_enterprise(bot_refresh_token="xoxe-1-old", bot_token_expires_in=43200)
    store.save(first)
    store.save(in_enterprise(**ROTATED, bot_token_expires_in=43200))


saved_twice = pytest.mark.parametrize("save", [save_once, save_and_rotate])


@saved_twice
def test_what_was_saved_is_found_there_and_nowhere_else(store, save):
    save(store)

    assert store.find_bot(**HERE).bot_user_id == "U_BOT"
    assert store.find_bot(**OTHER_TEAM) is None
    assert store.find_bot(**NO_ENTERPRISE) is None
    assert store.find_bot(**THE_ORG) is None
    assert store.find_installation(**HERE).user_id == "U_INSTALLER"
    assert store.find_installation(**OTHER_TEAM) is None
    assert store.find_installation(**NO_ENTERPRISE) is None


@saved_twice
def test_an_installation_is_found_by_its_installer(store, save):
    save(store)

    assert store.find_installation(**HERE, user_id="U_INSTALLER")
    assert store.find_installation(**HERE, user_id="U_OTHER") is None
    assert store.find_installation(**OTHER_TEAM, user_id="U_INSTALLER") is None


@saved_twice
def test_deleting_the_bots_of_another_team_does_nothing(store, save):
    save(store)

    store.delete_bot(**OTHER_TEAM)
    store.delete_bot(**NO_ENTERPRISE)
    store.delete_bot(**THE_ORG)

    assert store.find_bot(**HERE)


@saved_twice
def test_a_deleted_installation_is_found_no_more(store, save):
    save(store)

    store.delete_installation(**HERE, user_id="U_INSTALLER")

    assert store.find_installation(**HERE, user_id="U_INSTALLER") is None
    assert store.find_installation(**HERE) is None


@saved_twice
def test_after_deleting_all_an_older_installation_can_be_saved_again(store, save):
    installation = in_enterprise()
    store.save(installation)
    save(store)
    store.delete_all(**HERE)
    gone = store.find_bot(**HERE), store.find_installation(**HERE)

    store.save(installation)

    assert gone == (None, None)
    assert store.find_bot(**HERE)
    assert store.find_installation(**HERE, user_id="U_INSTALLER")


def test_a_second_save_brings_the_rotated_tokens(store):
    save_and_rotate(store)

    bot = store.find_bot(**HERE)
    assert (bot.bot_token, bot.bot_refresh_token) == tuple(ROTATED.values())


def test_an_org_wide_bot_is_found_by_its_enterprise(store):
    store.save(make_org_installation())

    assert store.find_bot(**THE_ORG)
    assert store.find_bot(**OTHER_TEAM, is_enterprise_install=True)
    assert store.find_bot(**OTHER_TEAM) is None
    assert store.find_bot(**NO_ENTERPRISE) is None


def test_an_org_wide_installation_is_found_by_its_enterprise(store):
    store.save(make_org_installation())

    assert store.find_installation(**THE_ORG)
    assert store.find_installation(**HERE, is_enterprise_install=True)
    assert store.find_installation(**THE_ORG, user_id="U_INSTALLER")
    assert store.find_installation(**OTHER_TEAM) is None
    assert store.find_installation(**NO_ENTERPRISE) is None
    elsewhere = {"enterprise_id": "E222", "team_id": "T111", "is_enterprise_install": True}
    assert store.find_installation(**elsewhere, user_id="U_INSTALLER") is None


def test_an_org_wide_bot_is_deleted_by_its_enterprise_alone(store):
    store.save(make_org_installation())

    store.delete_bot(**OTHER_TEAM)
    kept = store.find_bot(**THE_ORG)
    store.delete_bot(**THE_ORG)

    assert kept
    assert store.find_bot(**THE_ORG) is None
    assert store.find_installation(**THE_ORG)


def test_everything_of_an_org_is_deleted_at_once(store):
    store.save(make_org_installation())

    store.delete_all(**THE_ORG)

    assert store.find_bot(**THE_ORG) is None
    assert store.find_installation(**THE_ORG) is None
    assert store.find_installation(**THE_ORG, user_id="U_INSTALLER") is None


def test_a_later_install_without_a_bot_hides_no_bot(store):
    # github.com/slackapi/python-slack-sdk/issues/1441
    store.save(in_enterprise(user_token=None))
    store.save(
        Installation(**HERE, app_id="A111", user_id="U_SEARCHER", user_token="xoxp-searcher")
    )

    assert store.find_bot(**HERE).bot_token == "xoxb-CANARY-bot"
    latest = store.find_installation(**HERE)
    assert (latest.user_id, latest.bot_token) == ("U_SEARCHER", "xoxb-CANARY-bot")


@pytest.mark.parametrize(
    ("_case", "installed_at"),
    [
        ("aware", datetime(2026, 9, 21, 12, 0, 0, 123456, tzinfo=UTC)),
        ("a whole second", datetime(2026, 9, 21, 12, tzinfo=UTC)),
        ("seconds", 1_790_000_000.123456),
        ("text", "2026-09-21T12:00:00.123456+00:00"),
    ],
)
def test_a_found_installation_can_be_saved_again_as_the_same(store, _case, installed_at):
    installation = in_enterprise(installed_at=installed_at, bot_token_expires_in=43200)
    store.save(installation)

    found = store.find_installation(**HERE)
    store.save(found)
    store.save_bot(store.find_bot(**HERE))

    again = store.find_installation(**HERE)
    assert again.installed_at == installation.installed_at
    assert again.bot_token_expires_at == installation.bot_token_expires_at
    assert again.to_dict() == found.to_dict()
