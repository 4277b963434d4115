"""The edge of a command: one transaction, and an error as a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from crm.database import transaction
from crm.errors import CrmError, Invalid


@contextmanager
def committed() -> Iterator[None]:
    """Commits at the end; on any error nothing is kept, and one of ours becomes a sentence on the standard error."""
    try:
        with transaction():
            yield
    except Invalid as error:
        raise click.ClickException(
            "; ".join(f"{field}: {problem}" for field, problem in error.details.items()) + "."
        ) from error
    except CrmError as error:
        raise click.ClickException(error.message) from error
