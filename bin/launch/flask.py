"""bin/flask: a command in the same environment and on the same data as bin/run, whether that is running or not."""

from __future__ import annotations

import os

from launch import data, environment
from launch.machine import step, told


def main(arguments: list[str]) -> None:
    with told("bin/flask"):
        folder = data.folder()
        with environment.alone():
            environment.ensure(environment.RUNTIME)
        env = data.settings(folder)
        flask = [environment.PYTHON, "-m", "flask"]
        if "DATABASE_URL" not in env and not (folder / "rapport.db").exists() and arguments[:1] not in ([], ["--help"], ["db"]):
            step("Making the database", [*flask, "db", "upgrade"], folder / "log" / "release.log", env=env)
    # In its place, not below it: stdin, signals and the exit code are the command's own, and so is the folder it is run in.
    os.execve(environment.PYTHON, [*flask, *arguments], env)
