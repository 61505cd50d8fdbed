"""`hecha dead`: dead letters: lists them, sends them again, drops them."""

from typing import Annotated

import typer

from deploy.cli.joining import joined
from deploy.cli.starting import settings_or_exit
from deploy.operations import dead_letters
from deploy.operations.consoles import open_console


def dead(
    replay: Annotated[list[int] | None, typer.Option(help="Send this dead letter again; may be repeated")] = None,
    drop: Annotated[list[int] | None, typer.Option(help="Give this dead letter up; may be repeated")] = None,
    reason: Annotated[str, typer.Option(help="Why it is dropped")] = "",
) -> None:
    """Shows the dead letters, replays or drops them."""
    dead_letters.settle(joined(settings_or_exit()), replay or (), drop or (), reason, open_console())
