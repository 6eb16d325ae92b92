"""What Slack would refuse."""

import pytest

from sandbox.limits import message_faults, view_faults
from sandbox.tests.kit import actions, asking, button, modal, plain, section
from sandbox.types import JSON, Value


def options(count: int) -> list[JSON]:
    return [{"text": plain(str(n)), "value": str(n)} for n in range(count)]


def header(text: str) -> JSON:
    return {"type": "header", "text": plain(text)}


def select(count: int) -> JSON:
    return {"type": "static_select", "action_id": "s", "options": options(count)}


MRKDWN = {"type": "mrkdwn", "text": "x"}

AT_THE_LIMIT = [
    ("section text", section("x" * 3000)),
    ("header", header("x" * 150)),
    ("button", actions(button(text=plain("x" * 75), value="v" * 2000, style="danger"))),
    ("actions", actions(*(button(f"b{n}") for n in range(25)))),
    ("context", {"type": "context", "elements": [MRKDWN] * 10}),
    ("fields", {"type": "section", "fields": [MRKDWN] * 10}),
    ("options", actions(select(100))),
    ("input", asking("a", {"type": "plain_text_input"}, hint=plain("x"))),
]

BEYOND = [
    ("section text", section("x" * 3001), "/text/text", "less than 3001"),
    ("empty text", section(""), "/text/text", "more than 0"),
    ("no text", {"type": "section"}, "", "at least one of"),
    ("header", header("x" * 151), "/text/text", "less than 151"),
    ("header mrkdwn", {"type": "header", "text": MRKDWN}, "/text/type", "unsupported type"),
    ("label", actions(button(text=plain("x" * 76))), "/elements/0/text/text", "less than 76"),
    ("mrkdwn label", actions(button(text=MRKDWN)), "/elements/0/text/type", "unsupported"),
    ("value", actions(button(value="v" * 2001)), "/elements/0/value", "less than 2001"),
    ("style", actions(button(style="loud")), "/elements/0/style", "valid enum"),
    ("unknown key", actions(button(colour="red")), "/elements/0", "additional property: colour"),
    ("too many", actions(*(button(f"b{n}") for n in range(26))), "/elements", "more than 25"),
    ("none", actions(), "/elements", "fewer than 1"),
    ("same action_id", actions(button("a"), button("a")), "/elements/1/action_id", "exists"),
    ("type", {"type": "carousel3000"}, "/type", "unsupported type"),
    ("typeless", {"text": MRKDWN}, "", "required field: type"),
    ("context", {"type": "context", "elements": [MRKDWN] * 11}, "/elements", "more than 10"),
    ("fields", {"type": "section", "fields": [MRKDWN] * 11}, "/fields", "more than 10"),
    ("options", actions(select(101)), "/elements/0/options", "more than 100"),
    ("no options", actions({"type": "static_select"}), "/elements/0", "exactly one of"),
    ("confirm", actions(button(confirm={"title": plain("x")})), "/elements/0/confirm", "required"),
    ("image", {"type": "image", "image_url": "https://x"}, "", "alt_text"),
    ("block_id", {"type": "divider", "block_id": "x" * 256}, "/block_id", "less than 256"),
    ("input in actions", actions({"type": "plain_text_input"}), "/elements/0/type", "unsupported"),
]


@pytest.mark.parametrize(("_case", "block"), AT_THE_LIMIT)
def test_a_block_at_the_limit_is_accepted(_case: str, block: JSON) -> None:
    assert list(message_faults([block])) == []


@pytest.mark.parametrize(("_case", "block", "pointer", "words"), BEYOND)
def test_a_block_beyond_the_limit_is_refused_where_it_is_wrong(
    _case: str, block: JSON, pointer: str, words: str
) -> None:
    faults = list(message_faults([block]))

    assert any(f"[json-pointer:/blocks/0{pointer}]" in one and words in one for one in faults)


@pytest.mark.parametrize("blocks", [{}, "x", [1], [None], [[]], [{"type": []}], [{"type": {}}]])
def test_nonsense_is_refused_without_a_crash(blocks: Value) -> None:
    assert list(message_faults(blocks))


def test_a_message_has_fifty_blocks() -> None:
    assert list(message_faults([section()] * 50)) == []
    assert list(message_faults([section()] * 51))


def test_block_ids_are_unique() -> None:
    assert list(message_faults([{"type": "divider", "block_id": "a"}] * 2))


VIEWS = [
    ("title", modal(section(), title=plain("x" * 25)), "/view/title/text"),
    ("no title", {"type": "modal", "blocks": []}, "required field: title"),
    ("submit", modal(section(), submit=plain("x" * 25)), "/view/submit/text"),
    ("metadata", modal(private_metadata="x" * 3001), "/view/private_metadata"),
    ("callback", modal(callback_id="x" * 256), "/view/callback_id"),
    ("blocks", modal(*[section()] * 101), "no more than 100"),
    (
        "input without submit",
        modal(asking("a", {"type": "plain_text_input"}), submit=None),
        "submit",
    ),
    (
        "two in focus",
        modal(
            *[asking(name, {"type": "plain_text_input", "focus_on_load": True}) for name in "ab"]
        ),
        "focus_on_load",
    ),
    ("home in views.open", {"type": "home", "blocks": []}, "unsupported type: home"),
]


@pytest.mark.parametrize(("_case", "view", "words"), VIEWS)
def test_a_view_beyond_the_limits_is_refused(_case: str, view: JSON, words: str) -> None:
    assert any(words in one for one in view_faults(view, ["modal"]))


def test_a_preselected_option_is_one_of_the_options() -> None:
    element = {**select(2), "initial_option": {"text": plain("9"), "value": "9"}}

    assert list(message_faults([actions(element)]))
