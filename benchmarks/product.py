"""Countersign as in production, over a fresh database that goes with this process."""

import atexit
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from slackapp import embedded_postgres

BASE_DIR = Path(__file__).resolve().parent.parent
START_TIMEOUT = 30  # seconds
SIGNING_SECRET = "benchmark"  # noqa: S105  # signs nothing outside of this run
GUNICORN = ("-m", "gunicorn", "slackapp.wsgi", "--worker-class=gthread", "--log-level=warning")


@contextmanager
def running_web(*, campaigns: int) -> Iterator[int]:
    """Yield the port of a web process over ``campaigns`` pending campaigns; stop it after."""
    port = _free_port()
    environment = _migrated(port)
    _shell(environment, f"from benchmarks.seed import fill; fill({campaigns})")
    options = ("--workers=2", "--threads=4", f"--bind=127.0.0.1:{port}")
    command = [sys.executable, *GUNICORN, *options]
    process = subprocess.Popen(command, cwd=BASE_DIR, env=environment)  # noqa: S603  # our own words
    try:
        _await_answer(f"http://127.0.0.1:{port}/readyz")
        yield port
    finally:
        process.terminate()
        process.wait(START_TIMEOUT)


def run_inside(statement: str) -> None:
    """Run a Python statement with Countersign set up over a database of its own."""
    _shell(_migrated(_free_port()), statement)


def _migrated(port: int) -> dict[str, str]:
    environment = _environment(port)
    _run(environment, "manage.py", "migrate", "--verbosity=0")
    return environment


def _shell(environment: dict[str, str], statement: str) -> None:
    shell = ("manage.py", "shell", "--no-imports", "--verbosity=0", "--command")
    _run(environment, *shell, statement)


def _environment(port: int) -> dict[str, str]:
    """Return settings for a database that goes with this process; nobody plays Slack."""
    directory = Path(tempfile.mkdtemp(prefix="countersign-benchmark-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return {
        **os.environ,
        "ENV_FILE": "",
        "APP_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": embedded_postgres.start(directory / "postgres"),
        "FIELD_KEYS": "bench:" + "A" * 43,
        "LOG_FORMAT": "text",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
        "SLACK_CLIENT_ID": "1.1",
        "SLACK_CLIENT_SECRET": "benchmark",
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
    }


def _run(environment: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, *arguments]
    subprocess.run(command, cwd=BASE_DIR, env=environment, check=True)  # noqa: S603  # our own words


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_answer(url: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310  # our own address
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
