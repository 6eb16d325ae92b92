"""Block Kit blocks: what each may contain, on which surface.

Every number is from docs.slack.dev/reference/block-kit/blocks.
"""

from collections.abc import Iterator, Mapping

from sandbox.elements import IMAGE, IN_ACTIONS, IN_INPUT, IN_SECTION, URL, plain, rich
from sandbox.shapes import (
    Check,
    also,
    anything,
    at_least_one_of,
    boolean,
    by_type,
    exactly_one_of,
    fault,
    items,
    shape,
    string,
)
from sandbox.types import JSON

BLOCK_ID = 255  # characters
SECTION_TEXT = 3000  # characters; …/blocks/section-block
SECTION_FIELDS = 10  # fields
FIELD_TEXT = 2000  # characters
HEADER_TEXT = 150  # characters; …/blocks/header-block
ACTIONS = 25  # elements; …/blocks/actions-block
CONTEXT = 10  # elements; …/blocks/context-block
CONTEXT_TEXT = 2000  # characters
INPUT_LABEL = 2000  # characters; …/blocks/input-block
IMAGE_TEXT = 2000  # characters; …/blocks/image-block
MARKDOWN = 12_000  # characters; …/blocks/markdown-block
TABLE_ROWS = 100  # rows; …/blocks/table-block
TABLE_CELLS = 20  # cells of a row

COMMON: Mapping[str, Check] = {"block_id": string(BLOCK_ID)}


def distinct_action_ids(block: JSON, pointer: str) -> Iterator[str]:
    """Require that no two elements of one block share an action_id."""
    seen: set[str] = set()
    for index, element in enumerate(block["elements"]):
        action_id = element.get("action_id")
        if action_id in seen:
            yield fault(
                f"`action_id` {action_id!r} already exists", f"{pointer}/elements/{index}/action_id"
            )
        if action_id is not None:
            seen.add(action_id)


SECTION = also(
    shape(
        {},
        {
            **COMMON,
            "text": rich(SECTION_TEXT),
            "fields": items(rich(FIELD_TEXT), SECTION_FIELDS),
            "accessory": by_type(IN_SECTION),
            "expand": boolean,
        },
    ),
    at_least_one_of("text", "fields"),
)
INPUT = shape(
    {"label": plain(INPUT_LABEL), "element": by_type(IN_INPUT)},
    {**COMMON, "hint": plain(INPUT_LABEL), "optional": boolean, "dispatch_action": boolean},
)
CONTEXT_ELEMENT = by_type(
    {
        "plain_text": plain(CONTEXT_TEXT),
        "mrkdwn": rich(CONTEXT_TEXT),
        "image": IMAGE,
    }
)
IMAGE_BLOCK = also(
    shape(
        {"alt_text": string(IMAGE_TEXT)},
        {
            **COMMON,
            "image_url": string(URL),
            "slack_file": anything,
            "title": plain(IMAGE_TEXT),
        },
    ),
    exactly_one_of("image_url", "slack_file"),
)

ANYWHERE: Mapping[str, Check] = {
    "actions": also(
        shape({"elements": items(by_type(IN_ACTIONS), ACTIONS)}, COMMON), distinct_action_ids
    ),
    "context": shape({"elements": items(CONTEXT_ELEMENT, CONTEXT)}, COMMON),
    "divider": shape({}, COMMON),
    "header": shape({"text": plain(HEADER_TEXT)}, COMMON),
    "image": IMAGE_BLOCK,
    "input": INPUT,
    "rich_text": shape({"elements": items(anything, 1000)}, COMMON),
    "section": SECTION,
}
IN_MESSAGE: Mapping[str, Check] = {
    **ANYWHERE,
    "markdown": shape({"text": string(MARKDOWN)}, COMMON),
    "table": shape(
        {"rows": items(items(anything, TABLE_CELLS), TABLE_ROWS)},
        {**COMMON, "column_settings": items(anything, TABLE_CELLS)},
    ),
}
