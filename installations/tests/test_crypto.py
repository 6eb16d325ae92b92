"""A sealed field opens with its key, in its place, unchanged; otherwise not at all."""

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installations.crypto import (
    FieldCipher,
    KeyMissingError,
    KeyRing,
    Place,
    Purpose,
    SecretUnreadableError,
)

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
RING = KeyRing((("k1", OLD),))
CIPHER = FieldCipher(RING, Purpose.BOT)
PLACE = Place("installation", "bot_token", ("app", "", "T111", "U111", "2026-09-21T12:00:00+00:00"))
SECRET = "xoxb-CANARY"


def written(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode()


@given(secret=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_what_was_sealed_opens(secret):
    assert CIPHER.open(CIPHER.seal(secret, PLACE), PLACE) == secret


def test_a_sealed_value_shows_its_format_and_key_but_nothing_else():
    sealed = CIPHER.seal(SECRET, PLACE)

    version, kid, blob = sealed.split(".")
    assert (version, kid) == ("v1", "k1")
    assert b"CANARY" not in base64.urlsafe_b64decode(blob + "==")


def test_the_same_secret_never_looks_the_same():
    assert len({CIPHER.seal(SECRET, PLACE) for _ in range(50)}) == 50


@pytest.mark.parametrize(
    ("_case", "place"),
    [
        ("table", replace(PLACE, table="oauthstate")),
        ("column", replace(PLACE, column="bot_refresh_token")),
        ("team", replace(PLACE, natural_key=("app", "", "T222", *PLACE.natural_key[3:]))),
        ("parts run together", replace(PLACE, natural_key=("appT111", "", "", "U111", "…"))),
        ("part moved", replace(PLACE, natural_key=("app", "T111", "", *PLACE.natural_key[3:]))),
        ("part missing", replace(PLACE, natural_key=PLACE.natural_key[:-1])),
    ],
)
def test_a_value_does_not_open_in_another_place(_case, place):
    sealed = CIPHER.seal(SECRET, PLACE)

    with pytest.raises(SecretUnreadableError, match="does not open with key 'k1'"):
        CIPHER.open(sealed, place)


@given(
    first=st.lists(st.text(max_size=4), max_size=4),
    second=st.lists(st.text(max_size=4), max_size=4),
)
def test_no_two_places_read_alike(first, second):
    one, other = (replace(PLACE, natural_key=tuple(parts)) for parts in (first, second))

    same = one.additional_data(Purpose.BOT) == other.additional_data(Purpose.BOT)
    assert same == (first == second)


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.BOT])
def test_a_value_does_not_open_for_another_purpose(purpose):
    sealed = CIPHER.seal(SECRET, PLACE)

    with pytest.raises(SecretUnreadableError):
        FieldCipher(RING, purpose).open(sealed, PLACE)


def test_each_purpose_has_a_key_of_its_own():
    sealed = RING.subkey("k1", Purpose.BOT).encrypt(b"n" * 12, b"secret", b"")

    others = {RING.subkey("k1", one).encrypt(b"n" * 12, b"secret", b"") for one in Purpose}
    assert len(others) == len(Purpose)
    assert sealed in others


def test_another_key_under_the_same_id_opens_nothing():
    sealed = CIPHER.seal(SECRET, PLACE)

    with pytest.raises(SecretUnreadableError) as refused:
        FieldCipher(KeyRing((("k1", NEW),)), Purpose.BOT).open(sealed, PLACE)
    assert not isinstance(refused.value, KeyMissingError)


def test_a_missing_key_is_named():
    sealed = CIPHER.seal(SECRET, PLACE)

    with pytest.raises(KeyMissingError, match="no key 'k1'"):
        FieldCipher(KeyRing((("k2", NEW),)), Purpose.BOT).open(sealed, PLACE)


def test_a_rotated_ring_writes_with_the_first_key_and_reads_with_all():
    before = CIPHER.seal(SECRET, PLACE)
    rotated = FieldCipher(KeyRing((("k2", NEW), ("k1", OLD))), Purpose.BOT)

    after = rotated.seal(SECRET, PLACE)

    assert after.startswith("v1.k2.")
    assert rotated.open(before, PLACE) == rotated.open(after, PLACE) == SECRET


UNSEALED = {
    "nothing": "",
    "plaintext": SECRET,
    "plaintext with dots": "xoxe.xoxb-1-CANARY",
    "another version": CIPHER.seal(SECRET, PLACE).replace("v1.", "v2.", 1),
    "no key id": CIPHER.seal(SECRET, PLACE).replace(".k1.", "..", 1),
    "strange key id": CIPHER.seal(SECRET, PLACE).replace(".k1.", ".K1\n.", 1),
    "no bytes": "v1.k1.",
    "nonce only": "v1.k1." + written(b"n" * 12),
    "less than a tag": "v1.k1." + written(b"n" * 20),
    "not base64": "v1.k1.!!!!",
    "not ASCII": "v1.k1.ключ",
    "plain base64 alphabet": "v1.k1." + "+/" * 30,
    "a part too many": CIPHER.seal(SECRET, PLACE) + ".AAAA",
    "cut off": CIPHER.seal(SECRET, PLACE)[:-8],
    "longer": CIPHER.seal(SECRET, PLACE) + "AAAA",
}


@pytest.mark.parametrize("stored", UNSEALED.values(), ids=UNSEALED)
def test_what_is_not_a_sealed_value_is_refused_without_being_repeated(stored):
    with pytest.raises(SecretUnreadableError) as refused:
        CIPHER.open(stored, PLACE)

    assert "CANARY" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@given(data=st.data())
def test_a_value_with_any_one_bit_flipped_is_refused(data):
    sealed = CIPHER.seal(SECRET, PLACE)
    head, blob = sealed.rsplit(".", 1)
    raw = bytearray(base64.urlsafe_b64decode(blob + "=" * (-len(blob) % 4)))
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8

    with pytest.raises(SecretUnreadableError):
        CIPHER.open(f"{head}.{written(bytes(raw))}", PLACE)


@given(stored=st.text())
def test_garbage_is_refused_by_name(stored):
    with pytest.raises(SecretUnreadableError):
        CIPHER.open(stored, PLACE)


@pytest.mark.parametrize(
    ("_case", "text"),
    [
        ("one key", f"k2:{written(NEW)}"),
        ("without padding", f"k2:{written(NEW).rstrip('=')}"),
        ("spaces and a last comma", f" k2:{written(NEW)} , k1:{written(OLD)} ,"),
    ],
)
def test_a_key_ring_is_read(_case, text):
    ring = KeyRing.parse(text)

    assert ring.primary == "k2"
    assert dict(ring.keys)["k2"] == NEW


@pytest.mark.parametrize(
    ("_case", "text"),
    [
        ("nothing", ""),
        ("commas only", " , ,"),
        ("key without an id", written(b"CANARY" * 5 + b"xx")),
        ("a short key without an id", "canarycanary"),
        ("too short", "k1:" + written(b"CANARY")),
        ("too long", "k1:" + written(b"CANARY" * 6)),
        ("not base64", "k1:CANARY!!" + "A" * 35),
        ("not ASCII", "k1:CANARYключ"),
        ("in hexadecimal", "k1:" + OLD.hex()),
        ("empty key", "k1:"),
        ("empty id", f":{written(OLD)}"),
        ("shouted id", f"K1:{written(OLD)}"),
        ("long id", f"{'k' * 17}:{written(OLD)}"),
        ("id used twice", f"k1:{written(OLD)},k1:{written(NEW)}"),
        ("a good and a bad one", f"k1:{written(OLD)},k2:CANARY"),
    ],
)
def test_a_malformed_key_ring_is_refused_without_being_repeated(_case, text):
    with pytest.raises(ValueError, match="key") as refused:
        KeyRing.parse(text)

    said = str(refused.value)
    assert "canary" not in said.lower()
    assert written(b"CANARY")[:8] not in said
    assert written(OLD)[:8] not in said
    assert OLD.hex()[:8] not in said


def test_a_ring_and_a_cipher_do_not_show_their_keys():
    for shown in (repr(RING), str(RING), repr(CIPHER), f"{CIPHER}"):
        assert "\\x00" not in shown
        assert str(OLD) not in shown
