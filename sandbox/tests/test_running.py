"""The process: starting, stopping, keeping the state."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from socket import socket

import httpx
import pytest
from slack_sdk import WebClient

from sandbox import snapshot
from sandbox.manifest import Manifest
from sandbox.slack import Credentials, Slack
from sandbox.testing import LocalSlack
from sandbox.tests.conftest import manifest

ROOT = Path(__file__).parents[2]
SECRETS = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "secret",
    "SLACK_SIGNING_SECRET": "signing",
}


@pytest.fixture
def manifest_file(tmp_path: Path) -> Path:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest("http://127.0.0.1:1/slack/events")), encoding="utf-8")
    return path


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Return a function that starts the sandbox; what still runs afterwards is ended."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: object, secrets: dict[str, str] = SECRETS) -> subprocess.Popen[str]:
        environment = {key: value for key, value in os.environ.items() if key not in SECRETS}
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", *map(str, arguments)],
            cwd=ROOT,
            env={**environment, **secrets},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def test_missing_credentials_are_named(
    start: Callable[..., subprocess.Popen[str]], manifest_file: Path
) -> None:
    process = start("--manifest", manifest_file, secrets={})

    _, errors = process.communicate(timeout=20)

    assert process.returncode == 2
    assert "SLACK_SIGNING_SECRET" in errors


def test_a_busy_port_is_named(
    start: Callable[..., subprocess.Popen[str]], manifest_file: Path
) -> None:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start("--manifest", manifest_file, "--port", port)
        _, errors = process.communicate(timeout=20)

    assert process.returncode == 1
    assert str(port) in errors


def test_the_app_level_token_is_shown_when_the_manifest_says_socket_mode(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest("", socket_mode_enabled=True)), encoding="utf-8")
    process = start("--manifest", path, "--port", 0)
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    token = process.stdout.readline().split()[-1]

    answer = WebClient(token, base_url=f"{url}/api/").apps_connections_open(app_token=token)

    assert token == Credentials(*SECRETS.values()).app_token
    assert answer["url"].startswith(url.replace("http", "ws"))


def test_a_stop_is_prompt_even_with_a_listening_browser_and_the_state_is_kept(
    start: Callable[..., subprocess.Popen[str]], manifest_file: Path, tmp_path: Path
) -> None:
    state_file = tmp_path / "state.json"
    process = start("--manifest", manifest_file, "--port", 0, "--state-file", state_file)
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    who = {"team_id": "T01NORTHWD", "user_id": "U01DANALEE"}
    message = {**who, "channel_id": "C01GENERAL", "text": "Remember me"}
    with httpx.stream("GET", f"{url}/client/api/stream", params=who) as stream:
        lines = stream.iter_lines()
        next(lines)
        httpx.post(f"{url}/client/api/message", json=message)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        list(lines)  # fails unless the stream was ended properly, not cut

    assert time.monotonic() - began < 2
    assert process.returncode == 0
    assert "Remember me" in state_file.read_text(encoding="utf-8")


def fresh() -> Slack:
    return Slack(Manifest.from_json(manifest("http://127.0.0.1:1/")), Credentials("1", "2", "3"))


def test_a_saved_state_comes_back_the_same(
    slack: LocalSlack, client: WebClient, tmp_path: Path
) -> None:
    client.views_publish(user_id="U01DANALEE", view={"type": "home", "blocks": []})
    snapshot.save(slack.slack, tmp_path / "state.json")
    other = fresh()

    snapshot.load(other, tmp_path / "state.json")

    assert other.state == slack.state


def test_a_file_that_is_no_state_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text('{"format": 0}', encoding="utf-8")

    with pytest.raises(snapshot.SnapshotError):
        snapshot.load(fresh(), path)
