"""Several programs that live and die together."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from launch.machine import Sorry, Stop, end, say, spawn

PATIENCE = 25  # seconds until a program that was asked to stop is killed: more than gunicorn's own graceful_timeout


class Processes:
    """Started in order, stopped all at once; the ones that others lean on (Redis) stop after them."""

    def __init__(self) -> None:
        self._leaning: dict[str, subprocess.Popen[bytes]] = {}
        self._leaned_on: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str | Path], env: Mapping[str, str]) -> None:
        self._leaning[name] = spawn(command, env=env)

    def lean_on(self, name: str, process: subprocess.Popen[bytes]) -> None:
        self._leaned_on[name] = process

    def check(self) -> None:
        """Raises Sorry, naming the one that ended: none of them should."""
        for name, process in (self._leaned_on | self._leaning).items():
            if process.poll() is not None:
                code = process.returncode
                how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
                raise Sorry(f"{name} {how}, so everything was stopped.")

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def watch(self) -> None:
        """Returns never: ends with Sorry when one of them ends, and with Stop when a person asks for it."""
        while True:
            self.check()
            time.sleep(0.5)

    def stop(self) -> None:
        """Asks all of them to stop, each in its own way, and waits. A second signal cuts the waiting short, but Redis is
        still left the time to write down what it holds."""
        with contextlib.suppress(Stop):
            for process in self._leaning.values():
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
            deadline = time.monotonic() + PATIENCE
            for process in self._leaning.values():
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.0, deadline - time.monotonic()))
        for process in self._leaning.values():
            with contextlib.suppress(Stop):
                end(process, seconds=0)
        for process in self._leaned_on.values():
            with contextlib.suppress(Stop):
                end(process)


@contextlib.contextmanager
def together() -> Iterator[Processes]:
    processes = Processes()
    try:
        yield processes
    except Stop:
        say("\nStopping …")
        raise
    finally:
        processes.stop()
