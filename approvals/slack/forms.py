"""Reads what people typed or clicked into typed values, or errors by ``block_id``. Pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from urllib.parse import urlsplit

from approvals.content import CampaignContent
from approvals.slack.ids import Field
from approvals.slack.modals import (
    BRIEF_LIMIT,
    CHANNELS,
    CURRENCIES,
    MOST_APPROVALS,
    REASON_LIMIT,
    TITLE_LIMIT,
    URL_LIMIT,
)

T = TypeVar("T")
Values = Mapping[str, Mapping[str, Mapping[str, Any]]]  # view["state"]["values"]

CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{2,30}")
LARGEST_BUDGET = Decimal(1_000_000_000)
QUORUM = re.compile("[0-9]{1,9}")  # enough; int() refuses thousands of digits
DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")  # Slack's; fromisoformat() takes many others


class FieldError(ValueError):
    """One field's problem, in the words that stand under it."""


class FormInvalidError(Exception):
    """A form with problems; ``errors`` holds the words by ``block_id``."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class SetUpInput:
    usergroup_id: str
    channel_id: str
    quorum: int


class Form:
    """Reads fields one by one and remembers every problem, so that a person sees all at once."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._errors: dict[str, str] = {}

    def read(self, field: Field, parse: Callable[[Mapping[str, Any]], T], default: T) -> T:
        state = _inside(_inside(self._values, field), field)
        try:
            return parse(state if isinstance(state, Mapping) else {})
        except FieldError as problem:
            self._errors[field] = str(problem)
            return default

    def require_valid(self) -> None:
        """Pass when every field could be read.

        Raises:
            FormInvalidError: with all problems.
        """
        if self._errors:
            raise FormInvalidError(self._errors)


def campaign(values: Values, *, earliest: date) -> CampaignContent:
    """Return the campaign in a submitted form; ``earliest`` is the first launch date allowed.

    Raises:
        FormInvalidError: with the words for each field.
    """
    form = Form(values)
    content = CampaignContent(
        title=form.read(Field.TITLE, _line("a title", TITLE_LIMIT), ""),
        brief=form.read(Field.BRIEF, _text("a brief", BRIEF_LIMIT), ""),
        channels=form.read(Field.CHANNELS, _channels, ()),
        budget=form.read(Field.BUDGET, _budget, Decimal(0)),
        currency=form.read(Field.CURRENCY, _currency, ""),
        launch_on=form.read(Field.LAUNCH_ON, lambda state: _launch_on(state, earliest), earliest),
        asset_url=form.read(Field.ASSET_URL, _asset_url, ""),
    )
    form.require_valid()
    return content


def asked_in(view: Mapping[str, Any]) -> str:
    """Return the channel that a form was asked for in, or an empty string."""
    stored = str(view.get("private_metadata") or "")
    return stored if CHANNEL_ID.fullmatch(stored) else ""


def reason(values: Values) -> str:
    """Return the reason in a decision's form.

    Raises:
        FormInvalidError: it is empty or too long.
    """
    form = Form(values)
    text = form.read(Field.REASON, _text("a reason", REASON_LIMIT), "")
    form.require_valid()
    return text


def set_up(values: Values) -> SetUpInput:
    """Return who approves, from the set-up form.

    Raises:
        FormInvalidError: with the words for each field.
    """
    form = Form(values)
    chosen = SetUpInput(
        usergroup_id=form.read(Field.APPROVER_GROUP, _selected("Choose a user group."), ""),
        channel_id=form.read(Field.APPROVALS_CHANNEL, _conversation, ""),
        quorum=form.read(Field.QUORUM, _quorum, 1),
    )
    form.require_valid()
    return chosen


def _inside(value: object, name: str) -> Any:
    """Return ``value[name]``, or None where Slack sent something else than an object with it."""
    return value.get(name) if isinstance(value, Mapping) else None


def _typed(state: Mapping[str, Any]) -> str:
    value = state.get("value")
    return value.strip() if isinstance(value, str) else ""


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ"  # controls and formats, spaces


def _line(what: str, limit: int) -> Callable[[Mapping[str, Any]], str]:
    """Read a text of one line: what would break it becomes a space."""
    parse = _text(what, limit)
    return lambda state: parse({"value": " ".join(_typed(state).split())})


def _text(what: str, limit: int) -> Callable[[Mapping[str, Any]], str]:
    def parse(state: Mapping[str, Any]) -> str:
        text = _typed(state)
        if not any(_is_visible(character) for character in text):
            raise FieldError(f"Enter {what}.")
        if len(text) > limit:
            raise FieldError(f"At most {limit} characters; this has {len(text)}.")
        return text

    return parse


def _channels(state: Mapping[str, Any]) -> tuple[str, ...]:
    selected = state.get("selected_options")
    values = [_inside(option, "value") for option in selected] if isinstance(selected, list) else []
    if not values or any(value not in CHANNELS for value in values):
        raise FieldError("Choose at least one channel.")
    return tuple(dict.fromkeys(values))


def _budget(state: Mapping[str, Any]) -> Decimal:
    try:
        amount = Decimal(_typed(state))
    except InvalidOperation:
        raise FieldError("Enter an amount, such as 12000 or 12000.50.") from None
    if not amount.is_finite() or not 0 <= amount <= LARGEST_BUDGET:
        raise FieldError(f"Enter an amount from 0 to {LARGEST_BUDGET:,}.")
    if amount != amount.quantize(Decimal("0.01")):
        raise FieldError("At most two digits after the point.")
    return abs(amount).quantize(Decimal("0.01"))  # no minus zero, which no database gives back


def _currency(state: Mapping[str, Any]) -> str:
    currency = _selected("Choose a currency.")(state)
    if currency not in CURRENCIES:
        raise FieldError("Choose a currency.")
    return currency


def _selected(otherwise: str) -> Callable[[Mapping[str, Any]], str]:
    def parse(state: Mapping[str, Any]) -> str:
        chosen = _inside(state.get("selected_option"), "value")
        if not chosen:
            raise FieldError(otherwise)
        return str(chosen)

    return parse


def _conversation(state: Mapping[str, Any]) -> str:
    channel_id = str(state.get("selected_conversation") or "")
    if not channel_id.startswith(("C", "G")):
        raise FieldError("Choose a channel.")
    return channel_id


def _quorum(state: Mapping[str, Any]) -> int:
    value = _typed(state)
    if not QUORUM.fullmatch(value) or not 1 <= int(value) <= MOST_APPROVALS:
        raise FieldError(f"Enter a whole number from 1 to {MOST_APPROVALS}.")
    return int(value)


def _launch_on(state: Mapping[str, Any], earliest: date) -> date:
    selected = str(state.get("selected_date") or "")
    try:
        chosen = date.fromisoformat(selected if DATE.fullmatch(selected) else "")
    except ValueError:
        raise FieldError("Choose a date.") from None
    if chosen < earliest:
        raise FieldError("This date has passed. Choose today or later.")
    return chosen


def _asset_url(state: Mapping[str, Any]) -> str:
    address = _typed(state)
    if not address:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    whole = parts.scheme in {"http", "https"} and parts.hostname and address.isprintable()
    if not whole or " " in address:
        raise FieldError("Enter a full link that starts with https://")
    if len(address) > URL_LIMIT:
        raise FieldError(f"At most {URL_LIMIT} characters.")
    return address
