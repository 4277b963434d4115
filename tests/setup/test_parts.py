"""The parts that bin/run is made of."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launch import assets, browser, data, environment, procfile, redis
from launch.machine import ROOT, Sorry, end, spawn, wait_for
from launch.processes import Processes, together

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]


def test_the_procfile_names_what_runs() -> None:
    assert list(procfile.read(ROOT / "Procfile")) == ["release", "web", "worker", "clock"]


def test_a_procfile_with_quotes_and_comments(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("# why\n\nweb: serve --name 'a b'\n")
    assert procfile.read(tmp_path / "Procfile") == {"web": ["serve", "--name", "a b"]}


@pytest.mark.parametrize("line", ["web gunicorn", "web:", ": gunicorn", "web: a\nweb: b"])
def test_a_procfile_that_is_none(tmp_path: Path, line: str) -> None:
    (tmp_path / "Procfile").write_text(line)
    with pytest.raises(Sorry, match="is not 'name: command'"):
        procfile.read(tmp_path / "Procfile")


@pytest.fixture
def outlines(tmp_path: Path) -> Path:
    invisible = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'
    drawing = f'<svg\n  xmlns="x"\n  width="24"\n>\n  {invisible}\n  <path d="M1 2" />\n</svg>\n'
    (tmp_path / "bell.svg").write_text(drawing)
    return tmp_path


def test_the_sprite_has_each_icon_once(outlines: Path) -> None:
    sprite = assets.sprite(["bell", "bell"], outlines)
    assert sprite.count("<symbol") == 1
    assert f'<symbol id="bell" {assets.DRAWN}><path d="M1 2" /></symbol>' in sprite
    assert 'stroke="currentColor"' in assets.DRAWN


def test_an_unknown_icon_is_named(outlines: Path) -> None:
    with pytest.raises(Sorry, match="names 'bel', and Tabler has no such outline icon"):
        assets.sprite(["bell", "bel"], outlines)


def test_the_lock_names_no_registry() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_the_pins_name_nothing_of_the_machine_that_made_them() -> None:
    for path in ROOT.glob("requirements*.txt"):
        pins = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
        assert all("==" in line and "/" not in line for line in pins), path.name


def test_all_layers_agree_on_a_version() -> None:
    chosen: dict[str, str] = {}
    for path in ROOT.glob("requirements*.txt"):
        for line in path.read_text().splitlines():
            name, _, version = line.split(" ")[0].partition("==")
            assert not version or chosen.setdefault(name, version) == version, f"{name} in {path.name}"


def test_a_stamp_is_old_when_what_it_is_made_from_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "STAMPS", tmp_path)
    pins = tmp_path / "pins"
    pins.write_text("a==1")
    environment.Stamp("x", "3.11", pins).renew()
    assert not environment.Stamp("x", "3.11", pins).is_old()
    assert environment.Stamp("x", "3.12", pins).is_old()
    pins.write_text("a==2")
    assert environment.Stamp("x", "3.11", pins).is_old()


def test_when_one_ends_it_is_named_and_the_others_are_stopped() -> None:
    pids: list[int] = []

    def run() -> None:
        with together() as processes:
            processes.start("web", SLEEPER, os.environ)
            processes.start("worker", [sys.executable, "-c", "import sys; sys.exit(3)"], os.environ)
            pids.extend(process.pid for process in processes._leaning.values())
            processes.watch()

    with pytest.raises(Sorry, match="worker ended with exit code 3, so everything was stopped"):
        run()
    assert len(pids) == 2
    assert not any(map(runs, pids))


def test_one_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launch.processes.PATIENCE", 0.5)
    processes = Processes()
    process = spawn(STUBBORN, output=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    processes._leaning["web"] = process
    processes.stop()
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])  # Ctrl-C, kill, a closed terminal
def test_all_that_was_started_ends_with_us(sign: signal.Signals) -> None:
    starter = f"""
import os
from launch.machine import told
from launch.processes import together
with told("it"), together() as processes:
    processes.start("web", {SLEEPER!r}, os.environ)
    print(processes._leaning["web"].pid, flush=True)
    processes.watch()
"""
    process = subprocess.Popen([sys.executable, "-c", starter], cwd=ROOT / "bin", stdout=subprocess.PIPE, text=True)
    assert process.stdout
    child = next(int(line) for line in process.stdout if line.strip().isdecimal())
    process.send_signal(sign)
    process.communicate(timeout=30)
    assert process.returncode == 128 + sign
    assert not runs(child)


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_what_was_started_does_not_outlive_a_killed_starter() -> None:
    starter = f"from launch.machine import spawn; p = spawn({SLEEPER!r}); print(p.pid, flush=True); p.wait()"
    process = subprocess.Popen([sys.executable, "-c", starter], cwd=ROOT / "bin", stdout=subprocess.PIPE, text=True)
    assert process.stdout
    child = next(int(line) for line in process.stdout if line.strip().isdecimal())
    process.kill()
    process.wait()
    assert wait_for(lambda: not runs(child), seconds=10)


def test_redis_keeps_what_it_holds(tmp_path: Path) -> None:
    """And a path too long for a socket is no obstacle."""
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    first = redis.start(redis.program(), folder)
    path = data.socket_path(folder)
    redis.ask(path, "SET colour green")
    end(first)
    assert redis.ask(path, "PING") is None
    second = redis.start(redis.program(), folder)
    try:
        assert redis.ask(path, "STRLEN colour") == ":5"
        redis.clear_away(folder)  # as after a bin/run that was killed outright
        assert redis.ask(path, "PING") is None
    finally:
        end(second)


def test_redis_refused_is_not_waited_for(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(Sorry, match="Redis does not start: see .*redis.log"):
        redis.start(Path(sys.executable), tmp_path)
    assert time.monotonic() - began < 10


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_the_browser_without_a_window_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browser.machines() is None
    for name in ("chromium", "chromium-headless-shell"):
        program = tmp_path / name
        program.touch(mode=0o755)
        assert browser.machines() == program
