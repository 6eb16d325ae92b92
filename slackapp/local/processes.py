"""The processes of a local run, which start together and stop together."""

import multiprocessing
import os
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from honcho.manager import Manager
from honcho.printer import Message, Printer
from honcho.process import Process


class Processes(Manager):  # type: ignore[misc]  # honcho is untyped
    """Runs commands side by side until one ends or a signal asks all of them to.

    ``loop()`` returns when all have ended; ``died`` then has the return code of each that ended by
    itself, below zero for a signal. Beyond honcho: a signal during the start is not lost, a process
    that ignores SIGTERM is killed 5 s later, and nothing survives the launcher, not even after
    ``kill -9``.
    """

    def __init__(
        self, commands: Mapping[str, Sequence[str]], *, once_started: Callable[[], None]
    ) -> None:
        super().__init__(_Printer(sys.stdout))
        self._process_ctor = _Process
        self._once_started = once_started
        self._stopping = False
        self.died: dict[str, int] = {}
        for name, words in commands.items():
            self.add_process(name, f"exec {shlex.join(words)}")

    def terminate(self) -> None:
        if not self._stopping:
            self._stopping = True
            self.died = {
                name: process["returncode"]
                for name, process in self._processes.items()
                if "returncode" in process
            }
        if self._all_started():  # else honcho does not know every number yet; its loop asks again
            super().terminate()

    def _any_stopped(self) -> bool:
        return self._stopping or bool(super()._any_stopped())

    def _start(self) -> None:
        super()._start()
        threading.Thread(target=self._once_started, daemon=True).start()


class _Process(Process):  # type: ignore[misc]  # honcho is untyped
    """Runs in a process of its own, between the launcher and the command."""

    def run(self, events: object = None, ignore_signals: bool = False) -> None:  # noqa: FBT001, FBT002
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a closed terminal is the launcher's business
        threading.Thread(target=self._outlive_nobody, daemon=True).start()
        super().run(events, ignore_signals)

    def _outlive_nobody(self) -> None:
        launcher = multiprocessing.parent_process()
        if launcher is not None:
            launcher.join()
        with suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGTERM)
        self._child.wait()
        os._exit(1)  # nobody reads the queue that a normal end would wait for


class _Printer(Printer):  # type: ignore[misc]  # honcho is untyped
    """Asks for a clean stop when nobody can read any more: the terminal was closed."""

    _is_read = True

    def write(self, message: Message) -> None:
        try:
            super().write(message)
        except OSError:
            if self._is_read:
                self._is_read = False
                os.kill(os.getpid(), signal.SIGTERM)


def obituary(name: str, returncode: int) -> str:
    """Say how a process ended; one that a signal killed had no time to."""
    if returncode >= 0:
        return f"“{name}” ended by itself, so everything was stopped. Its lines above say why."
    try:
        killer = signal.Signals(-returncode).name
    except ValueError:  # a real-time signal has no name
        killer = f"signal {-returncode}"
    hint = " The system sends it when memory runs out." if killer == "SIGKILL" else ""
    return f"“{name}” was ended by {killer}, so everything was stopped.{hint}"
