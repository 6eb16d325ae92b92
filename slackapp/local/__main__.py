"""The launcher behind `make run`."""

import os
import signal
import sys
import webbrowser
from pathlib import Path
from types import FrameType

try:
    from django.core.exceptions import ImproperlyConfigured

    from slackapp.env import local_data_dir
    from slackapp.local.errors import CannotRunError
    from slackapp.local.lock import only_run
    from slackapp.local.plan import Plan, make_plan, require_free
    from slackapp.local.preparation import ensure_admin, prepare_database, write_manifest
    from slackapp.local.processes import Processes, obituary
    from slackapp.local.readiness import await_answers
except ModuleNotFoundError as missing:
    sys.exit(
        f"The package {missing.name} is missing. Start with `make run`, which installs what is "
        f"needed, or run: {sys.executable} -m pip install -r requirements.txt"
    )

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Run everything until Ctrl-C; return the exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGHUP, _end_with_terminal)
    data_dir = local_data_dir(BASE_DIR)
    os.environ["DATA_DIR"] = str(data_dir)  # the same from every directory
    os.chdir(BASE_DIR)
    try:
        with only_run(data_dir):
            return _run(make_plan(BASE_DIR, data_dir))
    except (CannotRunError, ImproperlyConfigured) as refused:
        _say(str(refused))
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # PostgreSQL stops in peace


def _end_with_terminal(_signal: int, _frame: FrameType | None) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _run(plan: Plan) -> int:
    for name, port in plan.ports().items():
        require_free(name, port)
    _say("Preparing the database …")
    prepare_database(plan.data_dir)
    write_manifest(plan)
    account = ensure_admin(plan.data_dir / "admin-password")
    _say("Starting …")
    return _supervise(plan, account)


def _supervise(plan: Plan, account: str) -> int:
    """Return 0 after a signal, 1 after a process ended by itself."""

    def announce() -> None:
        await_answers(plan, _say)
        _say(_banner(plan, account))
        _open_browser()

    os.environ["PYTHONUNBUFFERED"] = "1"
    processes = Processes(plan.commands(), once_started=announce)
    processes.loop()
    for name, returncode in processes.died.items():
        _say(obituary(name, returncode))
    return 1 if processes.died else 0


def _banner(plan: Plan, account: str) -> str:
    app = os.environ["APP_URL"].rstrip("/")
    slack = "the real one" if plan.sandbox_port is None else f"http://127.0.0.1:{plan.sandbox_port}"
    return (
        "\n"
        f"  Countersign   {app}\n"
        f"  Slack         {slack}\n"
        f"  Admin         {app}/admin/   ({account})\n"
        "\n"
        "  Ctrl-C stops everything; the data stays.\n"
    )


def _open_browser() -> None:
    """Open the app in a tab when this machine has a desktop, unless NO_BROWSER is set."""
    desktop = sys.platform == "darwin" or {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ)
    if desktop and not os.environ.get("NO_BROWSER"):
        webbrowser.open(os.environ["APP_URL"])


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 # to the person at the terminal


if __name__ == "__main__":
    sys.exit(main())
