"""Bolt is told which bot speaks, from the database alone."""

import logging

import pytest
from slack_bolt import BoltContext

from installations.authorize import DatabaseAuthorize
from installations.crypto import FieldKeys, KeyMissingError, KeyRing, SecretUnreadableError
from installations.models import Installation
from installations.store import DjangoInstallationStore
from installations.tests.factories import (
    BOT_TOKEN,
    LATER,
    NOON,
    make_installation,
    make_org_installation,
)

pytestmark = pytest.mark.usefixtures("offline")


@pytest.fixture
def authorize(store):
    """Return our authorize as a function of enterprise, team and person."""

    def ask(enterprise_id, team_id, user_id="U_ANYBODY"):
        return DatabaseAuthorize(store)(
            context=BoltContext(),
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            actor_team_id="T_ACTOR",
        )

    return ask


def test_the_workspace_s_bot_speaks_without_a_call_to_slack(authorize, store):
    store.save(make_installation())

    result = authorize(None, "T111")

    assert (result.bot_token, result.bot_user_id, result.bot_id) == (BOT_TOKEN, "U_BOT", "B111")
    assert (result.team_id, result.bot_scopes) == ("T111", ["chat:write", "commands"])


def test_nobody_ever_gets_a_user_token_not_even_its_owner(authorize, store):
    store.save(make_installation())

    for user_id in ("U_INSTALLER", "U_ANYBODY", None):
        result = authorize(None, "T111", user_id)

        assert (result.user_token, result.user_id, result.user_scopes) == (None, None, None)
        assert "xoxp" not in str(dict(result))


def test_an_unknown_team_has_no_bot(authorize, store, caplog):
    store.save(make_installation())

    assert authorize(None, "T222") is None
    assert "no bot for team T222" in caplog.text


@pytest.mark.parametrize(
    ("enterprise_id", "team_id"), [(None, None), ("", ""), ("E111", None), (None, "")]
)
def test_a_request_without_a_team_has_no_bot_of_a_workspace(
    authorize, store, enterprise_id, team_id
):
    store.save(make_installation())
    store.save(make_installation(enterprise_id="E111", team_id="T222"))

    assert authorize(enterprise_id, team_id) is None


def test_the_newest_bot_speaks(authorize, store):
    store.save(make_installation(installed_at=LATER, bot_token="xoxb-new"))
    store.save(make_installation(installed_at=NOON, bot_token="xoxb-old"))

    assert authorize(None, "T111").bot_token == "xoxb-new"


def test_the_organisation_s_bot_speaks_in_all_its_teams(authorize, store):
    store.save(make_org_installation(bot_token="xoxb-org"))

    assert authorize("E111", "T777").bot_token == "xoxb-org"
    assert authorize("E111", None).bot_token == "xoxb-org"
    assert authorize("E222", "T777") is None
    assert authorize(None, "T777") is None


def test_a_team_s_own_bot_goes_before_that_of_its_organisation(authorize, store):
    store.save(make_org_installation(bot_token="xoxb-org", installed_at=LATER))
    store.save(make_installation(enterprise_id="E111", installed_at=NOON, bot_token="xoxb-team"))

    assert authorize("E111", "T111").bot_token == "xoxb-team"
    store.delete_bot(enterprise_id="E111", team_id="T111")
    assert authorize("E111", "T111").bot_token == "xoxb-org"


def test_a_workspace_that_moved_into_an_organisation_keeps_its_bot(authorize, store):
    store.save(make_installation(enterprise_id=None, bot_token="xoxb-before-grid"))

    assert authorize("E111", "T111").bot_token == "xoxb-before-grid"


def test_a_guest_s_enterprise_does_not_bring_the_guest_s_bot(authorize, store):
    # The host's team comes with the enterprise of the person who clicked.
    store.save(make_installation(bot_token="xoxb-host"))
    store.save(make_org_installation(enterprise_id="E_GUEST", bot_token="xoxb-guest"))

    assert authorize("E_GUEST", "T111").bot_token == "xoxb-host"


def test_an_uninstalled_workspace_has_no_bot(authorize, store):
    store.save(make_installation())
    store.delete_all(enterprise_id=None, team_id="T111")

    assert authorize(None, "T111") is None


def test_a_workspace_whose_only_install_had_no_bot_has_none(authorize, store):
    store.save(make_installation(bot_token=None))

    assert authorize(None, "T111") is None


def test_the_bot_of_another_app_does_not_speak(store, authorize):
    DjangoInstallationStore(client_id="3333.4444").save(make_installation())

    assert authorize(None, "T111") is None
    assert authorize("E111", "T111") is None


@pytest.mark.parametrize("enterprise_id", [None, "E111"])
def test_a_token_that_does_not_open_is_a_failure_and_not_an_uninstalled_app(
    authorize, store, caplog, enterprise_id
):
    store.save(make_installation())
    Installation.objects.update(bot_token="xoxb-CANARY-plaintext")
    caplog.set_level(logging.DEBUG)

    with pytest.raises(SecretUnreadableError) as failed:
        authorize(enterprise_id, "T111")
    assert "CANARY" not in f"{caplog.text} {failed.value!r}"


def test_a_missing_key_is_named_by_its_id(authorize, store, settings):
    store.save(make_installation())
    settings.FIELD_KEYS = FieldKeys(KeyRing((("k2", b"n" * 32),)))

    with pytest.raises(KeyMissingError, match="no key 'test1' in the key ring"):
        authorize(None, "T111")


def test_an_unreadable_team_token_does_not_fall_through_to_another_bot(authorize, store):
    store.save(make_installation(enterprise_id="E111"))
    store.save(make_org_installation(bot_token="xoxb-org"))
    Installation.objects.filter(team_id="T111").update(bot_token="v1.test1.AAAA")

    with pytest.raises(SecretUnreadableError):
        authorize("E111", "T111")
