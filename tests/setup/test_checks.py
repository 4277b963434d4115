"""bin/test's own judgement: what counts as passed."""

from __future__ import annotations

import pytest

from launch.checks import Checks, is_within

PASSES = ["python", "-c", ""]


def test_what_could_not_be_tested_is_said(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("CI", raising=False)
    checks = Checks(some=False)
    checks.run("SQLite", PASSES)
    checks.leave_out("Browser", "there is no Chromium")
    assert checks.summary() == 0
    assert "Browser     NOT TESTED: there is no Chromium" in capfd.readouterr().out


def test_ci_accepts_nothing_untested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    checks = Checks(some=False)
    checks.run("SQLite", PASSES)
    checks.leave_out("Browser", "there is no Chromium")
    assert checks.summary() == 1


def test_one_failure_fails_the_run(capfd: pytest.CaptureFixture[str]) -> None:
    checks = Checks(some=False)
    checks.run("Lint", ["python", "-c", "import sys; sys.exit(2)"])
    checks.run("SQLite", PASSES)
    assert checks.summary() == 2
    assert "Lint        FAILED" in capfd.readouterr().out


def test_a_part_without_tests_is_fine_only_where_some_were_asked_for() -> None:
    for some, code in ((True, 0), (False, 5)):
        checks = Checks(some=some)
        checks.run("SQLite", PASSES)
        checks.run("Browser", ["python", "-c", "import sys; sys.exit(5)"])
        assert checks.summary() == code


def test_no_test_sees_a_persons_own_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://production")
    checks = Checks(some=True)
    checks.run("Env", ["python", "-c", "import os, sys; sys.exit('DATABASE_URL' in os.environ)"])
    assert checks.summary() == 0


def test_within() -> None:
    assert is_within("tests/browser/test_x.py::test_y", "tests/browser")
    assert not is_within("tests", "tests/browser")
