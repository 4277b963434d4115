"""`flask user token`: access tokens of people, for whoever runs the machine."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from crm import clock
from crm.commands.edge import committed
from crm.schemas.access_tokens import MOST_DAYS, USUAL_DAYS, AccessTokenNew
from crm.schemas.base import read
from crm.services import access_tokens, auth
from crm.services.imports.actor import acting

token_group = AppGroup("token", help="Access tokens: what programs act with in somebody's name.")


@token_group.command("create")
@click.argument("email")
@click.option("--name", required=True, help="What it is for.")
@click.option("--site", "site_name", metavar="NAME", help="The site that it is for. May be left out if there is one.")
@click.option("--scope", type=click.Choice(["read", "write"]), default="read", show_default=True)
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=USUAL_DAYS, show_default=True, help="How long it works.")
def create_token(email: str, name: str, site_name: str | None, scope: str, days: int) -> None:
    """Make an access token of the user EMAIL. It alone is on the standard output, and is not shown again."""
    with committed():
        wanted = read(AccessTokenNew, {"name": name, "scope": scope, "expires_in_days": days})
        token = access_tokens.make(acting(site_name, email), wanted)
        click.echo(f"Token {token.id} of {email} for {token.site.name}, until {token.expires_at:%Y-%m-%d}:", err=True)
        click.echo(token.secret)


@token_group.command("list")
@click.argument("email")
def list_tokens(email: str) -> None:
    """Show the access tokens of the user EMAIL."""
    with committed():
        for token in access_tokens.of(auth.user_by_email(email).id):
            used = f"used {token.used_at:%Y-%m-%d}" if token.used_at else "never used"
            ends = "expired" if token.expires_at <= clock.now() else "expires"
            click.echo(
                f"{token.id}  {token.name}  {token.site.name}  {token.scope}  …{token.ends_in}  {used}  "
                f"{ends} {token.expires_at:%Y-%m-%d}"
            )


@token_group.command("revoke")
@click.argument("email")
@click.argument("number", type=int)
def revoke_token(email: str, number: int) -> None:
    """Revoke the access token NUMBER of the user EMAIL. It stops working at once."""
    with committed():
        token = access_tokens.revoke(auth.user_by_email(email).id, number)
        click.echo(f"Revoked “{token.name}”, which ends in {token.ends_in}.")
