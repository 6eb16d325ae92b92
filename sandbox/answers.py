"""Plain Python values, turned into the state a form would send."""

from datetime import date, datetime, time

from sandbox.errors import GestureError
from sandbox.forms import ANSWER_KEYS, stateful
from sandbox.slack import Slack
from sandbox.types import JSON, Value
from sandbox.workspace import View


def state_values(slack: Slack, view: View, answers: JSON) -> JSON:
    """Return ``state.values`` for ``answers`` by block_id.

    People are given by handle, channels by name, options by value or by their text.
    """
    blocks = {block["block_id"]: block for block in view.content["blocks"]}
    filled: JSON = {}
    for block_id, value in answers.items():
        if block_id not in blocks:
            raise GestureError(f"The form has no block {block_id!r}, only {sorted(blocks)}.")
        element = next(stateful(blocks[block_id]))
        answer = element_answer(slack, view.team_id, element, value)
        filled[block_id] = {element["action_id"]: answer}
    return filled


def element_answer(slack: Slack, team_id: str, element: JSON, value: Value) -> JSON:
    """Return the answer of one element, in Slack's shape."""
    kind = element["type"]
    key = ANSWER_KEYS[kind]
    return {"type": kind, key: _converted(slack, team_id, element, key, value)}


def _converted(slack: Slack, team_id: str, element: JSON, key: str, value: Value) -> Value:
    if value is None:
        return None
    if key.endswith("s") and key != "files":
        one = key.removesuffix("s")
        return [_converted(slack, team_id, element, one, item) for item in value]
    if key == "selected_option":
        return _option(element, value)
    if key in {"selected_user", "selected_conversation", "selected_channel"}:
        return _reference(slack, team_id, str(value))
    return _as_typed(value)


def _as_typed(value: Value) -> Value:
    """Return what a picker or a text field sends."""
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, (int, float)) else value


def _option(element: JSON, value: Value) -> JSON:
    """Return the option with this value or text; an external select takes any."""
    if isinstance(value, dict):
        return value
    groups = element.get("option_groups") or []
    options = list(element.get("options") or [])
    options += [option for group in groups for option in group["options"]]
    for option in options:
        if str(value) in {option["value"], option["text"]["text"]}:
            return dict(option)
    if "external" in element["type"]:
        text = {"type": "plain_text", "text": str(value), "emoji": True}
        return {"text": text, "value": str(value)}
    raise GestureError(f"There is no option {value!r}.")


def _reference(slack: Slack, team_id: str, name: str) -> str:
    bare = name.lstrip("@#")
    user = slack.state.user_with_handle(team_id, bare)
    channel = slack.state.channel_named(team_id, bare)
    if user is not None and not name.startswith("#"):
        return user.user_id
    return channel.channel_id if channel else name
