"""`hecha key`: makes an API key for an account."""

from datetime import datetime
from typing import Annotated

import typer

from access.accounts import Account
from access.api_keys import new_key
from access.scopes import SCOPES
from deploy.cli.joining import joined
from deploy.cli.starting import end, settings_or_exit


def key(
    username: Annotated[str, typer.Argument(help="The account the key acts as")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Its last day")],
    scope: Annotated[list[str] | None, typer.Option(help="What for; may be repeated. When none is named: ask and read")] = None,
) -> None:
    """Makes an API key for an account and prints it once; only its hash is kept."""
    assembly, scopes = joined(settings_or_exit()), [one for one in SCOPES if one in (scope or ("ask", "read"))]
    if strangers := [one for one in scope or () if one not in SCOPES]:
        end(f"{strangers[0]}: there is no such scope.", f"There are: {', '.join(SCOPES)}")
    with assembly.database.write() as session:
        if session.get(Account, username) is None:
            end(f"{username}: there is no such account.")
        typer.echo(new_key(session, username, until.date(), scopes))
