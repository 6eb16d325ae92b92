"""What has to exist before the processes start: database, manifest file, admin account."""

import os
import subprocess
import sys
from itertools import dropwhile
from pathlib import Path
from typing import Any

import psycopg

from slackapp import embedded_postgres
from slackapp.env import Environment
from slackapp.local import environment
from slackapp.local.errors import CannotRunError
from slackapp.local.plan import Plan

ADMIN = "admin"
PATIENCE = 5  # seconds for a database server to answer
TRACEBACK = "Traceback (most recent call last):"


def prepare_database(data_dir: Path) -> None:
    """Leave a migrated database at DATABASE_URL, which is set afterwards.

    Raises: CannotRunError, ImproperlyConfigured.
    """
    if not Environment().text("DATABASE_URL", ""):
        os.environ["DATABASE_URL"] = embedded_postgres.start(data_dir / "postgres")
    _require_answer(Environment().database("DATABASE_URL"))
    manage("migrate", "--verbosity=0")


def _require_answer(database: dict[str, Any]) -> None:
    """Raise CannotRunError with the driver's own reason when the database cannot be opened."""
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host"}
    names["PORT"] = "port"
    address = {name: database[key] for key, name in names.items() if database.get(key)}
    address = {"connect_timeout": PATIENCE, **address, **database.get("OPTIONS", {})}
    try:
        psycopg.connect(**address).close()
    except psycopg.Error as refused:
        raise CannotRunError(
            f"The database in DATABASE_URL cannot be opened: {' '.join(str(refused).split())}\n"
            "Check that its server runs and that host, port, user, password and name are right."
        ) from None


def write_manifest(plan: Plan) -> None:
    """Describe the app to Slack in a file.

    Raises: CannotRunError.
    """
    plan.manifest.write_text(manage("slack_manifest"))


def ensure_admin(password_file: Path) -> str:
    """Return a line about the admin account, which exists afterwards.

    The password is shown on the first run alone, and stays in ``password_file``.

    Raises: CannotRunError.
    """
    new = not password_file.exists()
    password = environment.ensure_password(password_file)
    if _create_admin(password) and new:
        return f"{ADMIN}, password {password}"
    return f"{ADMIN}, password in {password_file}"


def _create_admin(password: str) -> bool:
    arguments = ["--noinput", f"--username={ADMIN}", "--email=admin@localhost"]
    try:
        manage("createsuperuser", *arguments, DJANGO_SUPERUSER_PASSWORD=password)
    except CannotRunError as failed:
        if "already taken" in str(failed):
            return False
        raise
    return True


def manage(*arguments: str, **more_environment: str) -> str:
    """Return what a management command prints.

    Raises: CannotRunError with the reason it gives.
    """
    done = subprocess.run(  # noqa: S603 # our own words
        [sys.executable, "manage.py", *arguments],
        env={**os.environ, **more_environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotRunError(f"`manage.py {arguments[0]}` failed. {_reason(done.stderr)}")
    return done.stdout


def _reason(errors: str) -> str:
    """Return what a command says, without the calls that led there."""
    said = errors.strip()
    if TRACEBACK not in said:
        return said
    after = said.rpartition(TRACEBACK)[2].splitlines()
    return "\n".join(dropwhile(lambda line: not line or line.startswith(" "), after))
