"""`flask user token`: somebody without a browser makes, lists and revokes access tokens."""

from __future__ import annotations

import time_machine
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from world import World


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["user", "token", *words])


@time_machine.travel("2026-03-02T12:00:00Z", tick=False)
def test_made_listed_and_revoked(app: Flask, client: FlaskClient, world: World) -> None:
    made = run(app, "create", world.bob.email, "--name", "Export", "--site", "HQ", "--days", "30")
    assert made.exit_code == 0
    token = made.stdout.strip()
    assert made.stderr == "Token 1 of bob@example.com for HQ, until 2026-04-01:\n"
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/contacts", headers=bearer).status_code == 200

    listed = run(app, "list", world.bob.email).stdout
    assert listed == f"1  Export  HQ  read  …{token[-4:]}  used 2026-03-02  expires 2026-04-01\n"

    for _ in range(2):
        assert f"Revoked “Export”, which ends in {token[-4:]}" in run(app, "revoke", world.bob.email, "1").stdout
    assert client.get("/api/contacts", headers=bearer).status_code == 401
    assert run(app, "list", world.bob.email).stdout == ""


def test_what_is_wrong_is_said(app: Flask, world: World) -> None:
    for words, said in (
        (("create", world.bob.email, "--name", "x", "--site", "Annex"), "bob@example.com does not belong to Annex"),
        (("create", world.bob.email, "--name", "x"), "Say which site"),
        (("create", world.bob.email, "--name", " ", "--site", "HQ"), "name: is required"),
        (("create", world.bob.email, "--name", "x", "--days", "366"), "366 is not in the range"),
        (("revoke", world.bob.email, "1"), "There is nothing here"),
        (("list", "nobody@example.com"), "There is no user nobody@example.com"),
    ):
        done = run(app, *words)
        assert done.exit_code != 0
        assert said in done.stderr, words
