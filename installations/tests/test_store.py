"""What our store promises beyond slack_sdk's contract."""

import pytest
from django.db import IntegrityError

from installations import services
from installations.models import Installation
from installations.store import DjangoInstallationStore
from installations.tests.factories import (
    BOT_TOKEN,
    CLIENT_ID,
    LATER,
    NOON,
    USER_TOKEN,
    make_bot,
    make_full_installation,
    make_installation,
    make_org_installation,
)

HERE = {"enterprise_id": None, "team_id": "T111"}
GRID = {"enterprise_id": "E111", "team_id": "T111"}


def test_every_field_comes_back(store):
    installation = make_full_installation()
    store.save(installation)

    assert store.find_installation(**GRID).to_dict_for_copying() == (
        installation.to_dict_for_copying()
    )
    assert store.find_bot(**GRID).to_dict() == installation.to_bot().to_dict()


def test_missing_fields_come_back_as_none(store):
    store.save(make_installation(app_id=None, team_name=None, user_token=None, bot_id=None))

    found = store.find_installation(**HERE)
    missing = (found.app_id, found.team_name, found.user_token, found.bot_id, found.enterprise_url)
    assert missing == (None,) * 5
    assert (found.user_scopes, found.custom_values) == ([], {})


def test_the_same_team_with_and_without_an_enterprise_are_two(store):
    store.save(make_installation(bot_token="xoxb-alone"))
    store.save(make_installation(bot_token="xoxb-grid", enterprise_id="E111"))

    assert store.find_bot(**HERE).bot_token == "xoxb-alone"
    assert store.find_bot(**GRID).bot_token == "xoxb-grid"
    store.delete_all(**HERE)
    assert store.find_bot(**HERE) is None
    assert store.find_bot(**GRID).bot_token == "xoxb-grid"


def test_an_org_wide_install_that_names_a_team_is_kept_without_it(store):
    # github.com/slackapi/python-slack-sdk/issues/1639
    store.save(make_org_installation(team_id="T111"))

    row = Installation.objects.get()
    assert (row.team_id, row.is_enterprise_install) == (None, True)
    assert store.find_bot(enterprise_id="E111", team_id=None)


def test_the_database_refuses_an_org_wide_row_with_a_team(store):
    store.save(make_org_installation())

    with pytest.raises(IntegrityError, match="org_wide_installation_has_no_team"):
        Installation.objects.update(team_id="T111")


def test_the_database_takes_one_row_per_key_even_where_the_key_has_nulls(store):
    store.save(make_org_installation(installed_at=NOON))
    row = Installation.objects.get()
    row.pk = None

    with pytest.raises(IntegrityError, match="installation_once"):
        row.save(force_insert=True)


def test_every_consent_is_a_row_and_the_newest_answers(store):
    store.save(make_installation(bot_token="xoxb-new", installed_at=LATER))
    store.save(make_installation(bot_token="xoxb-old", installed_at=NOON))

    assert Installation.objects.count() == 2
    assert store.find_bot(**HERE).bot_token == "xoxb-new"
    assert store.find_installation(**HERE).bot_token == "xoxb-new"


def test_saving_the_same_installation_again_updates_its_row(store):
    store.save(make_installation(installed_at=NOON))
    store.save(make_installation(installed_at=NOON, bot_token="xoxb-rotated", team_name="Renamed"))

    assert Installation.objects.get().team_name == "Renamed"
    assert store.find_bot(**HERE).bot_token == "xoxb-rotated"


def test_a_bot_saved_alone_is_a_bot_but_nobody_s_installation(store):
    store.save_bot(make_bot())

    assert store.find_bot(**HERE).to_dict() == make_bot().to_dict()
    assert store.find_installation(**HERE) is None


def test_a_rotated_bot_updates_the_installer_s_row_and_keeps_the_person(store):
    store.save(make_installation(installed_at=NOON))
    store.save_bot(make_bot(bot_token="xoxb-rotated"))

    [row] = Installation.objects.all()
    assert row.user_id == "U_INSTALLER"
    found = store.find_installation(**HERE)
    assert (found.bot_token, found.user_token) == ("xoxb-rotated", USER_TOKEN)


def test_deleting_bots_leaves_the_people(store):
    store.save(make_installation(installed_at=NOON))
    store.save(make_installation(installed_at=LATER))

    store.delete_bot(**HERE)

    assert store.find_bot(**HERE) is None
    found = store.find_installation(**HERE)
    assert (found.bot_token, found.user_token) == (None, USER_TOKEN)


def test_deleting_a_person_leaves_the_bot_and_other_people(store):
    store.save(make_installation(installed_at=NOON, user_id="U_OTHER", user_token="xoxp-other"))
    store.save(make_installation(installed_at=LATER))

    store.delete_installation(**HERE, user_id="U_INSTALLER")

    assert store.find_bot(**HERE).bot_token == BOT_TOKEN
    found = store.find_installation(**HERE)
    assert (found.user_id, found.user_token) == ("U_OTHER", "xoxp-other")
    assert store.find_installation(**HERE, user_id="U_INSTALLER") is None


def test_deleting_wipes_every_ciphertext_and_keeps_the_rows(store):
    store.save(make_full_installation())
    store.save(make_full_installation(installed_at=LATER))

    store.delete_all(**GRID)

    rows = Installation.objects.all()
    assert len(rows) == 2
    for row in rows:
        assert row.removed_at is not None
        assert not any((row.bot_token, row.bot_refresh_token, row.user_token))
        assert not any((row.user_refresh_token, row.incoming_webhook_url))


def test_another_person_gets_the_newest_bot_and_their_own_user_token_only(store):
    store.save(
        make_installation(
            installed_at=NOON, user_id="U_SEARCHER", user_token="xoxp-searcher", bot_token=None
        )
    )
    store.save(make_installation(installed_at=LATER, bot_token="xoxb-new"))

    found = store.find_installation(**HERE, user_id="U_SEARCHER")
    assert (found.user_id, found.user_token) == ("U_SEARCHER", "xoxp-searcher")
    assert (found.bot_token, found.bot_user_id) == ("xoxb-new", "U_BOT")


def test_a_person_s_own_old_bot_gives_way_to_the_newest(store):
    store.save(make_installation(installed_at=NOON, user_id="U_FIRST", bot_token="xoxb-dead"))
    store.save(make_installation(installed_at=LATER, bot_token="xoxb-alive"))

    assert store.find_installation(**HERE, user_id="U_FIRST").bot_token == "xoxb-alive"


def test_two_apps_do_not_see_each_other(store):
    other = DjangoInstallationStore(client_id="3333.4444")
    store.save(make_installation(installed_at=NOON))
    other.save(make_installation(installed_at=NOON, bot_token="xoxb-of-the-other-app"))

    assert store.find_bot(**HERE).bot_token == BOT_TOKEN
    assert other.find_bot(**HERE).bot_token == "xoxb-of-the-other-app"
    other.delete_all(**HERE)
    assert other.find_bot(**HERE) is None
    assert store.find_bot(**HERE).bot_token == BOT_TOKEN


def test_the_store_logs_where_it_is_told_to(store):
    assert store.logger.name == "installations.store"


@pytest.mark.parametrize("name", ["team_name", "enterprise_name", "incoming_webhook_channel"])
@pytest.mark.parametrize(
    ("_case", "said", "kept"),
    [
        ("longer than the column", "n" * 300, "n" * 255),
        ("with a NUL", "North\0wind", "Northwind"),
        ("with half a surrogate pair", "North\ud83dwind", "North?wind"),
        ("astral", "🚀" * 300, "🚀" * 255),
    ],
)
def test_a_name_that_the_database_cannot_hold_does_not_stop_an_install(
    store, name, _case, said, kept
):
    services.complete_install(client_id=CLIENT_ID, installation=make_installation(**{name: said}))

    assert getattr(Installation.objects.get(), name) == kept
