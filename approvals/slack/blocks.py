"""Small Block Kit words; they draw and do nothing else. Pure.

Limits: docs.slack.dev/reference/block-kit. What people wrote is cut to them, never refused late.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

Block = dict[str, Any]
Element = dict[str, Any]
View = dict[str, Any]

HEADER_LIMIT = 150  # characters
SECTION_LIMIT = 3000
OPTION_LIMIT = 75
ELLIPSIS = "…"
LOOK_ALIKES = str.maketrans(
    "*_~`", "\N{ASTERISK OPERATOR}\N{FULLWIDTH LOW LINE}\N{TILDE OPERATOR}\N{PRIME}"
)
# Direction marks that would turn round our own words behind what somebody wrote
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def escape(text: str) -> str:
    """Return user text that cannot mention, hide a link, or reorder what stands behind it.

    docs.slack.dev/messaging/formatting-message-text#escaping
    """
    upright = TURNING.sub("", text)
    return upright.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literal(text: str, limit: int) -> str:
    """Return ``text`` for the middle of our own markup, on one line, formatting nothing.

    Slack has no escape for its formatting characters, so they give way to look-alikes.
    """
    one_line = " ".join(text.split())
    return cut_escaped(one_line.translate(LOOK_ALIKES), limit)


def unescape(text: str) -> str:
    """Return what a person typed, where Slack has escaped it for us: slash commands."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + ELLIPSIS


def cut_escaped(text: str, limit: int) -> str:
    """Return ``text`` escaped within ``limit``, without half an entity at the end."""
    return _cut_markup(escape(text), limit)


def quote(text: str, limit: int) -> str:
    """Return ``text`` escaped, every line of it marked as somebody's words, within ``limit``."""
    return _cut_markup("\n".join(f"> {line}" for line in escape(text).splitlines()), limit)


def _cut_markup(escaped: str, limit: int) -> str:
    if len(escaped) <= limit:
        return escaped
    return re.sub(r"&[a-z]{0,3}$", "", escaped[: limit - 1]) + ELLIPSIS


def mention(user_id: str) -> str:
    return f"<@{user_id}>"


def moment(at: datetime) -> str:
    """Return an instant in the reader's own time zone, with UTC for clients that cannot."""
    fallback = at.astimezone(UTC).strftime("%d %b %Y %H:%M UTC")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"


def day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"


def money(amount: Decimal, currency: str) -> str:
    """Return ``EUR 12,000`` or ``EUR 12,000.50``."""
    digits = f"{amount:,.2f}".removesuffix(".00")
    return f"{currency} {digits}"


def plain(text: str) -> Element:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Element:
    return {"type": "mrkdwn", "text": text}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(cut(TURNING.sub("", text), HEADER_LIMIT))}


def section(text: str, *, accessory: Element | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block | ({"accessory": accessory} if accessory else {})


def passage(text: str) -> Block:
    """Return a section with a person's own words as they are: nothing in them is markup."""
    return {"type": "section", "text": plain(cut(text, SECTION_LIMIT))}


def fields(*pairs: tuple[str, str]) -> Block:
    """Return a section of two columns: up to ten labels with their values."""
    return {
        "type": "section",
        "fields": [mrkdwn(f"*{label}*\n{value}") for label, value in pairs],
    }


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text) for text in texts]}


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Element) -> Block:
    return {"type": "actions", "elements": list(elements)}


def button(
    text: str, action_id: str, value: str, *, style: str = "", url: str = "", label: str = ""
) -> Element:
    element: Element = {
        "type": "button",
        "text": plain(text),
        "action_id": action_id,
        "value": value,
    }
    extras = {"style": style, "url": url, "accessibility_label": label}
    return element | {name: given for name, given in extras.items() if given}


def option(text: str, value: str) -> Element:
    return {"text": plain(cut(text, OPTION_LIMIT)), "value": value}


def options(values: Iterable[str]) -> list[Element]:
    return [option(value, value) for value in values]


def input_block(
    block_id: str, label: str, element: Element, *, hint: str = "", optional: bool = False
) -> Block:
    """Return a labelled input whose ``action_id`` is its ``block_id``."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {**element, "action_id": block_id},
        "optional": optional,
    }
    return block | ({"hint": plain(hint)} if hint else {})
