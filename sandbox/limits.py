"""Refuses messages and views that Slack would refuse."""

import json
from collections.abc import Iterator, Sequence

from sandbox.blocks import ANYWHERE, IN_MESSAGE
from sandbox.elements import plain
from sandbox.errors import InvalidArgumentsError, SlackError
from sandbox.messages import elements
from sandbox.shapes import boolean, by_type, fault, items, shape, string
from sandbox.types import JSON, Value

MESSAGE_BLOCKS = 50  # blocks; docs.slack.dev/reference/block-kit/blocks
VIEW_BLOCKS = 100  # blocks; docs.slack.dev/reference/views
VIEW_TITLE = 24  # characters; docs.slack.dev/reference/views/modal-views
PRIVATE_METADATA = 3000  # characters
CALLBACK_ID = 255  # characters
VIEW_SIZE = 250_000  # bytes; docs.slack.dev/reference/methods/views.open#errors
# Slack cuts a posted text here; the sandbox refuses, because a cut text is an error unseen.
# docs.slack.dev/changelog/2018-truncating-really-long-messages
POSTED_TEXT = 40_000  # characters
UPDATED_TEXT = 4000  # characters; docs.slack.dev/reference/methods/chat.update#errors

ONE_PER_VIEW = "focus_on_load"  # docs.slack.dev/reference/block-kit/block-elements

MESSAGE = items(by_type(IN_MESSAGE), MESSAGE_BLOCKS, at_least=0)
VIEW_BODY = items(by_type(ANYWHERE), VIEW_BLOCKS, at_least=0)

IDENTITY = {
    "private_metadata": string(PRIVATE_METADATA, 0),
    "callback_id": string(CALLBACK_ID, 0),
    "external_id": string(CALLBACK_ID, 0),
}
MODAL = shape(
    {"title": plain(VIEW_TITLE), "blocks": VIEW_BODY},
    {
        **IDENTITY,
        "submit": plain(VIEW_TITLE),
        "close": plain(VIEW_TITLE),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
HOME = shape({"blocks": VIEW_BODY}, IDENTITY)


def require_message_blocks(blocks: Value) -> None:
    """Refuse blocks a message cannot have.

    Raises:
        InvalidArgumentsError: ``invalid_blocks``, with one line per fault.
    """
    faults = list(message_faults(blocks))
    if faults:
        raise InvalidArgumentsError(faults, "invalid_blocks")


def message_faults(blocks: Value) -> Iterator[str]:
    """Yield what Slack finds wrong with the blocks of a message."""
    faults = list(MESSAGE(blocks, "/blocks"))
    yield from faults
    if not faults:
        yield from _duplicate_block_ids(blocks, "/blocks")


def require_text(text: str, limit: int) -> None:
    """Refuse a text that is too long with ``msg_too_long``."""
    if len(text) > limit:
        raise SlackError("msg_too_long")


def require_view(view: Value, *kinds: str) -> None:
    """Refuse a view Slack would not show; ``kinds`` are the types the method takes.

    Raises:
        InvalidArgumentsError: with one line per fault.
        SlackError: ``view_too_large``.
    """
    faults = list(view_faults(view, kinds))
    if faults:
        raise InvalidArgumentsError(faults)
    if len(json.dumps(view)) > VIEW_SIZE:
        raise SlackError("view_too_large")


def view_faults(view: Value, kinds: Sequence[str]) -> Iterator[str]:
    """Yield what Slack finds wrong with a modal or Home tab."""
    known = {"modal": MODAL, "home": HOME}
    faults = list(by_type({kind: known[kind] for kind in kinds})(view, "/view"))
    yield from faults
    if faults:
        return
    yield from _duplicate_block_ids(view["blocks"], "/view/blocks")
    yield from _second_focus(view["blocks"])
    if _needs_submit(view):
        yield fault("missing required field: submit", "/view")


def _duplicate_block_ids(blocks: list[JSON], pointer: str) -> Iterator[str]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id in seen:
            yield fault(f"`block_id` {block_id!r} already exists", f"{pointer}/{index}/block_id")
        if block_id is not None:
            seen.add(block_id)


def _second_focus(blocks: list[JSON]) -> Iterator[str]:
    focused = [
        index
        for index, block in enumerate(blocks)
        for element in elements(block)
        if element.get(ONE_PER_VIEW)
    ]
    for index in focused[1:]:
        yield fault("only one element may have focus_on_load", f"/view/blocks/{index}")


def _needs_submit(view: JSON) -> bool:
    asks = any(block["type"] == "input" for block in view["blocks"])
    return view["type"] == "modal" and asks and not view.get("submit")
