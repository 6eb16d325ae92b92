"""The state as a JSON file, so that a restart keeps it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

from sandbox.slack import Slack
from sandbox.types import Value
from sandbox.workspace import State

FORMAT = 1  # raise when a stored state can no longer be read


class SnapshotError(ValueError):
    """The state file cannot be read; the message says why."""


def save(slack: Slack, path: Path) -> None:
    """Write the state so that a crash leaves either the old file or the new one."""
    with slack.lock:
        body = json.dumps({"format": FORMAT, "state": asdict(slack.state)})
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f"{path.suffix}.new")
    fresh.write_text(body, encoding="utf-8")
    fresh.replace(path)


def load(slack: Slack, path: Path) -> None:
    """Take over the state of an earlier run, if there was one.

    Raises:
        SnapshotError: the file is not a state of this version.
    """
    if not path.exists():
        return
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["format"] != FORMAT:
            raise SnapshotError(f"{path} has format {stored['format']}, expected {FORMAT}")
        slack.load(_build(State, stored["state"]))
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise SnapshotError(f"{path} is not a state file: {error}") from error


def _build(kind: Value, data: Value) -> Value:
    """Turn JSON back into the dataclass it was written from; what an older one lacks is default."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        known = [one.name for one in fields(kind) if one.name in data]
        return kind(**{name: _build(hints[name], data[name]) for name in known})  # type: ignore[operator]
    origin: Value = get_origin(kind)
    if origin is dict and isinstance(data, Mapping):
        item = get_args(kind)[1]
        return {key: _build(item, value) for key, value in data.items()}
    if origin is list:
        return [_build(get_args(kind)[0], value) for value in data]
    return data
