"""The whole product as `make run` starts it, in a directory and on ports of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from slackapp.tests.environment import BASE_DIR, ENVIRONMENT, UNSET

START_TIMEOUT = 90  # seconds; the first start makes a database
STOP_TIMEOUT = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Product:
    """Starts, stops and starts again, keeping its data."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.app_port, self.sandbox_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.app_port}"
        self.slack_url = f"http://127.0.0.1:{self.sandbox_port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.data_dir / "run.log"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "slackapp.local"],
                cwd=BASE_DIR,
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_TIMEOUT
        while not (_answers(f"{self.url}/readyz") and _answers(f"{self.slack_url}/healthz")):
            ended = self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise AssertionError(f"it did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.2)

    def stop(self) -> int:
        """Send what Ctrl-C sends; return the exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGINT)
        code = self._process.wait(STOP_TIMEOUT)
        self._process = None
        return code

    def _environment(self) -> dict[str, str]:
        """Return an environment in which nothing is configured."""
        ours = {*ENVIRONMENT, *UNSET, "DATABASE_URL"}
        kept = {name: value for name, value in os.environ.items() if name not in ours}
        return {
            **kept,
            "DATA_DIR": str(self.data_dir),
            "APP_PORT": str(self.app_port),
            "SANDBOX_PORT": str(self.sandbox_port),
            "NO_BROWSER": "1",
        }


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310  # our own address
            return bool(response.status == 200)
    except OSError:
        return False
