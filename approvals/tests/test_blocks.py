"""The words that surfaces are made of."""

import html
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.slack import blocks

RISKY = st.text(alphabet="&<>a;lt\n!@ ", max_size=60)
ENTITIES = ("&amp;", "&lt;", "&gt;")


@pytest.mark.parametrize(
    ("typed", "escaped"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U123>", "&lt;@U123&gt;"),
        ("<https://evil.example|our site>", "&lt;https://evil.example|our site&gt;"),
        ("R&D", "R&amp;D"),
        ("&lt;!here&gt;", "&amp;lt;!here&amp;gt;"),
        ("plain", "plain"),
        ("\u202eevil\u202c", "evil"),
        ("\u2066a\u2069", "a"),
        ("מבצע אביב", "מבצע אביב"),
    ],
)
def test_what_people_write_is_not_markup(typed, escaped):
    assert blocks.escape(typed) == escaped


@given(RISKY)
def test_escaping_loses_nothing(text):
    assert html.unescape(blocks.escape(text)) == text


@given(RISKY, st.integers(1, 40))
def test_a_cut_keeps_to_the_limit_and_never_splits_an_entity(text, limit):
    shown = blocks.cut_escaped(text, limit)

    assert len(shown) <= limit
    kept = shown
    for entity in ENTITIES:
        kept = kept.replace(entity, "")
    assert not set("&<>") & set(kept)


@given(RISKY, st.integers(1, 40))
def test_a_cut_is_the_beginning_of_what_was_written(text, limit):
    shown = blocks.cut_escaped(text, limit)

    assert blocks.escape(text).startswith(shown.removesuffix(blocks.ELLIPSIS))
    assert shown.endswith(blocks.ELLIPSIS) or shown == blocks.escape(text)


@given(st.text(max_size=30), st.integers(1, 40))
def test_a_plain_cut_keeps_to_the_limit(text, limit):
    shown = blocks.cut(text, limit)

    assert len(shown) <= limit
    assert shown == text or shown == text[: limit - 1] + "…"


@given(st.text(max_size=200), st.integers(10, 100))
def test_every_line_of_a_quote_is_marked_and_the_whole_fits(text, limit):
    shown = blocks.quote(text, limit)

    assert len(shown) <= limit
    assert all(line[:2] in {"> ", ">…", ">", "…"} for line in shown.splitlines())


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028", "\v"])
def test_no_kind_of_line_break_leaves_a_quote(newline):
    assert blocks.quote(f"No.{newline}*Approved* by all", 100) == "> No.\n> *Approved* by all"


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "EUR 0"),
        ("0.00", "EUR 0"),
        ("0.50", "EUR 0.50"),
        ("12000", "EUR 12,000"),
        ("12000.50", "EUR 12,000.50"),
        ("1000000000.00", "EUR 1,000,000,000"),
        ("100", "EUR 100"),
    ],
)
def test_money_is_read_at_a_glance(amount, shown):
    assert blocks.money(Decimal(amount), "EUR") == shown


def test_a_day_is_not_zero_padded():
    assert blocks.day(date(2027, 3, 2)) == "2 Mar 2027"


def test_a_moment_is_shown_in_the_readers_time_zone():
    at = datetime(2026, 10, 1, 14, 2, tzinfo=timezone(timedelta(hours=2)))
    unix = int(at.timestamp())

    assert blocks.moment(at) == (
        f"<!date^{unix}^{{date_short_pretty}} at {{time}}|01 Oct 2026 12:02 UTC>"
    )


def test_a_moment_knows_the_instant_whatever_the_zone():
    at = datetime(2026, 10, 1, 12, 2, tzinfo=UTC)

    assert blocks.moment(at) == blocks.moment(at.astimezone(timezone(timedelta(hours=9))))


def test_headers_and_options_are_cut_to_slacks_limits():
    assert len(blocks.header("x" * 200)["text"]["text"]) == 150
    assert len(blocks.option("x" * 200, "v")["text"]["text"]) == 75
    assert len(blocks.passage("x" * 4000)["text"]["text"]) == 3000


@given(RISKY)
def test_what_slack_escaped_is_read_as_it_was_typed(text):
    assert blocks.unescape(blocks.escape(text)) == text
