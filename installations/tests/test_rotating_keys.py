"""Every secret moves to the first key, whatever else goes on, and nothing is lost on the way."""

import threading
from contextlib import closing
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from installations import keys
from installations.crypto import SecretUnreadableError
from installations.keys import SealedUnder
from installations.models import (
    SEALED_COLUMNS,
    Installation,
    InstallationAuditEntry,
    KeyCheck,
    Workspace,
    WorkspaceState,
    sealed_models,
)
from installations.services import complete_install, rotate_keys
from installations.services import keys as key_services
from installations.tests.factories import (
    CLIENT_ID,
    make_full_installation,
    make_installation,
    make_workspace,
    raw_rows,
)
from installations.tests.keyrings import (
    NEW,
    OLD,
    STRANGE,
    USER_NEW,
    USER_OLD,
    given_away,
    plain,
    wait_until_somebody_waits,
    web,
    worker,
)

pytestmark = pytest.mark.django_db

TABLE = "installations_installation"
GRID = {"enterprise_id": "E111", "team_id": "T111"}


@pytest.fixture
def rotate(capsys, caplog):
    """Return a function that runs the command, sees that no key gets out, returns its words."""

    def run(*arguments: str, fails: str = "") -> str:
        out, err = StringIO(), StringIO()
        if fails:
            with pytest.raises(CommandError, match=fails) as failed:
                call_command("rotate_field_keys", *arguments, stdout=out, stderr=err)
            err.write(str(failed.value))
        else:
            call_command("rotate_field_keys", *arguments, stdout=out, stderr=err)
        said = out.getvalue() + err.getvalue()
        everywhere = said + caplog.text + "".join(capsys.readouterr())
        assert "CANARY" not in everywhere
        assert not given_away(everywhere)
        return said

    return run


def save_several(store, count: int = 3) -> None:
    for number in range(count):
        store.save(make_full_installation(team_id=f"T{number}"))


def kids() -> set[str]:
    return {
        ".".join(row[column].split(".")[:2]) for row in raw_rows(TABLE) for column in SEALED_COLUMNS
    }


def secrets() -> list[list[str | None]]:
    rows = Installation.objects.order_by("pk")
    return [[row.reveal(column) for column in sorted(SEALED_COLUMNS)] for row in rows]


def audited() -> list[tuple[str, dict[str, object]]]:
    return [(one.action, one.details) for one in InstallationAuditEntry.objects.order_by("pk")]


def test_every_table_with_sealed_columns_is_rotated():
    assert sealed_models() == [Installation]


@pytest.mark.parametrize(
    ("_case", "before", "after", "expected"),
    [
        ("a new main key", plain(), plain(NEW, OLD), {"v1.m2"}),
        ("user keys come", plain(), worker(), {"v1.m1", "v2.u1"}),
        ("a new user key", worker(), worker(USER_NEW, USER_OLD), {"v1.m1", "v2.u2"}),
        ("both", worker(), worker(USER_NEW, USER_OLD, main=(NEW, OLD)), {"v1.m2", "v2.u2"}),
    ],
)
def test_every_value_moves_and_opens_as_before(
    store, settings, rotate, _case, before, after, expected
):
    settings.FIELD_KEYS = before
    save_several(store)
    opened = secrets()
    settings.FIELD_KEYS = after

    rotate("--batch", "2")

    assert kids() == expected
    assert secrets() == opened
    assert "Every value opens" in rotate("--verify", "--batch", "2")
    assert "0 values were sealed anew" in rotate()


def test_what_was_sealed_symmetrically_under_a_user_key_becomes_a_box(store, settings, rotate):
    settings.FIELD_KEYS = plain(USER_OLD)
    store.save(make_installation())
    KeyCheck.objects.all().delete()
    settings.FIELD_KEYS = worker()
    Installation.objects.update(bot_token="")

    rotate()

    assert Installation.objects.get().user_token.startswith("v2.u1.")
    assert Installation.objects.get().reveal("user_token") == "xoxp-CANARY-user"


def test_it_says_how_many_values_each_key_has_before_and_after(store, settings, rotate):
    settings.FIELD_KEYS = plain()
    save_several(store, 2)
    settings.FIELD_KEYS = worker(main=(NEW, OLD))

    said = rotate()

    before, after = said.split("After:")
    assert "ring main, key m1: 10 values" in before
    assert "ring main, key m2: 6 values" in after
    assert "ring user, key u1: 4 values" in after
    assert "m1" not in after


def test_a_shell_that_cannot_read_peoples_tokens_is_told_which_variable_it_lacks(
    store, settings, rotate
):
    settings.FIELD_KEYS = worker()
    store.save(make_full_installation())
    settings.FIELD_KEYS = web()

    said = rotate("--verify", fails="values do not open")

    assert "The environment of this shell is wrong: FIELD_KEYS_USER is not set" in said


def test_a_step_is_audited_with_who_and_what(store, settings, rotate, monkeypatch):
    monkeypatch.setenv("LOGNAME", "olga")
    settings.FIELD_KEYS = plain()
    store.save(make_full_installation())
    settings.FIELD_KEYS = plain(NEW, OLD)

    rotate("--dry-run")
    rotate()
    rotate()
    rotate("--verify")
    rotate("--retire", "m1")

    assert {one.actor for one in InstallationAuditEntry.objects.all()} == {"admin:olga"}
    assert audited() == [
        ("keys.rotated", {"step": "started", "to": {"main": "m2"}}),
        (
            "keys.rotated",
            {"step": "finished", "to": {"main": "m2"}, "moved": 5, "unreadable": 0},
        ),
        ("keys.verified", {"values": 5, "unreadable": 0}),
        ("key.retired", {"ring": "main", "kid": "m1"}),
    ]


def test_a_dry_run_changes_nothing(store, settings, rotate):
    settings.FIELD_KEYS = plain()
    save_several(store)
    before = raw_rows(TABLE), raw_rows("installations_keycheck")
    settings.FIELD_KEYS = plain(NEW, OLD)

    said = rotate("--dry-run")

    assert "15 values would be sealed anew" in said
    assert (raw_rows(TABLE), raw_rows("installations_keycheck")) == before
    assert audited() == []


@pytest.mark.parametrize("flags", [[], ["--verify"], ["--dry-run"]])
def test_a_value_that_does_not_open_is_named_and_left_while_the_others_go_on(
    store, settings, rotate, flags
):
    settings.FIELD_KEYS = plain()
    save_several(store)
    damaged, strange, plaintext = Installation.objects.order_by("pk")
    Installation.objects.filter(pk=damaged.pk).update(bot_token=damaged.bot_token[:-8])
    Installation.objects.filter(pk=strange.pk).update(user_token="v1.x9.CANARYCANARYCANARYCANARY")
    Installation.objects.filter(pk=plaintext.pk).update(bot_token="xoxb-CANARY-by-hand")
    before = {row["id"]: row for row in raw_rows(TABLE)}
    settings.FIELD_KEYS = plain(NEW, OLD)

    said = rotate(*flags, fails="3 values do not open")

    after = {row["id"]: row for row in raw_rows(TABLE)}
    assert f"{TABLE} {damaged.pk}: bot_token does not open (key m1)" in said
    assert f"{TABLE} {strange.pk}: user_token does not open (key x9)" in said
    assert f"{TABLE} {plaintext.pk}: bot_token does not open (key ?)" in said
    assert after[damaged.pk]["bot_token"] == before[damaged.pk]["bot_token"]
    assert after[strange.pk]["user_token"] == before[strange.pk]["user_token"]
    assert after[plaintext.pk]["bot_token"] == "xoxb-CANARY-by-hand"
    assert keys.usage().get(SealedUnder("main", "m2"), 0) == (0 if flags else 12)


def test_after_a_kill_the_next_run_goes_on(store, settings, rotate, monkeypatch):
    settings.FIELD_KEYS = plain()
    save_several(store)
    opened = secrets()
    settings.FIELD_KEYS = plain(NEW, OLD)
    reseal, done = key_services._reseal, []  # noqa: SLF001  # where a kill is to strike

    def dies(row, column):
        if len(done) == 7:
            raise KeyboardInterrupt
        done.append(column)
        return reseal(row, column)

    with monkeypatch.context() as patched:
        patched.setattr(key_services, "_reseal", dies)
        with pytest.raises(KeyboardInterrupt):
            call_command("rotate_field_keys", "--batch", "2", stdout=StringIO())
    assert keys.usage() == {SealedUnder("main", "m1"): 8, SealedUnder("main", "m2"): 7}
    assert secrets() == opened

    said = rotate("--batch", "2")

    assert "8 values were sealed anew" in said
    assert kids() == {"v1.m2"}
    assert secrets() == opened


@pytest.mark.django_db(transaction=True)
def test_a_refresh_under_way_wins(store, settings):
    settings.FIELD_KEYS = plain()
    save_several(store, 2)
    first = Installation.objects.order_by("pk").first()
    settings.FIELD_KEYS = plain(NEW, OLD)
    results: list[key_services.Rotation] = []
    thread = threading.Thread(target=lambda: results.append(rotated_elsewhere()))

    with transaction.atomic():
        row = Installation.objects.select_for_update().get(pk=first.pk)
        thread.start()
        wait_until_somebody_waits()
        row.seal("bot_token", "xoxb-refreshed")
        row.save(update_fields=["bot_token"])
    thread.join()

    [rotation] = results
    assert (rotation.moved, rotation.overtaken, rotation.unreadable) == (9, 1, [])
    row.refresh_from_db()
    assert row.reveal("bot_token") == "xoxb-refreshed"
    assert row.reveal("user_token") == "xoxp-CANARY-user"


def rotated_elsewhere() -> key_services.Rotation:
    with closing(connections["default"]):
        return rotate_keys(actor="olga", on_unreadable=lambda _: None)


@pytest.mark.django_db(transaction=True)
def test_a_key_is_not_retired_under_the_hands_of_who_seals_with_it(store, settings):
    settings.FIELD_KEYS = plain()
    store.save(make_installation())
    Installation.objects.all().delete()
    refused: list[Exception] = []

    def retire() -> None:
        with closing(connections["default"]):
            try:
                settings.FIELD_KEYS = plain(NEW, OLD)
                key_services.retire_key(kid="m1", actor="olga")
            except key_services.KeyInUseError as used:
                refused.append(used)

    with transaction.atomic():
        store.save(make_installation())  # sealed with m1, not committed
        thread = threading.Thread(target=retire)
        thread.start()
        wait_until_somebody_waits()
    thread.join()

    assert "still seals values" in str(refused)
    assert KeyCheck.objects.get(kid="m1").retired_at is None


@pytest.mark.parametrize(
    ("_case", "held", "kid", "says"),
    [
        ("it seals values", plain(NEW, OLD), "m1", "'m1' still seals values"),
        ("it is first", plain(), "m1", "'m1' is the first of its ring"),
        ("it is unknown", plain(), "x9", "no key 'x9' is in use"),
        ("it seals in a box", worker(USER_NEW, USER_OLD), "u1", "'u1' still seals values"),
    ],
)
def test_a_key_that_is_needed_is_not_retired(store, settings, rotate, _case, held, kid, says):
    settings.FIELD_KEYS = worker() if kid == "u1" else plain()
    store.save(make_installation())
    settings.FIELD_KEYS = held

    rotate("--retire", kid, fails=says)

    assert not KeyCheck.objects.exclude(retired_at=None).exists()
    assert audited() == []


def test_a_retired_key_can_leave_the_environment(store, settings, rotate):
    settings.FIELD_KEYS = plain()
    store.save(make_full_installation())
    settings.FIELD_KEYS = plain(NEW, OLD)
    rotate()
    rotate("--retire", "m1")
    settings.FIELD_KEYS = plain(NEW)

    assert keys.problem() == ""
    assert store.find_installation(**GRID).bot_token == "xoxb-CANARY-bot"
    rotate("--retire", "m1", fails="or it is retired already")


@pytest.mark.parametrize(
    ("held", "says"),
    [
        (plain(("m1", STRANGE)), "'m1' is not the key that sealed data here"),
        (plain(NEW), "'m1' is missing"),
        (web(), "FIELD_KEYS_USER is not set"),
    ],
)
def test_a_process_without_the_right_keys_rotates_nothing(store, settings, rotate, held, says):
    settings.FIELD_KEYS = plain()
    store.save(make_installation())
    before = raw_rows(TABLE)
    settings.FIELD_KEYS = held

    rotate(fails=says)

    assert raw_rows(TABLE) == before
    assert audited() == []


def test_what_a_lost_key_sealed_is_given_up_and_the_workspace_asked_to_install_again(
    store, settings, rotate
):
    settings.FIELD_KEYS = plain()
    workspace = make_workspace()
    settings.FIELD_KEYS = plain(NEW, OLD)
    make_workspace("T222")
    settings.FIELD_KEYS = plain(NEW)
    assert "'m1' is missing" in keys.problem()

    said = rotate("--discard-lost", "m1")

    assert "2 values that it sealed are cleared" in said
    assert keys.problem() == ""
    workspace.refresh_from_db()
    assert workspace.state == WorkspaceState.NEEDS_REAUTH
    assert Workspace.objects.get(team_id="T222").state == WorkspaceState.ACTIVE
    assert store.find_bot(enterprise_id=None, team_id="T222").bot_token == "xoxb-CANARY-bot"
    complete_install(client_id=CLIENT_ID, installation=make_installation())
    assert Workspace.objects.get(team_id="T111").state == WorkspaceState.ACTIVE


@pytest.mark.parametrize("held", [plain(NEW, OLD), plain(OLD, NEW)])
def test_a_key_that_is_here_is_not_lost(store, settings, rotate, held):
    settings.FIELD_KEYS = plain()
    store.save(make_installation())
    settings.FIELD_KEYS = held

    rotate("--discard-lost", "m1", fails="'m1' is here, so nothing is lost")

    assert store.find_bot(enterprise_id=None, team_id="T111")


def test_a_row_changed_since_it_was_read_is_left_alone(store, settings):
    settings.FIELD_KEYS = plain()
    store.save(make_installation())
    settings.FIELD_KEYS = plain(NEW, OLD)
    stale, row = Installation.objects.get(), Installation.objects.get()
    row.seal("bot_token", "xoxb-refreshed")
    row.save()

    assert not key_services._reseal(stale, "bot_token")  # noqa: SLF001  # between read and write
    assert Installation.objects.get().reveal("bot_token") == "xoxb-refreshed"


@pytest.mark.parametrize("batch", ["0", "-1", "many"])
def test_a_senseless_batch_is_refused(batch):
    with pytest.raises(CommandError, match="--batch"):
        call_command("rotate_field_keys", f"--batch={batch}")


def test_a_new_key_is_printed_once_and_its_id_is_new(store, settings, capsys, caplog):
    settings.FIELD_KEYS = worker()
    store.save(make_installation())
    settings.FIELD_KEYS = worker(USER_NEW, USER_OLD, main=(NEW, OLD))
    out = StringIO()

    call_command("field_keys", "--new", "m3", stdout=out)

    [key, public] = out.getvalue().splitlines()
    assert key.startswith("m3:")
    assert public.startswith("public half, as a user key: m3:")
    assert key.split(":")[1] not in caplog.text + "".join(capsys.readouterr()) + public
    for kid in ("m1", "u2", "M3", "", "k" * 17):
        with pytest.raises(CommandError):
            call_command("field_keys", f"--new={kid}", stdout=StringIO())


def test_the_public_half_is_printed_for_the_web_process(settings):
    settings.FIELD_KEYS = worker()
    out = StringIO()

    call_command("field_keys", "--public", stdout=out)

    assert out.getvalue().strip() == str(web().user_public)
    settings.FIELD_KEYS = web()
    with pytest.raises(CommandError, match="FIELD_KEYS_USER is not set"):
        call_command("field_keys", "--public", stdout=StringIO())


def test_a_secret_left_under_a_key_that_is_gone_is_named_by_verify(store, settings, rotate):
    settings.FIELD_KEYS = plain()
    store.save(make_installation())
    settings.FIELD_KEYS = plain(NEW)

    said = rotate("--verify", fails="2 values do not open")

    assert "bot_token does not open (key m1)" in said
    with pytest.raises(SecretUnreadableError):
        Installation.objects.get().reveal("bot_token")
