"""`hecha story`: runs the stories on a private system and checks them."""

from typing import Annotated

import typer
from rich.console import Console

from deploy.cli.starting import end
from deploy.logs import start_logs
from sample.stories.tour import STORIES, tell_stories


def story(names: Annotated[list[str] | None, typer.Argument(help="Which stories; all when none is named")] = None) -> None:
    """A told and checked tour, on a private system with a clock of its own."""
    start_logs("error")
    if unknown := [one for one in names or () if one not in STORIES]:
        end(f"{unknown[0]}: there is no such story.", f"There are: {', '.join(STORIES)}")
    raise typer.Exit(0 if tell_stories(names or (), Console()) else 1)
