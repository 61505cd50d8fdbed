"""`hecha unlock`: new first password, authenticator off and sessions ended, for a locked-out account."""

from typing import Annotated

import typer

from deploy.cli.joining import joined
from deploy.cli.starting import end, settings_or_exit
from deploy.operations.unlock import unlock


def unlock_command(username: Annotated[str, typer.Argument(help="Whose password and authenticator are lost")]) -> None:
    """Takes an authenticator off, ends the sessions, prints a new first password: when no administrator can get in to do it."""
    password = unlock(joined(settings_or_exit()), username)
    if password is None:
        end(f"{username}: there is no such account.")
    typer.echo(password)
