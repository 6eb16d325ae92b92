"""Typed readers of the environment that name the variable they could not read."""

import os
import re
from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

T = TypeVar("T")

LINE = re.compile(r"(export )?[A-Za-z_0-9]+=.*")
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\]", re.IGNORECASE)


def local_data_dir(base_dir: Path) -> Path:
    """Return where a local run keeps what it made: DATA_DIR, or ``.data``."""
    return Path(os.environ.get("DATA_DIR") or base_dir / ".data").resolve()


def operators_file(base_dir: Path) -> Path | None:
    """Return the file that an operator wrote: ENV_FILE, or ``.env`` where there is one."""
    named = os.environ.get("ENV_FILE")
    if named is not None:
        return Path(named) if named else None
    own = base_dir / ".env"
    return own if own.is_file() else None


def is_operated(base_dir: Path) -> bool:
    """Tell whether an operator brought credentials, in a file or in the environment."""
    given = {"SLACK_CLIENT_ID", "SLACK_CLIENT_ID_FILE"} & set(os.environ)
    return bool(given) or operators_file(base_dir) is not None


def load_environment_files(base_dir: Path) -> None:
    """Read ``.env`` (or, where nobody brought credentials, what ``make run`` wrote).

    Names that are set already stay. ``ENV_FILE`` names another file to read; empty means none.

    Raises: ImproperlyConfigured, with the file and the line.
    """
    file = operators_file(base_dir)
    local = local_data_dir(base_dir) / "local.env"
    if file is None and "ENV_FILE" not in os.environ and not is_operated(base_dir):
        file = local if local.is_file() else None
    if file is not None:
        environ.Env.read_env(StringIO(_checked(file)))


def _checked(file: Path) -> str:
    """Return the lines that say something; each is NAME=value."""
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as unreadable:
        raise ImproperlyConfigured(f"{file} cannot be read: {_why(unreadable)}") from None
    for number, line in enumerate(lines, start=1):
        if _speaks(line) and not LINE.fullmatch(line):
            raise ImproperlyConfigured(f"{file}, line {number}: this is not NAME=value.")
    return "\n".join(line for line in lines if _speaks(line))


def _speaks(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _why(unreadable: OSError | UnicodeDecodeError) -> str:
    """Return the reason without what is in the file."""
    return unreadable.strerror or "" if isinstance(unreadable, OSError) else "it is not UTF-8."


class Environment:
    """Reads ``NAME``, or the file that ``NAME_FILE`` points to; a wrong value stops the start.

    Every method raises ImproperlyConfigured with the variable's name and what to do.
    """

    def __init__(self) -> None:
        self._env = environ.FileAwareEnv()

    def secret(self, name: str, *, at_least: int = 1) -> str:
        """Return the value, which has ``at_least`` so many characters."""
        value = self.text(name, "")
        if not value:
            raise ImproperlyConfigured(f"{name} is not set. Set {name}, or {name}_FILE to a file.")
        if len(value) < at_least:
            raise ImproperlyConfigured(f"{name} must have at least {at_least} characters.")
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
        return _absolute(name, self.text(name, default) if default else self.secret(name))

    def origin(self, name: str) -> str:
        """Return an http(s) address that is a host and perhaps a port, without a slash behind."""
        return origin(name, self.url(name))

    def hosts(self, name: str, default: str) -> list[str]:
        """Return host names as Django compares them: ``*``, or a dot for every subdomain."""
        value = self.text(name, "") or default
        hosts = [host.strip() for host in value.split(",") if host.strip()]
        for host in hosts or [value]:
            if host != "*" and not HOST.fullmatch(host.removeprefix(".")):
                raise ImproperlyConfigured(
                    f"{name} must be host names parted by commas, "
                    f"without scheme, port, slash or blanks; {host!r} is none."
                )
        return hosts

    def mailbox(self, name: str, default: str = "") -> str:
        """Return one e-mail address, without a name before it; may be empty."""
        value = self.text(name, "") or default
        try:
            if value:
                validate_email(value)
        except ValidationError:
            raise ImproperlyConfigured(
                f"{name} must be one e-mail address (help@example.com), not {value!r}."
            ) from None
        return value

    def mail_server(self, name: str, default: str) -> dict[str, object]:
        """Return Django's mail settings for the address in ``name``; it may hold a password."""
        value = self.text(name, "") or default
        try:
            server = dict(self._env.email_url_config(value))
            if value.startswith("smtp") and not server["EMAIL_HOST"]:
                raise ValueError("no host")  # noqa: TRY301  # told in one place
        except (ValueError, environ.ImproperlyConfigured):
            raise ImproperlyConfigured(
                f"{name} is malformed; expected smtp+tls://user:password@host:587, or "
                "consolemail:// to print mails."
            ) from None
        return server

    def entries(self, name: str) -> list[str]:
        """Return the texts parted by semicolons; may be none."""
        return [entry.strip() for entry in self.text(name, "").split(";") if entry.strip()]

    def parsed(self, name: str, parse: Callable[[str], T]) -> T:
        """Return ``parse(secret)``; a ValueError becomes a message that does not repeat it."""
        value = self.secret(name)
        try:
            return parse(value)
        except ValueError as malformed:
            raise ImproperlyConfigured(f"{name}: {malformed}") from None

    def parsed_if_set(self, name: str, parse: Callable[[str], T]) -> T | None:
        """Return ``parse(secret)``, or None where the variable is not set."""
        return self.parsed(name, parse) if self.text(name, "") else None

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


def origin(name: str, value: str) -> str:
    """Return an http(s) address that is a host and perhaps a port, without a slash behind.

    Raises: ImproperlyConfigured, with the ``name`` under which the value was given.
    """
    parts = urlsplit(_absolute(name, value))
    bare = f"{parts.scheme}://{parts.netloc}"
    if "@" in value or value[len(bare) :] not in {"", "/"}:
        raise ImproperlyConfigured(
            f"{name} must end after the host (https://approvals.example.com, or with a port): "
            "no path, query, fragment or user."
        )
    if not HOST.fullmatch(host_of(bare)):
        raise ImproperlyConfigured(
            f"{name} must have a host of letters, digits, hyphens and dots, not {host_of(bare)!r}."
        )
    return bare


def host_of(url: str) -> str:
    """Return the host as a Host header has it: an IPv6 address in brackets."""
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def _absolute(name: str, url: str) -> str:
    if not _is_absolute(url):
        raise ImproperlyConfigured(
            f"{name} must be an absolute http or https address, not {url!r}."
        )
    return url


def _is_absolute(url: str) -> bool:
    try:
        parts = urlsplit(url)
        known_port = parts.port != 0
    except ValueError:  # a port that is no number, half an IPv6 address
        return False
    named = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return named and known_port and not re.search(r"\s", url)
