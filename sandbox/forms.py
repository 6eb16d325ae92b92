"""What Slack's client does with a form by itself: fill in, then check before sending."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from sandbox.messages import INTERACTIVE, elements
from sandbox.types import JSON, Value

# The key of an element's answer inside state.values, by type of element;
# docs.slack.dev/reference/interaction-payloads/view-interactions-payload
ANSWER_KEYS = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "checkboxes": "selected_options",
    "radio_buttons": "selected_option",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def stateful(block: JSON) -> Iterator[JSON]:
    """Yield the elements of a block that have an answer."""
    return (one for one in elements(block) if one["type"] in ANSWER_KEYS)


def complete(blocks: list[JSON], given: JSON) -> JSON:
    """Return ``state.values`` for every element: what was given, else its initial value."""
    return {
        block["block_id"]: {
            one["action_id"]: _answer(one, given.get(block["block_id"], {}).get(one["action_id"]))
            for one in stateful(block)
        }
        for block in blocks
        if any(stateful(block))
    }


def errors(blocks: list[JSON], values: JSON) -> dict[str, str]:
    """Return what Slack's client would complain about, by block_id."""
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            answer = values[block["block_id"]][element["action_id"]]
            complaint = _complaint(block, element, answer.get(ANSWER_KEYS[element["type"]]))
            if complaint:
                found[block["block_id"]] = complaint
    return found


def initial(element: JSON) -> Value:
    """Return an element's answer before anyone touches it."""
    key = ANSWER_KEYS[element["type"]]
    name = key.replace("rich_text_value", "value").removeprefix("selected_")
    value = element.get(f"initial_{name}")
    many = key.endswith("s")
    return value if value is not None else ([] if many else None)


def _answer(element: JSON, given: JSON | None) -> JSON:
    key = ANSWER_KEYS[element["type"]]
    if given is None or key not in given:
        return {"type": element["type"], key: initial(element)}
    value = given[key]
    cleaned = None if value == "" else value  # Slack sends null for an emptied field
    return {"type": element["type"], key: cleaned}


def _complaint(block: JSON, element: JSON, value: Value) -> str | None:
    if value is None or value == [] or (isinstance(value, str) and not value.strip()):
        return None if block.get("optional") else "Please complete this required field."
    check = CHECKS.get(element["type"])
    return check(element, value) if check else None


def _text(element: JSON, value: str) -> str | None:
    shortest, longest = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < shortest:
        return f"Please enter at least {shortest} characters."
    if len(value) > longest:
        return f"Please enter no more than {longest} characters."
    return None


def _number(element: JSON, value: str) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Please enter a number."
    if not number.is_finite():
        return "Please enter a number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Please enter a whole number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and number < Decimal(low):
        return f"Please enter a number that is {low} or more."
    if high is not None and number > Decimal(high):
        return f"Please enter a number that is {high} or less."
    return None


def _email(element: JSON, value: str) -> str | None:
    del element
    return None if EMAIL.fullmatch(value) else "Please enter a valid email address."


def _url(element: JSON, value: str) -> str | None:
    del element
    try:
        parts = urlsplit(value)
    except ValueError:
        return "Please enter a valid URL."
    whole = parts.scheme in {"http", "https"} and parts.hostname
    return None if whole else "Please enter a valid URL."


def _date(element: JSON, value: str) -> str | None:
    del element
    try:
        date.fromisoformat(value)
    except ValueError:
        return "Please enter a valid date."
    return None


def _selection(element: JSON, value: list[Value]) -> str | None:
    most = element.get("max_selected_items")
    if most is not None and len(value) > most:
        return f"Please select no more than {most}."
    return None


CHECKS: dict[str, Callable[[JSON, Value], str | None]] = {
    "plain_text_input": _text,
    "number_input": _number,
    "email_text_input": _email,
    "url_text_input": _url,
    "datepicker": _date,
    **{kind: _selection for kind in INTERACTIVE if kind.startswith("multi_")},
}
