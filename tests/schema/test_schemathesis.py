"""The running API against its own document, by Schemathesis (https://schemathesis.readthedocs.io): requests that the document
allows and requests that it does not, one by one and after each other, in both dialects.

Longer: SCHEMATHESIS_EXAMPLES=200 SCHEMATHESIS_SEED=7 bin/test tests/schema
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from flask_migrate import upgrade

from conftest import new_database
from crm import config, create_app
from crm.database import transaction
from crm.extensions import db
from crm.models import Site, User
from crm.schemas.contacts import ContactNew
from crm.services import auth, contacts, sites
from servers import temporary_folder, web_server
from world import PASSWORD

HERE = Path(__file__).resolve().parent
LONG = "SCHEMATHESIS_EXAMPLES" in os.environ
EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "3")
SEED = os.environ.get("SCHEMATHESIS_SEED", "1")
SITE, CONTACT = "application/vnd.crm.site+json", "application/vnd.crm.contact+json"


@pytest.fixture(scope="module")
def house():
    """The application under gunicorn, without rate limits, and what is in it."""
    with temporary_folder() as folder:
        env = {"CRM_DATA": str(folder), "REDIS_URL": "redis://127.0.0.1:1/0", "RATELIMIT_ENABLED": "false"}
        env["TRUSTED_PROXIES"] = "1"  # see steering.py
        if server := os.environ.get("TEST_DATABASE_URL"):
            env["DATABASE_URL"] = new_database(server, "rapport_schema")
        app = create_app(config.from_environment(env))
        with app.app_context():
            upgrade()
            with transaction():
                there = furnish()
            db.engine.dispose()
        with web_server(env) as address:
            yield address, there


def furnish() -> dict[str, object]:
    hq: Site = sites.create("HQ", timezone="Europe/Berlin")
    sites.create("Annex", timezone="America/New_York")
    alice: User = auth.create_user("alice@example.com", "Alice", PASSWORD)
    sites.add_member(hq, alice, "manager")
    signed_in = auth.signed_in(auth.open_login(alice, kind="api", address="127.0.0.1").uid)
    assert signed_in
    made = [contacts.add(signed_in.member(), ContactNew(name=name)) for name in ("Ada", "Grace", "Katherine")]
    return {"contact": [str(contact.uid) for contact in made], "owner": alice.id, "site": hq.id}


# What a short run tries of everything that the document says, value by value, in the dialect whose paths they are. What each
# endpoint is asked at random, and one after the other, it is asked in both.
SHARES = {
    CONTACT: ("Contacts", "Meetings", "Follow-ups", "Analytics", "About the API"),
    SITE: ("Authentication", "Sites", "Interactions", "Search"),
}
DOCUMENTS = {CONTACT: "?dialect=contact", SITE: "?dialect=site", "*/*": ""}


@pytest.mark.parametrize("accept", DOCUMENTS)
def test_any_request(house, tmp_path, accept):
    schemathesis(house, tmp_path, accept, "--phases", "fuzzing,stateful", "--max-examples", EXAMPLES)


@pytest.mark.parametrize("accept", SHARES)
def test_every_value_that_the_document_says(house, tmp_path, accept):
    share = [] if LONG else [word for tag in SHARES[accept] for word in ("--include-tag", tag)]
    schemathesis(house, tmp_path, accept, "--phases", "examples,coverage", *share)


def test_no_endpoint_is_left_out(house):
    address, _ = house
    with urlopen(f"{address}/api/openapi.json") as answer:
        tags = {tag["name"] for tag in json.load(answer)["tags"]}
    assert tags == {tag for share in SHARES.values() for tag in share}


def schemathesis(house, folder, accept, *options):
    """Runs it. Any failure of any check fails the test, with what it reports."""
    address, there = house
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run"]
    command += [f"{address}/api/openapi.json{DOCUMENTS[accept]}", "-H", f"Accept: {accept}", "--seed", SEED, "--no-color"]
    command += ["--continue-on-failure", *options]
    env = os.environ | {"SCHEMATHESIS_HOOKS": str(HERE / "steering.py"), "SCHEMATHESIS_THERE": json.dumps(there)}
    run = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-4_000:]
    selected = re.search(r"Selected: (\d+)/\d+\s+Tested: (\d+)", run.stdout)
    assert selected, run.stdout
    assert selected[1] == selected[2], "an operation was not tested"
