"""Who holds only the public user keys writes user tokens and reads none, not even its own."""

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installations.crypto import (
    FieldCipher,
    FieldKeys,
    KeyMissingError,
    KeyRing,
    Place,
    PublicKeyRing,
    Purpose,
    Ring,
    SecretUnreadableError,
    UserKeysMissingError,
)
from installations.tests.keyrings import (
    NEW,
    OLD,
    STRANGE,
    USER_NEW,
    USER_OLD,
    plain,
    ring,
    web,
    worker,
)

PLACE = Place("installation", "user_token", ("app", "", "T111", "U111", "2026-09-21T12:00:00"))
SECRET = "xoxp-CANARY"
USER = Purpose.USER
PUBLIC = bytes(ring(USER_OLD).public().keys[0][1])


def written(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode()


@given(secret=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_what_the_web_process_seals_the_worker_opens(secret):
    sealed = web().cipher(USER).seal(secret, PLACE)

    assert sealed.startswith("v2.u1.")
    assert worker().cipher(USER).open(sealed, PLACE) == secret


def test_the_web_process_cannot_open_what_it_sealed_itself():
    cipher = web().cipher(USER)

    with pytest.raises(UserKeysMissingError) as refused:
        cipher.open(cipher.seal(SECRET, PLACE), PLACE)
    assert str(refused.value) == "key 'u1': this process does not hold the user keys"


def test_nothing_that_the_web_process_holds_contains_a_private_user_key():
    held = [key for ring_ in (web().main, web().user_public) for _, key in ring_.keys]

    private = ring(USER_OLD).private_key("u1").private_bytes_raw()
    assert web().user is None
    assert {USER_OLD[1], private}.isdisjoint(held)


def test_only_user_secrets_are_sealed_to_the_public_key():
    formats = {purpose: web().cipher(purpose).seal("x", PLACE)[:6] for purpose in Purpose}

    user = {purpose for purpose, begins in formats.items() if begins == "v2.u1."}
    assert user == {Purpose.USER, Purpose.USER_REFRESH}
    assert {formats[purpose] for purpose in {*Purpose} - user} == {"v1.m1."}


@pytest.mark.parametrize(
    ("_case", "writer", "reader"),
    [
        ("no user keys at all", plain(), plain()),
        ("before the user keys came", plain(), worker()),
        ("before they came, by the web process, until it is rotated", plain(), web()),
        ("worker", worker(), worker()),
        ("worker under a rotated user ring", worker(), worker(USER_NEW, USER_OLD)),
        ("web process under a rotated user ring", web(USER_NEW), worker(USER_NEW, USER_OLD)),
        ("a rotated main ring", plain(OLD), worker(main=(NEW, OLD))),
    ],
)
def test_what_one_process_seals_another_opens(_case, writer, reader):
    sealed = writer.cipher(USER).seal(SECRET, PLACE)

    assert reader.cipher(USER).open(sealed, PLACE) == SECRET


@pytest.mark.parametrize(
    ("_case", "writer", "reader", "error"),
    [
        ("user keys gone", worker(), plain(), UserKeysMissingError),
        ("public half only", worker(), web(), UserKeysMissingError),
        ("new user key alone", worker(), worker(USER_NEW), KeyMissingError),
        ("main key gone", plain(OLD), worker(main=(NEW,)), KeyMissingError),
        ("another user key under its id", worker(), worker(("u1", STRANGE)), SecretUnreadableError),
        ("another main key under its id", plain(), plain(("m1", STRANGE)), SecretUnreadableError),
    ],
)
def test_a_process_without_the_key_is_told_which_one(_case, writer, reader, error):
    sealed = writer.cipher(USER).seal(SECRET, PLACE)

    with pytest.raises(error, match=r"'(u1|m1)'") as refused:
        reader.cipher(USER).open(sealed, PLACE)
    assert type(refused.value) is error


def test_a_user_ring_still_opens_what_it_sealed_before_it_had_public_halves():
    sealed = FieldCipher(ring(USER_OLD), USER).seal(SECRET, PLACE)

    assert worker().cipher(USER).open(sealed, PLACE) == SECRET
    with pytest.raises(UserKeysMissingError):
        web().cipher(USER).open(sealed, PLACE)


@pytest.mark.parametrize(
    ("_case", "place"),
    [
        ("table", replace(PLACE, table="oauthstate")),
        ("column", replace(PLACE, column="user_refresh_token")),
        ("team", replace(PLACE, natural_key=("app", "", "T222", *PLACE.natural_key[3:]))),
        ("part moved", replace(PLACE, natural_key=("app", "T111", "", *PLACE.natural_key[3:]))),
        ("part missing", replace(PLACE, natural_key=PLACE.natural_key[:-1])),
    ],
)
def test_a_value_does_not_open_in_another_place(_case, place):
    sealed = web().cipher(USER).seal(SECRET, PLACE)

    with pytest.raises(SecretUnreadableError, match="does not open with key 'u1'"):
        worker().cipher(USER).open(sealed, place)


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not USER])
def test_a_value_does_not_open_for_another_purpose(purpose):
    sealed = web().cipher(USER).seal(SECRET, PLACE)

    with pytest.raises(SecretUnreadableError):
        worker().cipher(purpose).open(sealed, PLACE)


@given(data=st.data())
def test_a_value_with_any_one_bit_flipped_is_refused(data):
    sealed = web().cipher(USER).seal(SECRET, PLACE)
    head, blob = sealed.rsplit(".", 1)
    raw = bytearray(base64.urlsafe_b64decode(blob + "=" * (-len(blob) % 4)))
    bit = data.draw(st.integers(0, len(raw) * 8 - 1).filter(lambda at: at != 255))
    raw[bit // 8] ^= 1 << bit % 8  # X25519 ignores the last bit of a point: RFC 7748, section 5

    with pytest.raises(SecretUnreadableError):
        worker().cipher(USER).open(f"{head}.{written(bytes(raw))}", PLACE)


@given(
    head=st.sampled_from(["", "v1.", "v2.", "v2.u1.", "v1.u1.", "v2.m1.", "v1.m1.", "v3.u1."]),
    rest=st.one_of(st.text(), st.binary(max_size=120).map(written)),
    keys=st.sampled_from([plain(), worker(), web()]),
    purpose=st.sampled_from(Purpose),
)
def test_garbage_is_refused_by_name(head, rest, keys, purpose):
    with pytest.raises(SecretUnreadableError):
        keys.cipher(purpose).open(head + rest, PLACE)


@given(text=st.text())
def test_no_text_breaks_the_reading_of_rings(text):
    for kind in (KeyRing, PublicKeyRing):
        try:
            kind.parse(text)
        except ValueError as refused:
            assert len(text) < 5 or text not in str(refused)  # noqa: PT017  # hypothesis draws both ends


def test_the_public_half_is_read_from_what_it_prints():
    public = ring(USER_NEW, USER_OLD).public()

    assert PublicKeyRing.parse(str(public)) == public
    assert public.primary == "u2"


@pytest.mark.parametrize(
    ("_case", "key"),
    [
        ("zero", bytes(32)),
        ("one", (1).to_bytes(32, "little")),
        ("too short", PUBLIC[:-1]),
        ("too long", PUBLIC + b"x"),
    ],
)
def test_what_is_no_public_key_is_refused(_case, key):
    with pytest.raises(ValueError, match="key u1 is not") as refused:
        PublicKeyRing.parse(f"u1:{written(key)}")
    assert written(key)[:8] not in str(refused.value)


@pytest.mark.parametrize(
    ("_case", "main", "user", "public", "says"),
    [
        ("an id in both rings", ring(OLD), ring(OLD), None, "'m1'"),
        ("an id in both, public", ring(OLD), None, ring(OLD).public(), "'m1'"),
        ("another half", ring(OLD), ring(USER_OLD), ring(("u1", STRANGE)).public(), "public half"),
        (
            "another order",
            ring(OLD),
            ring(USER_OLD, USER_NEW),
            ring(USER_NEW, USER_OLD).public(),
            "public half",
        ),
        ("a half missing", ring(OLD), ring(USER_NEW, USER_OLD), ring(USER_NEW).public(), "half"),
    ],
)
def test_rings_that_do_not_go_together_are_refused(_case, main, user, public, says):
    with pytest.raises(ValueError, match=says):
        FieldKeys(main, user, public)


def test_a_fingerprint_is_the_same_for_worker_and_web_and_gives_no_key_away():
    assert worker().fingerprints(Ring.USER) == web().fingerprints(Ring.USER)
    main = worker().fingerprints(Ring.MAIN)["m1"]
    assert main not in {OLD[1].hex(), written(OLD[1])}
    assert main != plain(("m1", STRANGE)).fingerprints(Ring.MAIN)["m1"]


def test_nothing_shows_its_keys():
    for keys in (plain(), worker(), web()):
        for shown in (repr(keys), str(keys), repr(keys.cipher(USER)), repr(keys.main)):
            for key in (OLD[1], USER_OLD[1]):
                assert str(key)[2:-1] not in shown
                assert written(key)[:8] not in shown
