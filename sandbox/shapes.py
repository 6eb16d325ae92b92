"""Words for describing JSON: each check yields what is wrong with a value.

The wording and the ``json-pointer`` follow Slack's own answers.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from sandbox.types import JSON, Value

Check = Callable[[Value, str], Iterator[str]]


def fault(text: str, pointer: str) -> str:
    """Return one fault the way Slack words it."""
    return f"{text} [json-pointer:{pointer}]"


def string(at_most: int, at_least: int = 1, pattern: str = "") -> Check:
    """Accept a string of this many characters."""

    def check(value: Value, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield fault("must be a string", pointer)
        elif len(value) > at_most:
            yield fault(f"must be less than {at_most + 1} characters", pointer)
        elif len(value) < at_least:
            yield fault(f"must be more than {at_least - 1} characters", pointer)
        elif pattern and not re.fullmatch(pattern, value):
            yield fault("does not match the expected pattern", pointer)

    return check


def choice(*allowed: str) -> Check:
    """Accept one of these strings."""

    def check(value: Value, pointer: str) -> Iterator[str]:
        if value not in allowed:
            yield fault(f"must be a valid enum value: {', '.join(allowed)}", pointer)

    return check


def boolean(value: Value, pointer: str) -> Iterator[str]:
    """Accept true or false."""
    if not isinstance(value, bool):
        yield fault("must be a boolean", pointer)


def integer(at_least: int, at_most: int) -> Check:
    """Accept a whole number in this range."""

    def check(value: Value, pointer: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield fault("must be an integer", pointer)
        elif not at_least <= value <= at_most:
            yield fault(f"must be between {at_least} and {at_most}", pointer)

    return check


def anything(value: Value, pointer: str) -> Iterator[str]:
    """Accept whatever is there."""
    del value, pointer
    return iter(())


def items(each: Check, at_most: int, at_least: int = 1) -> Check:
    """Accept a list of this many values, each of which fits."""

    def check(value: Value, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield fault("must be an array", pointer)
            return
        if len(value) > at_most:
            yield fault(f"no more than {at_most} items allowed", pointer)
        if len(value) < at_least:
            yield fault(f"no fewer than {at_least} items allowed", pointer)
        for index, item in enumerate(value):
            yield from each(item, f"{pointer}/{index}")

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Accept an object with exactly these keys; ``type`` is always known."""
    known = {"type": anything, **required, **(optional or {})}

    def check(value: Value, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault("must provide an object", pointer)
            return
        for key in required:
            if value.get(key) is None:
                yield fault(f"missing required field: {key}", pointer)
        for key, inside in value.items():
            if key not in known:
                yield fault(f"invalid additional property: {key}", pointer)
            elif inside is not None:
                yield from known[key](inside, f"{pointer}/{key}")

    return check


def by_type(kinds: Mapping[str, Check]) -> Check:
    """Accept an object whose ``type`` is one of ``kinds`` and which fits it."""

    def check(value: Value, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault("must provide an object", pointer)
        elif value.get("type") is None:
            yield fault("missing required field: type", pointer)
        elif not isinstance(value["type"], str) or value["type"] not in kinds:
            yield fault(f"unsupported type: {value['type']}", f"{pointer}/type")
        else:
            yield from kinds[value["type"]](value, pointer)

    return check


def also(check: Check, *rules: Check) -> Check:
    """Accept what fits ``check``; the further ``rules`` look only at such values."""

    def combined(value: Value, pointer: str) -> Iterator[str]:
        faults = list(check(value, pointer))
        yield from faults
        if not faults:
            for rule in rules:
                yield from rule(value, pointer)

    return combined


def exactly_one_of(*keys: str) -> Check:
    """Require one of ``keys`` and no second one."""

    def check(value: JSON, pointer: str) -> Iterator[str]:
        if sum(value.get(key) is not None for key in keys) != 1:
            yield fault(f"must have exactly one of: {', '.join(keys)}", pointer)

    return check


def at_least_one_of(*keys: str) -> Check:
    """Require one or more of ``keys``."""

    def check(value: JSON, pointer: str) -> Iterator[str]:
        if all(value.get(key) is None for key in keys):
            yield fault(f"must have at least one of: {', '.join(keys)}", pointer)

    return check
