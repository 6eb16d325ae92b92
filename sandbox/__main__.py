"""The command line: ``python -m sandbox --port 8100 --manifest manifest.json``."""

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from sandbox import snapshot
from sandbox.manifest import Manifest, ManifestError
from sandbox.running import Server, listen
from sandbox.slack import Credentials, Slack

SECRETS = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET")
LOOPBACK = ("127.0.0.1", "localhost")
SAVE_EVERY = 2.0  # seconds; what a crash can cost

WRONG_USE = 2  # exit code
CANNOT_RUN = 1  # exit code


class StartError(Exception):
    """The sandbox cannot start; the message is for the terminal."""

    def __init__(self, message: str, code: int) -> None:
        """Keep the exit code."""
        super().__init__(message)
        self.code = code


def main(arguments: list[str] | None = None) -> int:
    """Serve until a signal comes; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        slack = Slack(_manifest(options.manifest), _credentials())
        _serve(slack, options)
    except StartError as error:
        print(f"sandbox: {error}", file=sys.stderr)  # noqa: T201 (this is the terminal)
        return error.code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description="A strict local Slack.")
    parser.add_argument("--manifest", type=Path, required=True, help="the app's manifest, as JSON")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--host", choices=LOOPBACK, default=LOOPBACK[0], help="this machine only")
    parser.add_argument("--state-file", type=Path, help="keeps the workspaces over a restart")
    return parser


def _credentials() -> Credentials:
    missing = [name for name in SECRETS if not os.environ.get(name)]
    if missing:
        raise StartError(f"set {', '.join(missing)} in the environment", WRONG_USE)
    return Credentials(*(os.environ[name] for name in SECRETS))


def _manifest(path: Path) -> Manifest:
    try:
        return Manifest.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ManifestError, json.JSONDecodeError) as error:
        raise StartError(f"cannot use the manifest {path}: {error}", WRONG_USE) from error


def _serve(slack: Slack, options: argparse.Namespace) -> None:
    _load(slack, options.state_file)
    try:
        bound = listen(slack, options.host, options.port)
    except OSError as error:
        raise StartError(f"port {options.port}: {error.strerror}", CANNOT_RUN) from error
    print(f"Local Slack: {slack.base_url}", flush=True)  # noqa: T201 (this is the terminal)
    if slack.manifest.socket_mode_enabled:
        token = slack.credentials.app_token
        print(f"App-level token: {token}", flush=True)  # noqa: T201 (this is the terminal)
    stopped = threading.Event()
    saver = threading.Thread(target=_save_often, args=(slack, options.state_file, stopped))
    saver.start()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn passes it on at the end
    try:
        Server(slack).run(sockets=[bound])
    except KeyboardInterrupt:  # the server has already stopped cleanly
        pass
    finally:
        stopped.set()
        saver.join()


def _load(slack: Slack, path: Path | None) -> None:
    if path is None:
        return
    try:
        snapshot.load(slack, path)
    except (OSError, snapshot.SnapshotError) as error:
        raise StartError(f"{error}; move the file away to start afresh", WRONG_USE) from error


def _save_often(slack: Slack, path: Path | None, stopped: threading.Event) -> None:
    """Save after changes, and once more at the end."""
    saved = slack.changes.version
    while path is not None:
        ending = stopped.wait(SAVE_EVERY)
        if slack.changes.version != saved or ending:
            saved = slack.changes.version
            snapshot.save(slack, path)
        if ending:
            return


if __name__ == "__main__":
    sys.exit(main())
