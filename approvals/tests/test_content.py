"""The fingerprint of what is approved, and the names that buttons carry."""

import hashlib
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.content import CampaignContent, short_code
from approvals.refusals import NoSuchCampaignError
from approvals.slack.ids import CampaignRef
from approvals.tests.factories import make_content

CONTENTS = st.builds(
    CampaignContent,
    title=st.text(),
    brief=st.text(),
    channels=st.lists(st.text(), unique=True).map(tuple),
    budget=st.decimals(0, 10**9, places=2),
    currency=st.sampled_from(["EUR", "USD"]),
    launch_on=st.dates(),
    asset_url=st.text(),
)


def test_the_fingerprint_is_of_the_documented_bytes():
    canonical = (
        b"countersign-revision-v1\n"
        b'{"asset_url":"https://assets.example/spring",'
        b'"brief":"Two-part announcement to 42,000 customers.","budget":"12000.00",'
        b'"channels":["Email","Paid social"],"currency":"EUR","launch_on":"2027-03-02",'
        b'"title":"Spring launch e-mail"}'
    )

    assert make_content().fingerprint() == hashlib.sha256(canonical).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Spring launch e-mail."},
        {"brief": "Two-part announcement to 42,001 customers."},
        {"channels": ("Email",)},
        {"budget": Decimal("12000.01")},
        {"currency": "USD"},
        {"launch_on": date(2027, 3, 3)},
        {"asset_url": ""},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_of_any_field_changes_the_fingerprint(change):
    assert make_content(**change).fingerprint() != make_content().fingerprint()


def test_no_field_is_left_out():
    covered = {"title", "brief", "channels", "budget", "currency", "launch_on", "asset_url"}

    assert {field.name for field in fields(CampaignContent)} == covered


@pytest.mark.parametrize(
    "same",
    [
        {"channels": ("Paid social", "Email")},
        {"budget": Decimal(12000)},
        {"budget": Decimal("1.2e4")},
    ],
)
def test_the_same_content_has_the_same_fingerprint(same):
    assert make_content(**same).fingerprint() == make_content().fingerprint()


def test_accents_typed_in_two_ways_are_the_same():
    composed, decomposed = "Caf\u00e9", "Cafe\u0301"

    assert composed != decomposed
    assert (
        make_content(title=composed).fingerprint() == make_content(title=decomposed).fingerprint()
    )


@given(CONTENTS, CONTENTS)
def test_contents_share_a_fingerprint_only_when_they_are_the_same(one, other):
    same = replace(one, channels=tuple(sorted(one.channels))) == replace(
        other, channels=tuple(sorted(other.channels))
    )

    if same:
        assert one.fingerprint() == other.fingerprint()
    elif one.title.isascii() and one.brief.isascii():
        assert one.fingerprint() != other.fingerprint()


def test_people_compare_eight_characters():
    assert short_code("7f3a91c2" + "0" * 56) == "7F3A-91C2"


def test_a_reference_survives_the_button():
    assert CampaignRef("C-2026-0042", 3).dump() == "campaign_C-2026-0042_r3"
    assert CampaignRef.load("campaign_C-2026-0042_r3") == CampaignRef("C-2026-0042", 3)


@given(st.integers(1000, 9999), st.integers(1, 999_999_999), st.integers(0, 999_999))
def test_every_reference_survives_the_button(year, number, revision):
    ref = CampaignRef(f"C-{year}-{number:04}", revision)

    assert CampaignRef.load(ref.dump()) == ref


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "new",
        "campaign_C-2026-0042",
        "campaign_C-2026-0042_r",
        "campaign_C-2026-0042_r-1",
        "campaign_C-2026-0042_r3\n",
        "campaign_C-2026-0042_r3 ",
        "Campaign_C-2026-0042_r3",
        "campaign_C-2026-42_r3",
        "campaign_C-2026-0042_r1234567",
        "campaign_C-2026-٠٠٤٢_r3",
        "campaign_C-2026-0042_r3'; DROP TABLE approvals_campaign; --",
    ],
)
def test_junk_names_no_campaign(junk):
    with pytest.raises(NoSuchCampaignError):
        CampaignRef.load(junk)
