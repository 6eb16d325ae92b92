"""Block Kit elements and composition objects: what each may contain.

Every number is from docs.slack.dev/reference/block-kit/block-elements or, for texts,
options and confirmations, docs.slack.dev/reference/block-kit/composition-objects.
"""

from collections.abc import Iterator, Mapping

from sandbox.shapes import (
    Check,
    also,
    anything,
    boolean,
    by_type,
    choice,
    exactly_one_of,
    fault,
    integer,
    items,
    shape,
    string,
)
from sandbox.types import JSON

ACTION_ID = 255  # characters
BUTTON_TEXT = 75  # characters; …/block-elements/button-element
BUTTON_VALUE = 2000  # characters
URL = 3000  # characters
LABEL = 75  # characters; accessibility_label
PLACEHOLDER = 150  # characters
OPTION_TEXT = 75  # characters; …/composition-objects/option-object
OPTION_VALUE = 150  # characters
SELECT_OPTIONS = 100  # options; …/block-elements/select-menu-element
CHOICES = 10  # options; …/block-elements/checkboxes-element, radio-button-group-element
OVERFLOW_OPTIONS = 5  # options; …/block-elements/overflow-menu-element
INPUT_LENGTH = 3000  # characters; …/block-elements/plain-text-input-element
IMAGE_TEXT = 2000  # characters; …/block-elements/image-element

DATE = r"\d{4}-\d{2}-\d{2}"
TIME = r"([01]\d|2[0-3]):[0-5]\d"
ID = r"[A-Z][A-Z0-9]+"


def plain(limit: int) -> Check:
    """Accept a plain_text object; mrkdwn is refused where Slack refuses it."""
    return by_type({"plain_text": shape({"text": string(limit)}, {"emoji": boolean})})


def rich(limit: int) -> Check:
    """Accept a text object of either kind."""
    text = string(limit)
    return by_type(
        {
            "plain_text": shape({"text": text}, {"emoji": boolean}),
            "mrkdwn": shape({"text": text}, {"verbatim": boolean}),
        }
    )


STYLE = choice("primary", "danger")

# docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object
CONFIRM = shape(
    {"title": plain(100), "text": rich(300), "confirm": plain(30), "deny": plain(30)},
    {"style": STYLE},
)

OPTION = shape(
    {"text": plain(OPTION_TEXT), "value": string(OPTION_VALUE)},
    {"description": plain(OPTION_TEXT)},
)
CHOICE = shape(
    {"text": rich(OPTION_TEXT), "value": string(OPTION_VALUE)},
    {"description": rich(OPTION_TEXT)},
)
OVERFLOW_OPTION = shape(
    {"text": plain(OPTION_TEXT), "value": string(OPTION_VALUE)},
    {"description": plain(OPTION_TEXT), "url": string(URL)},
)
OPTION_GROUP = shape({"label": plain(75), "options": items(OPTION, SELECT_OPTIONS)})

COMMON: Mapping[str, Check] = {"action_id": string(ACTION_ID)}
ASKING: Mapping[str, Check] = {
    **COMMON,
    "placeholder": plain(PLACEHOLDER),
    "focus_on_load": boolean,
}
MENU: Mapping[str, Check] = {**ASKING, "confirm": CONFIRM}

# docs.slack.dev/reference/block-kit/composition-objects/dispatch-action-configuration-object
DISPATCH = shape(
    {"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), 2)}
)
# docs.slack.dev/reference/block-kit/composition-objects/conversation-filter-object
FILTER = shape(
    {},
    {
        "include": items(choice("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)

BUTTON = shape(
    {"text": plain(BUTTON_TEXT)},
    {
        **COMMON,
        "url": string(URL),
        "value": string(BUTTON_VALUE),
        "style": STYLE,
        "confirm": CONFIRM,
        "accessibility_label": string(LABEL),
    },
)


def distinct_values(element: JSON, pointer: str) -> Iterator[str]:
    """Require that no two options share a value."""
    values = [option.get("value") for option in all_options(element)]
    if len(values) != len(set(values)):
        yield fault("option values must be unique", f"{pointer}/options")


def initial_among_options(element: JSON, pointer: str) -> Iterator[str]:
    """Require that what is preselected is one of the options, exactly as written there."""
    options = all_options(element)
    single = element.get("initial_option")
    if single is not None and single not in options:
        yield fault("initial_option must match an option", f"{pointer}/initial_option")
    if any(option not in options for option in element.get("initial_options") or []):
        yield fault("initial_options must match options", f"{pointer}/initial_options")


def all_options(element: JSON) -> list[JSON]:
    """Return the options of an element, grouped or not."""
    groups = element.get("option_groups") or []
    grouped = [option for group in groups for option in group["options"]]
    return list(element.get("options") or []) + grouped


def _menus(kind: str, keys: Mapping[str, Check], one: str, initial: Check) -> Mapping[str, Check]:
    """Return the single and the multi form of a select menu."""
    several = {
        **MENU,
        **keys,
        f"initial_{one}s": items(initial, SELECT_OPTIONS),
        "max_selected_items": integer(1, SELECT_OPTIONS),
    }
    return {
        f"{kind}_select": shape({}, {**MENU, **keys, f"initial_{one}": initial}),
        f"multi_{kind}_select": shape({}, several),
    }


def _with_options(menu: Check) -> Check:
    source = exactly_one_of("options", "option_groups")
    return also(menu, source, distinct_values, initial_among_options)


_STATIC_KEYS = {
    "options": items(OPTION, SELECT_OPTIONS),
    "option_groups": items(OPTION_GROUP, SELECT_OPTIONS),
}
_CONVERSATION_KEYS = {
    "default_to_current_conversation": boolean,
    "response_url_enabled": boolean,
    "filter": FILTER,
}
_STATIC = _menus("static", _STATIC_KEYS, "option", OPTION)

MENUS: Mapping[str, Check] = {
    **{kind: _with_options(menu) for kind, menu in _STATIC.items()},
    **_menus("external", {"min_query_length": integer(0, 10_000)}, "option", OPTION),
    **_menus("users", {}, "user", string(20, 1, ID)),
    **_menus("conversations", _CONVERSATION_KEYS, "conversation", string(20, 1, ID)),
    **_menus("channels", {"response_url_enabled": boolean}, "channel", string(20, 1, ID)),
}


def _choices(extra: Mapping[str, Check]) -> Check:
    keys = {**COMMON, **extra, "confirm": CONFIRM, "focus_on_load": boolean}
    group = shape({"options": items(CHOICE, CHOICES)}, keys)
    return also(group, distinct_values, initial_among_options)


PICKERS: Mapping[str, Check] = {
    "checkboxes": _choices({"initial_options": items(CHOICE, CHOICES)}),
    "radio_buttons": _choices({"initial_option": CHOICE}),
    "datepicker": shape({}, {**MENU, "initial_date": string(10, 10, DATE)}),
    "timepicker": shape({}, {**MENU, "initial_time": string(5, 5, TIME), "timezone": string(80)}),
    "datetimepicker": shape(
        {},
        {
            **COMMON,
            "focus_on_load": boolean,
            "confirm": CONFIRM,
            "initial_date_time": integer(1_000_000_000, 9_999_999_999),
        },
    ),
}

_TYPED = {**ASKING, "initial_value": string(INPUT_LENGTH, 0), "dispatch_action_config": DISPATCH}

INPUTS: Mapping[str, Check] = {
    "plain_text_input": shape(
        {},
        {
            **_TYPED,
            "multiline": boolean,
            "min_length": integer(0, INPUT_LENGTH),
            "max_length": integer(1, INPUT_LENGTH),
        },
    ),
    "number_input": shape(
        {"is_decimal_allowed": boolean},
        {**_TYPED, "min_value": string(100), "max_value": string(100)},
    ),
    "email_text_input": shape({}, _TYPED),
    "url_text_input": shape({}, _TYPED),
    "rich_text_input": shape({}, {**_TYPED, "initial_value": anything}),
    "file_input": shape(
        {}, {**COMMON, "filetypes": items(string(20), 100), "max_files": integer(1, 10)}
    ),
}

OVERFLOW = shape(
    {"options": items(OVERFLOW_OPTION, OVERFLOW_OPTIONS)}, {**COMMON, "confirm": CONFIRM}
)
IMAGE = also(
    shape({"alt_text": string(IMAGE_TEXT)}, {"image_url": string(URL), "slack_file": anything}),
    exactly_one_of("image_url", "slack_file"),
)

IN_ACTIONS: Mapping[str, Check] = {
    "button": BUTTON,
    "overflow": OVERFLOW,
    "rich_text_input": INPUTS["rich_text_input"],
    **MENUS,
    **PICKERS,
}
IN_SECTION: Mapping[str, Check] = {**IN_ACTIONS, "image": IMAGE}
IN_INPUT: Mapping[str, Check] = {**INPUTS, **MENUS, **PICKERS}
