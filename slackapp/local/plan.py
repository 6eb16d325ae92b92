"""What a local run starts, and where, as the environment asks for it."""

import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from slackapp.env import is_operated, load_environment_files
from slackapp.local import environment
from slackapp.local.errors import CannotRunError

APP_PORT = 8000
SANDBOX_PORT = 8100


@dataclass(frozen=True, slots=True)
class Plan:
    """The processes of one local run."""

    data_dir: Path
    app_port: int
    sandbox_port: int | None  # None: the app talks to the real Slack

    @property
    def manifest(self) -> Path:
        return self.data_dir / "manifest.json"

    def ports(self) -> dict[str, int]:
        """Return each port by the variable that changes it."""
        sandbox = {} if self.sandbox_port is None else {"SANDBOX_PORT": self.sandbox_port}
        return {"APP_PORT": self.app_port, **sandbox}

    def probes(self) -> dict[str, tuple[int, str]]:
        """Return the port and path that tell whether a process is ready."""
        sandbox = {} if self.sandbox_port is None else {"slack": (self.sandbox_port, "/healthz")}
        return {"web": (self.app_port, "/readyz"), **sandbox}

    def commands(self) -> dict[str, list[str]]:
        """Return each process's command line."""
        workers = ["--worker-class=gthread", "--workers=2", "--threads=4", "--no-control-socket"]
        address = f"--bind=127.0.0.1:{self.app_port}"
        processes = {
            "web": [sys.executable, "-m", "gunicorn", "slackapp.wsgi", *workers, address],
            "worker": [sys.executable, "manage.py", "run_worker"],
        }
        if self.sandbox_port is not None:
            files = [
                f"--manifest={self.manifest}",
                f"--state-file={self.data_dir / 'sandbox.json'}",
            ]
            sandbox = [sys.executable, "-m", "sandbox", f"--port={self.sandbox_port}", *files]
            processes["slack"] = sandbox
        return processes


def make_plan(base_dir: Path, data_dir: Path) -> Plan:
    """Complete this process's environment, which the others inherit, then say what is to run.

    Credentials are made up only when nobody gave any: neither a file nor SLACK_CLIENT_ID.

    Raises: CannotRunError for a port that is none, ImproperlyConfigured for an unreadable file.
    """
    app_port = _port("APP_PORT", APP_PORT)
    sandbox_port = _port("SANDBOX_PORT", SANDBOX_PORT)
    if not is_operated(base_dir):
        own = data_dir / "local.env"
        environment.ensure(own, environment.addresses(app_port=APP_PORT, sandbox_port=SANDBOX_PORT))
        os.environ["ENV_FILE"] = str(own)
        if (app_port, sandbox_port) != (APP_PORT, SANDBOX_PORT):
            _prefer(environment.addresses(app_port=app_port, sandbox_port=sandbox_port))
    load_environment_files(base_dir)
    return Plan(data_dir, app_port, _sandbox_port())


def require_free(name: str, port: int) -> None:
    """Raise CannotRunError when something listens on ``port`` already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as busy:
            raise CannotRunError(
                f"Port {port} cannot be used: {busy.strerror}. Stop the program that has it, "
                f"or choose another port: make run {name}={port + 1}"
            ) from None


def _port(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdecimal() or not 0 < int(value) < 2**16:
        raise CannotRunError(f"{name} must be a port number, not {value!r}.")
    return int(value)


def _prefer(values: dict[str, str]) -> None:
    for name, value in values.items():
        os.environ.setdefault(name, value)


def _sandbox_port() -> int | None:
    slack = urlsplit(os.environ.get("SLACK_API_URL", ""))
    if slack.hostname not in {"127.0.0.1", "localhost"}:
        return None
    return slack.port or 80
