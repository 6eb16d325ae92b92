"""Secrets are unreadable in the table and open only in the row and column they are in."""

import base64
import logging
from dataclasses import replace
from itertools import permutations

import pytest

from installations import crypto
from installations.crypto import FieldKeys, KeyMissingError, KeyRing, SecretUnreadableError
from installations.models import SEALED_COLUMNS, Installation
from installations.tests.factories import (
    LATER,
    make_full_installation,
    make_installation,
    raw_rows,
)

HERE = {"enterprise_id": None, "team_id": "T111"}
GRID = {"enterprise_id": "E111", "team_id": "T111"}


@pytest.fixture
def full(store):
    store.save(make_full_installation())
    return Installation.objects.get()


def test_no_secret_can_be_read_in_the_raw_row(full):
    [row] = raw_rows("installations_installation")

    assert "CANARY" not in str(row)
    for column in SEALED_COLUMNS:
        assert row[column].startswith("v1.test1.")
        blob = row[column].split(".")[2]
        assert b"CANARY" not in base64.urlsafe_b64decode(blob + "=" * (-len(blob) % 4))


def test_every_secret_of_slack_s_installation_has_a_sealed_column():
    secrets = {
        name
        for name, value in make_full_installation().to_dict_for_copying().items()
        if "CANARY" in str(value)
    }

    assert secrets == SEALED_COLUMNS


@pytest.mark.parametrize(("origin", "target"), [*permutations(sorted(SEALED_COLUMNS), 2)])
def test_a_ciphertext_does_not_open_in_another_column(full, origin, target):
    Installation.objects.update(**{target: getattr(full, origin)})

    with pytest.raises(SecretUnreadableError, match=f"installation.{target}"):
        Installation.objects.get().reveal(target)


@pytest.mark.parametrize("column", sorted(SEALED_COLUMNS))
@pytest.mark.parametrize(
    ("_case", "other"),
    [
        ("another workspace", {"team_id": "T222"}),
        ("another enterprise", {"enterprise_id": "E222"}),
        ("no enterprise", {"enterprise_id": None}),
        ("another person", {"user_id": "U_OTHER"}),
        ("an older consent of the same workspace", {"installed_at": LATER}),
    ],
)
def test_ciphertexts_swapped_between_rows_do_not_open(store, full, column, _case, other):
    store.save(make_full_installation(**other))
    second = Installation.objects.exclude(pk=full.pk).get()
    Installation.objects.filter(pk=full.pk).update(**{column: getattr(second, column)})
    Installation.objects.filter(pk=second.pk).update(**{column: getattr(full, column)})

    for row in Installation.objects.all():
        with pytest.raises(SecretUnreadableError):
            row.reveal(column)


def test_the_ciphertext_of_another_app_does_not_open(full):
    Installation.objects.update(client_id="3333.4444")

    with pytest.raises(SecretUnreadableError):
        Installation.objects.get().reveal("bot_token")


def test_finding_a_swapped_token_fails_by_name(store):
    store.save(make_installation())
    store.save(make_installation(team_id="T222"))
    foreign = Installation.objects.get(team_id="T222").bot_token
    Installation.objects.filter(team_id="T111").update(bot_token=foreign)

    for find in (store.find_bot, store.find_installation):
        with pytest.raises(SecretUnreadableError, match=r"installation\.bot_token"):
            find(**HERE)


def test_a_plaintext_token_in_the_table_is_not_taken(store):
    store.save(make_installation())
    Installation.objects.update(bot_token="xoxb-CANARY-typed-in-by-hand")

    with pytest.raises(SecretUnreadableError, match="not in the sealed format") as refused:
        store.find_bot(**HERE)
    assert "CANARY" not in str(refused.value)


def test_an_older_key_still_opens_and_a_new_save_uses_the_first(store, settings):
    store.save(make_full_installation())
    [old] = settings.FIELD_KEYS.main.keys
    settings.FIELD_KEYS = FieldKeys(KeyRing((("test2", b"n" * 32), old)))
    found = store.find_installation(**GRID)

    store.save(found)

    assert found.bot_token == "xoxb-CANARY-bot"
    [row] = raw_rows("installations_installation")
    assert {row[column].split(".")[1] for column in SEALED_COLUMNS} == {"test2"}
    assert store.find_installation(**GRID).to_dict() == found.to_dict()


def test_a_ring_without_the_old_key_says_which_is_missing(store, settings):
    store.save(make_installation())
    settings.FIELD_KEYS = FieldKeys(KeyRing((("test2", b"n" * 32),)))

    with pytest.raises(KeyMissingError, match="no key 'test1'"):
        store.find_bot(**HERE)


def test_the_user_ring_alone_does_not_open_bot_tokens(full, settings):
    place, sealed = full.place("bot_token"), full.bot_token
    user_only = crypto.FieldCipher(KeyRing((("test1", b"u" * 32),)), crypto.Purpose.BOT)

    with pytest.raises(SecretUnreadableError):
        user_only.open(sealed, place)
    with pytest.raises(SecretUnreadableError):
        settings.FIELD_KEYS.cipher(crypto.Purpose.BOT).open(sealed, replace(place, table="other"))


def test_rows_and_what_is_found_do_not_show_secrets(store, full):
    shown = [full, store.find_installation(**GRID), store.find_bot(**GRID), full.__dict__]

    assert "CANARY" not in "".join(f"{one!r} {one!s}" for one in shown)


def test_saving_and_finding_log_no_secret(store, caplog):
    caplog.set_level(logging.DEBUG)
    store.save(make_full_installation())
    store.find_installation(**GRID)
    store.delete_all(**GRID)

    assert "CANARY" not in caplog.text


def test_every_sealed_column_has_a_purpose_of_its_own():
    assert sorted(Installation.SEALED.values()) == sorted(crypto.Purpose)
