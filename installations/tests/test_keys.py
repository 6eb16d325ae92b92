"""A process with a wrong or missing key is never ready and never writes."""

import threading
from contextlib import closing
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.test import Client

from installations import keys
from installations.crypto import (
    FieldKeys,
    KnownKey,
    Purpose,
    RetiredKeyError,
    Ring,
    UserKeysMissingError,
    WrongKeyError,
    key_problems,
)
from installations.models import Installation, KeyCheck, Workspace
from installations.services import complete_install, retire_key, tokens
from installations.tests.browsing import consent, says
from installations.tests.factories import (
    CLIENT_ID,
    make_bot,
    make_full_installation,
    make_installation,
)
from installations.tests.keyrings import (
    NEW,
    OLD,
    STRANGE,
    USER_NEW,
    USER_OLD,
    given_away,
    plain,
    ring,
    wait_until_somebody_waits,
    web,
    worker,
)

pytestmark = pytest.mark.django_db

HERE = {"enterprise_id": None, "team_id": "T111"}
ROW = {"enterprise_id": "E111", "team_id": "T111"}


def known(key, kind=Ring.MAIN, *, retired=False) -> KnownKey:
    held = ring(key) if kind is Ring.MAIN else ring(key).public()
    return KnownKey(kind, key[0], held.fingerprints()[key[0]], retired)


MAIN, USER = known(OLD), known(USER_OLD, Ring.USER)


@pytest.mark.parametrize(
    ("_case", "held", "stored"),
    [
        ("nothing sealed yet", plain(), []),
        ("the key that sealed", plain(), [MAIN]),
        ("a new key first", plain(NEW, OLD), [MAIN]),
        ("a new key that others write with already", plain(OLD, NEW), [MAIN, known(NEW)]),
        ("an old key that is retired", plain(NEW), [known(OLD, retired=True), known(NEW)]),
        ("a retired one still there", plain(NEW, OLD), [known(OLD, retired=True), known(NEW)]),
        ("user keys, not used yet", web(), [MAIN]),
        ("user keys", worker(), [MAIN, USER]),
        ("their public half", web(), [MAIN, USER]),
        ("their public half, a new one first", web(USER_NEW, USER_OLD), [MAIN, USER]),
        ("a new public half alone", web(USER_NEW), [MAIN, USER, known(USER_NEW, Ring.USER)]),
        ("user keys were given up", plain(), [MAIN, known(USER_OLD, Ring.USER, retired=True)]),
    ],
)
def test_the_right_keys_have_no_problem(_case, held, stored):
    assert key_problems(held, stored) == []


@pytest.mark.parametrize(
    ("_case", "held", "stored", "kid", "says"),
    [
        ("another key", plain(("m1", STRANGE)), [MAIN], "m1", "not the key that sealed data here"),
        ("no key", plain(NEW), [MAIN], "m1", "missing from FIELD_KEYS"),
        ("of two one", plain(NEW), [known(NEW), MAIN], "m1", "missing from FIELD_KEYS"),
        ("another behind", plain(NEW, ("m1", STRANGE)), [MAIN], "m1", "not the key that sealed"),
        ("retired", plain(), [known(OLD, retired=True)], "m1", "retired"),
        (
            "an id used again",
            plain(NEW, ("m1", STRANGE)),
            [known(OLD, retired=True)],
            "m1",
            "not the key",
        ),
        ("no user keys", plain(), [MAIN, USER], "u1", "set FIELD_KEYS_USER_PUBLIC"),
        ("another user key", worker(("u1", STRANGE)), [USER], "u1", "FIELD_KEYS_USER is wrong"),
        ("another public half", web(("u1", STRANGE)), [USER], "u1", "not the key that sealed"),
        ("user key missing", worker(USER_NEW), [USER], "u1", "missing from FIELD_KEYS_USER"),
        ("public half of strangers", web(("x1", STRANGE)), [USER], "u1", "holds no key used here"),
        (
            "public half retired",
            web(),
            [known(USER_OLD, Ring.USER, retired=True)],
            "u1",
            "retired",
        ),
    ],
)
def test_a_wrong_key_is_a_problem_that_names_it(_case, held, stored, kid, says):
    [problem] = key_problems(held, stored)

    assert problem.kid == kid
    assert f"{kid!r}" in problem.message
    assert says in problem.message


def test_the_first_write_registers_the_key_that_sealed(store, settings):
    settings.FIELD_KEYS = worker()

    store.save_bot(make_bot())
    assert {str(check) for check in KeyCheck.objects.all()} == {"main m1"}
    store.save(make_installation())

    assert {check.known for check in KeyCheck.objects.all()} == {MAIN, USER}


def test_clearing_a_column_needs_no_key(store, settings):
    settings.FIELD_KEYS = plain()
    store.save(make_full_installation())
    settings.FIELD_KEYS = plain(("m1", STRANGE))

    store.delete_all(**ROW)

    assert Installation.objects.get().bot_token == ""


@pytest.mark.parametrize(
    ("_case", "held", "kid"),
    [
        ("another key under its id", plain(("m1", STRANGE)), "m1"),
        ("an unknown key alone", plain(NEW), "m1"),
        ("no user keys", plain(), "u1"),
        ("another public half", web(("u1", STRANGE)), "u1"),
    ],
)
def test_a_wrong_key_is_never_ready_and_never_writes(store, settings, _case, held, kid, caplog):
    settings.FIELD_KEYS = worker()
    store.save(make_installation())
    before = [*Installation.objects.values()], [*KeyCheck.objects.values()]
    settings.FIELD_KEYS = held

    answer = Client().get("/readyz")
    for write in (store.save, lambda one: complete_install(client_id=CLIENT_ID, installation=one)):
        with pytest.raises(WrongKeyError, match=f"'{kid}'"):
            write(make_installation(team_id="T222"))
    with pytest.raises(WrongKeyError, match=f"'{kid}'"):
        store.save_bot(make_bot(team_id="T222"))

    assert answer.status_code == 503
    assert f"key '{kid}'" in answer.json()["problem"]
    assert ([*Installation.objects.values()], [*KeyCheck.objects.values()]) == before
    assert not Workspace.objects.exists()
    assert not given_away(answer.content.decode() + caplog.text)


def test_the_right_key_is_ready(store, settings):
    settings.FIELD_KEYS = worker()
    store.save(make_installation())

    for held in (worker(), web(), worker(USER_NEW, USER_OLD)):
        settings.FIELD_KEYS = held
        assert Client().get("/readyz").json() == {"ready": True}


def test_of_two_new_processes_with_different_keys_the_second_is_refused(store, settings):
    settings.FIELD_KEYS = plain()
    store.save(make_installation())
    settings.FIELD_KEYS = plain(("m1", STRANGE))

    with pytest.raises(WrongKeyError, match="'m1' is not the key"):
        store.save(make_installation(team_id="T222"))


@pytest.mark.django_db(transaction=True)
def test_of_two_first_writers_at_once_the_second_is_refused():
    refused: list[WrongKeyError] = []

    def second() -> None:
        with closing(connections["default"]), transaction.atomic():
            try:
                admit(plain(("m1", STRANGE)))
            except WrongKeyError as wrong:
                refused.append(wrong)

    with transaction.atomic():
        admit(plain())
        thread = threading.Thread(target=second)
        thread.start()
        wait_until_somebody_waits()
    thread.join()

    assert [wrong.kid for wrong in refused] == ["m1"]
    assert [check.known for check in KeyCheck.objects.all()] == [MAIN]


def admit(held: FieldKeys) -> None:
    KeyCheck.objects.admit(held, Purpose.BOT, proof=lambda *_: True)


def test_what_an_older_version_sealed_without_registering_proves_the_key(store, settings):
    settings.FIELD_KEYS = plain()
    store.save(make_installation())
    KeyCheck.objects.all().delete()
    settings.FIELD_KEYS = plain(("m1", STRANGE))

    with pytest.raises(WrongKeyError, match="'m1' does not open what it sealed here"):
        store.save(make_installation(team_id="T222"))
    settings.FIELD_KEYS = plain()
    store.save(make_installation(team_id="T222"))

    assert [check.known for check in KeyCheck.objects.all()] == [MAIN]


@pytest.mark.django_db(transaction=True)
def test_a_refresh_token_is_not_spent_where_its_successor_could_not_be_kept(store, settings):
    settings.FIELD_KEYS = plain()
    store.save(make_full_installation())
    KeyCheck.objects.update(fingerprint="another key's")
    asked: list[str] = []

    with pytest.raises(WrongKeyError, match="'m1'"):
        tokens.refresh(
            installation_id=Installation.objects.get().pk,
            kind=tokens.BOT,
            ahead=timedelta(days=36500),
            ask=asked.append,
            patience=1,
        )
    assert asked == []


def test_a_retired_key_seals_no_more(store, settings):
    settings.FIELD_KEYS = plain()
    store.save_bot(make_bot())
    Installation.objects.all().delete()
    settings.FIELD_KEYS = plain(NEW, OLD)
    retire_key(kid="m1", actor="olga")
    settings.FIELD_KEYS = plain()

    with pytest.raises(RetiredKeyError, match="'m1' is retired"):
        store.save_bot(make_bot())
    assert keys.problem() == "key 'm1' is retired: put another key first in FIELD_KEYS"


@pytest.mark.parametrize(
    ("held", "says"), [(web(), "FIELD_KEYS_USER is not set"), (plain(NEW), "'m1' is missing")]
)
def test_the_worker_does_not_start_without_its_keys(store, settings, held, says):
    settings.FIELD_KEYS = worker()
    store.save(make_installation())
    settings.FIELD_KEYS = held

    with pytest.raises(CommandError, match=says):
        call_command("run_worker", drain=True)


def test_an_install_with_a_wrong_key_is_told_and_keeps_nothing(client, slack, settings, caplog):
    settings.FIELD_KEYS = plain()
    KeyCheck.of(known(("m1", STRANGE))).save()
    back = consent(slack, client)

    page = client.get(back)

    assert says(page, "wrong_key")
    assert not Installation.objects.exists()
    assert not Workspace.objects.exists()
    assert "key 'm1' is not the key that sealed data here" in caplog.text


def test_slack_is_not_asked_for_what_could_not_be_kept(client, slack, stranger, settings):
    settings.FIELD_KEYS = plain()
    KeyCheck.of(known(("m1", STRANGE))).save()
    answering = stranger(b"{}", content_type="application/json")

    assert says(client.get(consent(slack, client)), "wrong_key")
    assert answering.asked == 0


def test_a_key_found_wrong_only_while_saving_keeps_nothing_either(
    client, slack, settings, monkeypatch
):
    settings.FIELD_KEYS = plain()
    KeyCheck.of(known(("m1", STRANGE))).save()
    monkeypatch.setattr(keys, "confirm", lambda: None)

    assert says(client.get(consent(slack, client)), "wrong_key")
    assert not Installation.objects.exists()


def test_the_web_process_finds_bots_and_not_people(store, settings):
    settings.FIELD_KEYS = web()
    store.save(make_installation())
    store.save(make_installation(team_id="T222", user_token=None))

    assert store.find_bot(**HERE).bot_token == "xoxb-CANARY-bot"
    assert store.find_installation(enterprise_id=None, team_id="T222").user_token is None
    with pytest.raises(UserKeysMissingError, match="'u1'"):
        store.find_installation(**HERE)
    settings.FIELD_KEYS = worker()
    assert store.find_installation(**HERE).user_token == "xoxp-CANARY-user"
