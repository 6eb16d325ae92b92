"""One local run at a time in a data directory."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from slackapp.local.errors import CannotRunError

STALE_TIMEOUT = 10  # seconds; what a killed run left behind ends by itself


@contextmanager
def only_run(data_dir: Path) -> Iterator[None]:
    """Hold ``data_dir`` for this process.

    Raises: CannotRunError, with the number of the process that holds it.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / "run.lock"
    with path.open("a+") as lock:
        _acquire(lock.fileno(), path)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _acquire(descriptor: int, path: Path) -> None:
    deadline = time.monotonic() + STALE_TIMEOUT
    while not _try(descriptor):
        holder = path.read_text()
        if _is_alive(holder) or time.monotonic() > deadline:
            raise CannotRunError(
                f"Countersign already runs from this directory (process {holder}). "
                f"Stop it with Ctrl-C where it runs, or with: kill {holder}"
            )
        time.sleep(0.2)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:  # somebody else's
        return True
    return True
