"""`flask site`, `flask user`, `flask demo`."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from crm.commands.edge import committed
from crm.errors import Invalid
from crm.services import auth, demo, events, sites

site_group = AppGroup("site", help="Sites, the offices of the team.")
user_group = AppGroup("user", help="People who sign in.")
demo_group = AppGroup("demo", help="Demo data.")


@site_group.command("create")
@click.argument("name")
@click.option("--description", default="", help="What the site is.")
@click.option("--timezone", default="UTC", help="Its IANA time zone, such as Europe/Berlin.", show_default=True)
def create_site(name: str, description: str, timezone: str) -> None:
    """Create a site."""
    with committed():
        site = sites.create(name, description, timezone)
        click.echo(f"Created the site {site.name}.")


@user_group.command("create")
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from the standard input.")
@click.option("--admin", is_flag=True, help="May manage users and sites.")
@click.option(
    "--site", "memberships", multiple=True, metavar='"NAME:role"', help="A site with a role: viewer, member or manager."
)
@click.option("--timezone", help="The person's IANA time zone; left out: the site's.")
def create_user(
    email: str, name: str, password_stdin: bool, admin: bool, memberships: tuple[str, ...], timezone: str | None
) -> None:
    """Create a user. The password comes from the standard input, so that no list of processes shows it."""
    password = sys.stdin.readline().rstrip("\r\n")
    with committed():
        user = auth.create_user(email, name, password, is_admin=admin, timezone=timezone)
        for membership in memberships:
            site_name, colon, role = membership.rpartition(":")
            if not colon:
                raise Invalid({"site": f'“{membership}” must be a site and a role, such as "Berlin:member"'})
            sites.add_member(sites.by_name(site_name), user, role)
        if admin:
            events.remember_account(None, "admin_created", user)
        click.echo(f"Created the user {user.email}.")


@demo_group.command("load")
@click.option("--contacts", type=click.IntRange(1, 1_000_000), default=60, show_default=True)
@click.option("--interactions", type=click.IntRange(0, 10_000_000), default=1_500, show_default=True)
def load_demo(contacts: int, interactions: int) -> None:
    """Add two sites with people, contacts and a year of interactions; once."""
    with committed():
        if demo.accounts():
            click.echo("The demo data is here already.")
            return
        with click.progressbar(length=interactions, label="Demo data", show_pos=True) as bar:
            demo.load(contacts=contacts, interactions=interactions, progress=bar.update)
    click.echo(f"Added {contacts:,} contacts and {interactions:,} interactions.")


@demo_group.command("accounts")
def demo_accounts() -> None:
    """Show how to sign in to the demo."""
    with committed():
        accounts = demo.accounts()
    if not accounts:
        click.echo("There is no demo data. “bin/flask demo load” adds it.")
        return
    widest = max(len(account.email) for account in accounts)
    for account in accounts:
        click.echo(f"  {account.email:<{widest}}  {account.password}  {account.name}, {account.role}")
