"""What people type, read into values or into words under the fields."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.slack import forms, modals
from approvals.slack.forms import FormInvalidError, SetUpInput
from approvals.tests.factories import make_content

JSON = dict[str, Any]
TODAY = date(2026, 10, 1)
EVERY_FIELD = {
    "title",
    "brief",
    "channels",
    "budget",
    "currency",
    "launch_on",
}  # asset_url may miss
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
ANSWERS = ("value", "selected_option", "selected_options", "selected_date", "selected_conversation")


def typed(block_id: str, value: object) -> JSON:
    return {block_id: {block_id: {"value": value}}}


def selected(block_id: str, value: str) -> JSON:
    return {block_id: {block_id: {"selected_option": {"value": value}}}}


def picked(launch_on: object) -> JSON:
    return {"launch_on": {"launch_on": {"selected_date": launch_on}}}


def ticked(*channels: object) -> JSON:
    options = [{"value": channel} for channel in channels]
    return {"channels": {"channels": {"selected_options": options}}}


def filled(*changes: JSON) -> JSON:
    values = {
        **typed("title", "Spring launch e-mail"),
        **typed("brief", "Two-part announcement to 42,000 customers."),
        **ticked("Email", "Paid social"),
        **typed("budget", "12000"),
        **selected("currency", "EUR"),
        **picked("2027-03-02"),
        **typed("asset_url", "https://assets.example/spring"),
    }
    for change in changes:
        values |= change
    return values


def set_up_form(group: str = "S1", channel_id: str = "C1", quorum: object = "2") -> JSON:
    channel = {"approvals_channel": {"approvals_channel": {"selected_conversation": channel_id}}}
    return {**selected("approver_group", group), **channel, **typed("quorum", quorum)}


def read(*changes: JSON):
    return forms.campaign(filled(*changes), earliest=TODAY)


def errors_of(read_form, *arguments, **options) -> dict[str, str]:
    with pytest.raises(FormInvalidError) as invalid:
        read_form(*arguments, **options)
    return invalid.value.errors


def test_a_filled_form_becomes_content():
    assert read() == make_content()


def test_an_empty_form_has_an_error_at_every_field_that_is_needed():
    assert errors_of(forms.campaign, {}, earliest=TODAY) == {
        "title": "Enter a title.",
        "brief": "Enter a brief.",
        "channels": "Choose at least one channel.",
        "budget": "Enter an amount, such as 12000 or 12000.50.",
        "currency": "Choose a currency.",
        "launch_on": "Choose a date.",
    }


def test_several_problems_are_told_at_once():
    errors = errors_of(read, typed("title", " "), typed("budget", "-1"), picked("2026-09-30"))

    assert set(errors) == {"title", "budget", "launch_on"}


@pytest.mark.parametrize(
    ("_case", "change", "words"),
    [
        ("title of spaces", typed("title", " \n\t "), "Enter a title."),
        ("invisible title", typed("title", "\u200b"), "Enter a title."),
        ("title too long", typed("title", "x" * 121), "At most 120 characters; this has 121."),
        ("brief too long", typed("brief", "x" * 2501), "At most 2500 characters; this has 2501."),
        ("title is a list", typed("title", ["a"]), "Enter a title."),
        ("unknown channel", ticked("Email", "Smoke signals"), "Choose at least one channel."),
        ("no channel", ticked(), "Choose at least one channel."),
        ("channel is no text", ticked({"a": 1}, None, ["x"]), "Choose at least one channel."),
        ("budget in words", typed("budget", "a lot"), "Enter an amount"),
        ("budget empty", typed("budget", ""), "Enter an amount"),
        ("budget with a comma", typed("budget", "12,000"), "Enter an amount"),
        ("budget negative", typed("budget", "-0.01"), "Enter an amount from 0 to 1,000,000,000."),
        ("budget too large", typed("budget", "1000000000.01"), "Enter an amount from 0 to"),
        ("budget NaN", typed("budget", "NaN"), "Enter an amount from 0 to"),
        ("budget sNaN", typed("budget", "sNaN"), "Enter an amount from 0 to"),
        ("budget Infinity", typed("budget", "Infinity"), "Enter an amount from 0 to"),
        ("budget -Infinity", typed("budget", "-Infinity"), "Enter an amount from 0 to"),
        ("budget 1e9999", typed("budget", "1e9999"), "Enter an amount from 0 to"),
        ("budget beyond decimals", typed("budget", "1e" + "9" * 30), "Enter an amount"),
        ("budget of a hair", typed("budget", "1e-9999"), "At most two digits after the point."),
        ("budget of mils", typed("budget", "0.001"), "At most two digits after the point."),
        ("many digits", typed("budget", "1." + "0" * 60 + "1"), "At most two digits"),
        ("unknown currency", selected("currency", "BTC"), "Choose a currency."),
        ("no date", picked(None), "Choose a date."),
        ("no such date", picked("2027-02-30"), "Choose a date."),
        ("date is a number", picked(20270302.5), "Choose a date."),
        ("date in the past", picked("2026-09-30"), "This date has passed. Choose today or later."),
        ("link without scheme", typed("asset_url", "assets.example"), "Enter a full link"),
        ("link to a script", typed("asset_url", "javascript:alert(1)"), "Enter a full link"),
        ("link without host", typed("asset_url", "https://"), "Enter a full link"),
        ("broken link", typed("asset_url", "https://[::1"), "Enter a full link"),
        ("link with a space", typed("asset_url", "https://a.example/b c"), "Enter a full link"),
        ("link on two lines", typed("asset_url", "https://a.example/\nb"), "Enter a full link"),
        ("link turned round", typed("asset_url", "https://a.ex/\u202egpj"), "Enter a full link"),
        ("link too long", typed("asset_url", "https://a.ex/" + "x" * 1500), "At most 1500 char"),
    ],
)
def test_a_problem_is_told_under_its_field(_case, change, words):
    errors = errors_of(read, change)

    assert set(errors) == set(change)
    assert errors[next(iter(change))].startswith(words)


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        (typed("title", "x" * 120), "title", "x" * 120),
        (typed("title", "  One \n line\t"), "title", "One line"),
        (typed("brief", "x" * 2500), "brief", "x" * 2500),
        (typed("brief", " two\nlines "), "brief", "two\nlines"),
        (typed("budget", "0"), "budget", Decimal("0.00")),
        (typed("budget", "1000000000"), "budget", Decimal("1000000000.00")),
        (typed("budget", "0.5"), "budget", Decimal("0.50")),
        (picked("2026-10-01"), "launch_on", TODAY),
        (typed("asset_url", None), "asset_url", ""),
        (typed("asset_url", "HTTP://A.example"), "asset_url", "HTTP://A.example"),
        (ticked(*modals.CHANNELS), "channels", modals.CHANNELS),
        (ticked("Email", "Email"), "channels", ("Email",)),
    ],
)
def test_boundary_values_are_read(change, field, value):
    assert getattr(read(change), field) == value


def test_minus_zero_is_zero_as_the_database_gives_it_back():
    assert read(typed("budget", "-0")).fingerprint() == read(typed("budget", "0")).fingerprint()


@pytest.mark.parametrize("junk", [None, [], "text", 7, {"title": None}, {"title": []}])
def test_a_form_of_another_shape_is_a_form_with_errors(junk):
    assert set(errors_of(forms.campaign, junk, earliest=TODAY)) == EVERY_FIELD
    assert set(errors_of(forms.reason, junk)) == {"reason"}
    assert set(errors_of(forms.set_up, junk)) == {"approver_group", "approvals_channel", "quorum"}


@given(
    st.dictionaries(
        st.sampled_from([*EVERY_FIELD, "reason", "quorum", "approver_group", "approvals_channel"]),
        st.dictionaries(st.sampled_from(ANSWERS), JSON_VALUES),
    )
)
def test_no_state_that_a_client_can_send_breaks_a_form(answers):
    values = {name: {name: answer} for name, answer in answers.items()}

    assert errors_of(forms.campaign, values, earliest=TODAY)
    for read_form in (forms.reason, forms.set_up):
        try:
            read_form(values)
        except FormInvalidError as invalid:
            assert all(invalid.errors.values())  # noqa: PT017  # either is right


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "Enter a reason."),
        ("  \n ", "Enter a reason."),
        ("\u200b\u2060\ufeff\u202e", "Enter a reason."),
        ("x" * 1001, "At most 1000 characters; this has 1001."),
    ],
)
def test_a_decision_against_needs_a_reason(value, words):
    assert errors_of(forms.reason, typed("reason", value)) == {"reason": words}


def test_a_reason_of_the_longest_length_is_read():
    assert forms.reason(typed("reason", "x" * 1000)) == "x" * 1000


def test_a_set_up_form_is_read():
    assert forms.set_up(set_up_form()) == SetUpInput("S1", "C1", 2)
    assert forms.set_up(set_up_form(channel_id="G1", quorum="20")) == SetUpInput("S1", "G1", 20)


@pytest.mark.parametrize(
    "quorum", ["0", "21", "-1", "1.5", "", None, "two", "²", "1e1", "9" * 5000, [2], 2]
)
def test_a_quorum_is_a_whole_number_from_1_to_20(quorum):
    assert errors_of(forms.set_up, set_up_form(quorum=quorum)) == {
        "quorum": "Enter a whole number from 1 to 20."
    }


@pytest.mark.parametrize("channel_id", ["", "D123", "U123"])
def test_campaigns_are_not_posted_to_a_person(channel_id):
    assert errors_of(forms.set_up, set_up_form(channel_id=channel_id)) == {
        "approvals_channel": "Choose a channel."
    }
