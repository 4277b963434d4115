"""The command line: `bin/flask …`."""

from __future__ import annotations

from flask import Flask

from crm.commands.data import demo_group, site_group, user_group
from crm.commands.imports import import_group
from crm.commands.jobs import jobs_group
from crm.commands.tokens import token_group


def register(app: Flask) -> None:
    user_group.add_command(token_group)
    for group in (site_group, user_group, demo_group, import_group, jobs_group):
        app.cli.add_command(group)
