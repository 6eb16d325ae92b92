"""What an operator's `manage.py` says, with settings that are wrong and with none."""

import os
import subprocess
import sys

import pytest

from slackapp.local import environment
from slackapp.tests.environment import BASE_DIR
from slackapp.tests.processes import processes_naming
from slackapp.tests.test_settings import COMPLETE


def manage(*arguments, **variables):
    """Run a command as an operator does who set only ``variables``."""
    inherited = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    return subprocess.run(  # our own words
        [sys.executable, str(BASE_DIR / "manage.py"), *arguments],
        env={**inherited, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def local_run(tmp_path):
    """Return a data directory as `make run` leaves it."""
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    own = environment.addresses(app_port=8000, sandbox_port=8100)
    environment.ensure(data_dir / "local.env", own)
    return data_dir


@pytest.mark.parametrize("command", ["migrate", "run_worker", "createsuperuser", "check"])
def test_a_missing_setting_is_one_sentence(command):
    refused = manage(command, **{**COMPLETE, "SECRET_KEY": ""})

    assert refused.returncode == 1
    assert (
        refused.stderr == "SECRET_KEY is not set. Set SECRET_KEY, or SECRET_KEY_FILE to a file.\n"
    )


def test_a_setting_that_only_the_command_finds_wrong_is_one_sentence():
    code = "from django.core.exceptions import ImproperlyConfigured as E; raise E('It is late.')"

    refused = manage("shell", "-v0", "--no-imports", "-c", code, **COMPLETE)

    assert (refused.returncode, refused.stderr) == (1, "It is late.\n")


def test_another_error_keeps_its_traceback():
    failed = manage("shell", "-v0", "--no-imports", "-c", "1 / 0", **COMPLETE)

    assert failed.returncode == 1
    assert "Traceback" in failed.stderr
    assert "ZeroDivisionError" in failed.stderr


@pytest.mark.skipif((BASE_DIR / ".env").exists(), reason="this clone's own .env would be read")
def test_after_a_local_run_a_command_finds_its_settings_and_its_database(local_run):
    asked = "from django.db import connection as c; c.ensure_connection(); print(c.pg_version)"

    answer = manage("shell", "-v0", "--no-imports", "-c", asked, DATA_DIR=str(local_run))

    assert answer.returncode == 0, answer.stderr
    assert int(answer.stdout) >= 18_00_00
    assert (local_run / "postgres").is_dir()
    assert not processes_naming(local_run)


@pytest.mark.skipif((BASE_DIR / ".env").exists(), reason="this clone's own .env would be read")
def test_what_a_local_run_wrote_does_not_complete_an_operators_environment(local_run):
    operators = {"SLACK_CLIENT_ID": "1.1", "DATA_DIR": str(local_run)}

    refused = manage("check", **operators)

    assert refused.stderr.startswith("APP_URL is not set.")
