"""`hecha webhook`: sets the URL at which a unit's own system is told of outcomes."""

from typing import Annotated

import typer

from access.webhooks.webhook_keys import set_webhook
from deploy.cli.joining import joined, unit_or_exit
from deploy.cli.starting import settings_or_exit


def webhook(unit: Annotated[str, typer.Argument()], url: Annotated[str, typer.Argument(help="https://...")]) -> None:
    """Tells a unit's own system of outcomes at this address; prints once the secret that signs what is sent."""
    assembly = joined(settings_or_exit())
    with assembly.database.write() as session:
        typer.echo(set_webhook(session, unit_or_exit(session, unit).code, url))
