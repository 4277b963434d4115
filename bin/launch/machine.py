"""The machine that this runs on: where things are, how a long step is run, and how a person is told."""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / "var" / "log"  # of the set-up; what runs writes to the log folder of its own data

PR_SET_PDEATHSIG = 1
REASONS = (
    (
        r"ensurepip is not available|No module named '?(venv|ensurepip)",
        "this Python has no venv (on Debian: apt-get install python3-venv)",
    ),
    (
        r"(command|unable to execute|No such file or directory:) '[^']*(cc|clang|\+\+)'|C compiler cannot|Python\.h:",
        "a package had to be compiled and no C compiler works here (on Debian: apt-get install build-essential python3-dev)",
    ),
    (r"No space left|ENOSPC", "the disk is full"),
    (
        r"name resolution|Name or service not known|nodename nor servname|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|"
        r"NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError",
        "the package registry cannot be reached",
    ),
)


class Sorry(Exception):
    """It cannot go on. The message is one sentence for a person: what is wrong, and what to do."""


class Stop(BaseException):
    """A person or the machine asked for the end: Ctrl-C, a closed terminal, SIGTERM."""

    def __init__(self, signal_number: int) -> None:
        self.signal_number = signal_number


@contextlib.contextmanager
def told(name: str) -> Iterator[None]:
    """Turns Sorry into a sentence and exit code 1, and the signals that ask for the end into Stop."""

    def stop(signal_number: int, frame: FrameType | None) -> None:
        raise Stop(signal_number)

    signal.signal(signal.SIGINT, stop)  # also where a script runs us with "&", for which shells ignore it
    signal.signal(signal.SIGTERM, stop)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup means it
        signal.signal(signal.SIGHUP, stop)
    try:
        yield
    except Sorry as sorry:
        say(f"{name}: {sorry}", to=sys.stderr)
        sys.exit(1)
    except Stop as asked:
        sys.exit(128 + asked.signal_number)


def say(line: str = "", *, to: IO[str] | None = None) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone, and the work still has to be finished
        print(line, file=to or sys.stdout, flush=True)


def short(path: Path) -> str:
    """A path as a person would type it here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, FileNotFoundError):
        return str(path)


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    output: IO[bytes] | None = None,
    user: str | None = None,
    keep: Sequence[int] = (),
    foreground: bool = False,
) -> subprocess.Popen[bytes]:
    """Starts a program in the repository's folder. On Linux it is told to stop if we are killed (elsewhere, see
    redis.clear_away). It leads a group of its own: a Ctrl-C reaches only us, and we pass on what each one should get.
    One in the foreground has the terminal instead. Linux means the thread that starts it: call this from one that stays.
    """
    us = os.getpid()
    set_option = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def tie() -> None:  # in the child, after the fork
        if set_option:
            set_option(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != us:
                os._exit(1)  # we died before the line above

    return subprocess.Popen(
        [str(part) for part in command],
        cwd=ROOT,
        env=env,
        stdin=None if foreground else subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=not foreground,
        preexec_fn=tie,
        user=user,
        pass_fds=keep,
    )


def end(process: subprocess.Popen[bytes], sign: signal.Signals = signal.SIGTERM, *, seconds: float = 10) -> None:
    """Asks a program to stop; after so many seconds it, and whatever it left in its group, is killed."""
    try:
        if process.poll() is None:
            process.send_signal(sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
    finally:  # a second Ctrl-C ends the waiting, not the clearing up
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def step(title: str, command: Sequence[str | Path], log: Path, *, env: Mapping[str, str] | None = None) -> None:
    """Runs a step that takes its time: one line for the person (not on stdout, which a command's reader may be using),
    everything else to the log. Raises Sorry."""
    log.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    live = sys.stderr.isatty()
    if not live:
        say(f"{title} …", to=sys.stderr)
    with log.open("wb") as output:
        process = spawn(command, env=env, output=output)
        try:
            while process.poll() is None:
                if live:
                    say_over(f"{title} … {time.monotonic() - began:.0f} s")
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(1 if live else None)
        finally:
            end(process)
            if live:
                say_over(f"{title} … {time.monotonic() - began:.0f} s\n")
    if process.returncode:
        raise Sorry(f"{title} failed: {reason(log.read_text(errors='replace'))}. All of it is in {short(log)}.")


def say_over(line: str) -> None:
    with contextlib.suppress(OSError):
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()


def reason(output: str) -> str:
    """The most telling few words of a failed program's output."""
    for pattern, meaning in REASONS:
        if re.search(pattern, output):
            return meaning
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    blamed = [
        line for line in lines if re.match(r"(npm )?(error|fatal)|\w*Error\b", line, re.IGNORECASE) and "log of" not in line
    ]
    return (blamed or lines or ["it said nothing"])[-1].rstrip(".")[:300]


def wait_for(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Asks again and again, and answers whether it became true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_well(host: str, port: int) -> bool:
    """Whether the web server there says that it is well. No proxy of this machine's comes in between."""
    line = http.client.HTTPConnection(host, port, timeout=10)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
