"""Typed readers of the environment that name the variable they could not read."""

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

LOCAL_ENVIRONMENT = Path(".data") / "local.env"  # written by `make run`


def load_environment_files(base_dir: Path) -> None:
    """Read ``.env`` (or, without one, what ``make run`` wrote) for names not set already.

    ``ENV_FILE`` names another file to read instead; empty means none.
    """
    named = os.environ.get("ENV_FILE")
    candidates = [base_dir / ".env", base_dir / LOCAL_ENVIRONMENT]
    if named is not None:
        candidates = [Path(named)] if named else []
    for candidate in candidates:
        if candidate.is_file():
            environ.Env.read_env(candidate)
            return


class Environment:
    """Reads ``NAME``, or the file that ``NAME_FILE`` points to; a wrong value stops the start.

    Every method raises ImproperlyConfigured with the variable's name and what to do.
    """

    def __init__(self) -> None:
        self._env = environ.FileAwareEnv()

    def secret(self, name: str) -> str:
        value = self.text(name, "")
        if not value:
            raise ImproperlyConfigured(f"{name} is not set. Set {name}, or {name}_FILE to a file.")
        return value

    def several(self, name: str) -> list[str]:
        """Return the values parted by commas; at least one."""
        values = [value.strip() for value in self.secret(name).split(",") if value.strip()]
        if not values:
            raise ImproperlyConfigured(f"{name} holds only commas.")
        return values

    def text(self, name: str, default: str) -> str:
        try:
            return str(self._env(name, default=default)).strip()
        except OSError as unreadable:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {unreadable}") from unreadable

    def flag(self, name: str, *, default: bool) -> bool:
        words = {"1": True, "true": True, "yes": True, "on": True}
        words |= {"0": False, "false": False, "no": False, "off": False}
        value = self.text(name, str(default)).lower()
        if value not in words:
            raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")
        return words[value]

    def number(self, name: str, default: int, *, at_least: int = 0) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal() or int(value) < at_least:
            raise ImproperlyConfigured(
                f"{name} must be a whole number of at least {at_least}, not {value!r}."
            )
        return int(value)

    def choice(self, name: str, default: str, choices: Sequence[str]) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise ImproperlyConfigured(
                f"{name} must be one of {', '.join(choices)}; not {value!r}."
            )
        return value

    def url(self, name: str, default: str = "") -> str:
        """Return an absolute http(s) address as it was given."""
        value = self.text(name, default) if default else self.secret(name)
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", value):
            raise ImproperlyConfigured(
                f"{name} must be an absolute http or https address, not {value!r}."
            )
        return value

    def parsed(self, name: str, parse: Callable[[str], T]) -> T:
        """Return ``parse(secret)``; a ValueError becomes a message that does not repeat it."""
        value = self.secret(name)
        try:
            return parse(value)
        except ValueError as malformed:
            raise ImproperlyConfigured(f"{name}: {malformed}") from None

    def database(self, name: str) -> dict[str, object]:
        """Return Django's settings for the PostgreSQL address in ``name``."""
        value = self.secret(name)
        if not re.match(r"postgres(ql)?://", value):
            raise ImproperlyConfigured(f"{name} must start with postgresql://.")
        try:
            return dict(self._env.db_url_config(value))
        except (ValueError, environ.ImproperlyConfigured):
            raise ImproperlyConfigured(
                f"{name} is malformed; expected postgresql://user:password@host:5432/name."
            ) from None
