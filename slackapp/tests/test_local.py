import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from slackapp.local import environment, plan, preparation, readiness
from slackapp.local.errors import CannotRunError
from slackapp.local.lock import only_run
from slackapp.local.processes import obituary
from slackapp.tests.environment import ENVIRONMENT
from slackapp.tests.processes import processes_naming

ROOT = Path(__file__).resolve().parent.parent.parent
START_TIMEOUT = 60  # seconds
STOP_TIMEOUT = 30  # seconds


@pytest.fixture
def bare_environment():
    """Nothing that the tests' own environment says; what a test adds goes with it."""
    before = dict(os.environ)
    for name in ENVIRONMENT:
        os.environ.pop(name, None)
    os.environ["ENV_FILE"] = ""  # not a developer's .env either
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def busy_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def launch(data_dir, **more):
    """Start the launcher as `make run` does, on ports and data of its own."""
    inherited = {name: os.environ[name] for name in ("HOME", "PATH", "LANG") if name in os.environ}
    ports = {"APP_PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    variables = {"DATA_DIR": str(data_dir), "ENV_FILE": "", "NO_BROWSER": "1", **ports, **more}
    return subprocess.Popen(  # our own words
        [sys.executable, "-m", "slackapp.local"],
        cwd=ROOT,
        env={**inherited, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextlib.contextmanager
def running(data_dir, **more):
    """Yield the launcher once it says that all is up; it has ended afterwards."""
    launcher = launch(data_dir, **more)
    try:
        yield launcher, read_until(launcher, "Ctrl-C stops")
    finally:
        launcher.terminate()
        try:
            launcher.communicate(timeout=STOP_TIMEOUT)
        finally:
            launcher.kill()


def read_until(launcher, words):
    deadline = time.monotonic() + START_TIMEOUT
    lines = []
    while not any(words in line for line in lines):
        assert time.monotonic() < deadline, lines
        lines.append(launcher.stdout.readline())
        assert lines[-1], lines
    return "".join(lines)


def stop(launcher, signal_number):
    launcher.send_signal(signal_number)
    output, _ = launcher.communicate(timeout=STOP_TIMEOUT)
    return output


def test_secrets_are_made_up_once_and_for_their_owner_alone(tmp_path):
    path = tmp_path / "local.env"
    addresses = environment.addresses(app_port=1, sandbox_port=2)

    environment.ensure(path, addresses)
    first = path.read_text()
    environment.ensure(path, addresses)

    assert path.read_text() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "APP_URL=http://127.0.0.1:1\n" in first
    assert "SLACK_API_URL=http://127.0.0.1:2/api/\n" in first


def test_two_clones_have_different_secrets(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"

    environment.ensure(one, {})
    environment.ensure(other, {})

    assert not set(one.read_text().splitlines()[1:]) & set(other.read_text().splitlines())


def test_the_admin_password_stays_the_same(tmp_path):
    path = tmp_path / "admin-password"

    password = environment.ensure_password(path)

    assert environment.ensure_password(path) == password
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_credentials_the_local_slack_runs_too(tmp_path, bare_environment):
    chosen = plan.make_plan(tmp_path, tmp_path)

    assert chosen.sandbox_port == plan.SANDBOX_PORT
    assert list(chosen.commands()) == ["web", "worker", "slack"]
    assert (tmp_path / "local.env").exists()


def test_other_ports_are_in_the_addresses(tmp_path, bare_environment):
    os.environ.update(APP_PORT="9001", SANDBOX_PORT="9002")

    chosen = plan.make_plan(tmp_path, tmp_path)

    assert chosen.ports() == {"APP_PORT": 9001, "SANDBOX_PORT": 9002}
    assert os.environ["APP_URL"] == "http://127.0.0.1:9001"
    assert os.environ["SLACK_AUTHORIZE_URL"] == "http://127.0.0.1:9002/oauth/v2/authorize"


@pytest.mark.parametrize("where", ["environment", "file"])
def test_an_operators_credentials_mean_the_real_slack(tmp_path, bare_environment, where):
    if where == "environment":
        os.environ["SLACK_CLIENT_ID"] = "1.1"
    else:
        os.environ.pop("ENV_FILE", None)
        (tmp_path / ".env").write_text("SLACK_CLIENT_ID=1.1\n")

    chosen = plan.make_plan(tmp_path, tmp_path / "data")

    assert chosen.sandbox_port is None
    assert list(chosen.commands()) == ["web", "worker"]
    assert not (tmp_path / "data").exists()


def test_what_an_earlier_local_run_wrote_is_not_mixed_with_an_operators_credentials(
    tmp_path, bare_environment
):
    os.environ.pop("ENV_FILE", None)
    os.environ.update(SLACK_CLIENT_ID="1.1", DATA_DIR=str(tmp_path))
    (tmp_path / "local.env").write_text("SLACK_API_URL=http://127.0.0.1:8100/api/\n")

    assert plan.make_plan(tmp_path, tmp_path).sandbox_port is None


def test_an_operators_credentials_can_belong_to_a_local_slack(tmp_path, bare_environment):
    os.environ.update(SLACK_CLIENT_ID="1.1", SLACK_API_URL="http://localhost:9003/api/")

    assert plan.make_plan(tmp_path, tmp_path).sandbox_port == 9003


@pytest.mark.parametrize("value", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(tmp_path, bare_environment, value):
    os.environ["APP_PORT"] = value

    with pytest.raises(CannotRunError, match="APP_PORT"):
        plan.make_plan(tmp_path, tmp_path)


def test_a_busy_port_is_named_with_its_variable(busy_port):
    with pytest.raises(CannotRunError, match=rf"Port {busy_port} .*SANDBOX_PORT=") as refusal:
        plan.require_free("SANDBOX_PORT", busy_port)

    assert "in use" in str(refusal.value)


def test_a_second_run_names_the_first(tmp_path):
    with only_run(tmp_path):
        second = launch(tmp_path)
        output, _ = second.communicate(timeout=STOP_TIMEOUT)

    assert second.returncode == 1
    assert f"already runs from this directory (process {os.getpid()})" in output
    assert "Traceback" not in output


def test_a_lock_without_its_process_is_taken_over(tmp_path):
    (tmp_path / "run.lock").write_text("999999999")

    with only_run(tmp_path):
        assert (tmp_path / "run.lock").read_text() == str(os.getpid())


def test_a_missing_package_is_named_with_the_remedy(tmp_path):
    (tmp_path / "honcho.py").write_text("raise ModuleNotFoundError(name='honcho')\n")

    refused = launch(tmp_path, PYTHONPATH=str(tmp_path))
    output, _ = refused.communicate(timeout=STOP_TIMEOUT)

    assert refused.returncode == 1
    assert "honcho is missing" in output
    assert "make run" in output
    assert "pip install -r requirements.txt" in output


def test_a_wrong_setting_is_told_without_a_traceback(tmp_path):
    refused = launch(tmp_path, DATABASE_URL="mysql://somewhere")
    output, _ = refused.communicate(timeout=STOP_TIMEOUT)

    assert refused.returncode == 1
    assert "DATABASE_URL must start with postgresql://" in output
    assert "Traceback" not in output


def test_an_environment_file_that_is_not_there_is_named_instead_of_starting_without_it(tmp_path):
    refused = launch(tmp_path, ENV_FILE=str(tmp_path / "typo.env"))
    output, _ = refused.communicate(timeout=STOP_TIMEOUT)

    assert refused.returncode == 1
    assert f"{tmp_path / 'typo.env'} cannot be read" in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("127.0.0.1:{port}/app", "port {port} failed: Connection refused"),
        ("nowhere.invalid/app", "failed to resolve host 'nowhere.invalid'"),
        ("127.0.0.1:{port}/app?shape=odd", 'invalid connection option "shape"'),
    ],
)
def test_a_database_that_cannot_be_opened_is_told_in_words(tmp_path, address, reason):
    port = free_port()
    url = "postgresql://app:hunter2@" + address.format(port=port)
    refused = launch(tmp_path, DATABASE_URL=url)
    output, _ = refused.communicate(timeout=STOP_TIMEOUT)

    assert refused.returncode == 1
    assert "The database in DATABASE_URL cannot be opened" in output
    assert reason.format(port=port) in output
    assert "Check that its server runs" in output
    assert "Traceback" not in output
    assert "hunter2" not in output


def test_a_command_that_fails_is_told_by_its_error_without_the_calls():
    failing = "def f():\n    raise ValueError('no such\\nluck')\nf()"

    with pytest.raises(CannotRunError) as refusal:
        preparation.manage("shell", "-c", failing)

    assert str(refusal.value) == "`manage.py shell` failed. ValueError: no such\nluck"


@pytest.mark.parametrize(
    ("returncode", "words"),
    [
        (1, "“web” ended by itself, so everything was stopped. Its lines above say why."),
        (0, "“web” ended by itself, so everything was stopped. Its lines above say why."),
        (-15, "“web” was ended by SIGTERM, so everything was stopped."),
        (-40, "“web” was ended by signal 40, so everything was stopped."),
    ],
)
def test_the_closing_line_says_how_a_process_ended(returncode, words):
    assert obituary("web", returncode) == words


def test_the_closing_line_says_what_a_kill_usually_means():
    line = obituary("web", -9)

    assert "ended by SIGKILL" in line
    assert line.endswith("The system sends it when memory runs out.")


def test_nobody_answers_on_a_free_port():
    assert not readiness.answers(free_port(), "/readyz")


def test_a_slow_process_is_named_with_a_way_to_see_more(tmp_path, monkeypatch):
    answers = iter([False, False, True])
    monkeypatch.setattr(readiness, "answers", lambda *_probe: next(answers))
    monkeypatch.setattr(readiness, "PATIENCE", 0)
    said = []

    readiness.await_answers(plan.Plan(tmp_path, 9001, None), said.append)

    [line] = said
    assert "“web” does not answer" in line
    assert "curl -i http://127.0.0.1:9001/readyz" in line


def test_everything_starts_answers_and_stops(tmp_path):
    app_port = str(free_port())
    with running(tmp_path, APP_PORT=app_port) as (launcher, output):
        assert f"http://127.0.0.1:{app_port}" in output
        assert readiness.answers(int(app_port), "/readyz")
        assert (tmp_path / "admin-password").read_text().strip() in output
        ended = stop(launcher, signal.SIGINT)

    assert launcher.returncode == 0, ended
    assert not processes_naming(tmp_path)


def test_nothing_outlives_a_killed_launcher_but_the_database(tmp_path):
    app_port = str(free_port())
    with running(tmp_path, APP_PORT=app_port) as (launcher, _output):
        launcher.kill()
        launcher.wait()

        with running(tmp_path, APP_PORT=app_port) as (second, output):
            assert "Traceback" not in output
            stop(second, signal.SIGTERM)

    assert second.returncode == 0
    assert not processes_naming(tmp_path)


def test_a_process_that_ends_stops_the_others(tmp_path):
    with running(tmp_path) as (launcher, output):
        started = next(line for line in output.splitlines() if "slack started" in line)
        os.kill(int(started.partition("pid=")[2].rstrip(")")), signal.SIGKILL)
        ended, _ = launcher.communicate(timeout=STOP_TIMEOUT)

    assert launcher.returncode == 1
    assert "“slack” was ended by SIGKILL" in ended
    assert "lines above say why" not in ended
    assert not processes_naming(tmp_path)
