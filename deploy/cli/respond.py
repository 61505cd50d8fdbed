"""`hecha respond`: runs a department's agent."""

from pathlib import Path
from typing import Annotated

import typer

from cases.catalogue.catalogue import CatalogueProblem, load
from deploy.agent_assembly import make_agent
from deploy.cli.starting import WRONG_FILES, check_handlers, console, end, run_until_stopped, settings_or_exit
from deploy.operations.letter_keys import key_file
from deploy.running import Running
from deploy.wall_clock import clock_of


def respond(
    unit: Annotated[str, typer.Option(help="The unit whose questions are answered, such as police")],
    records: Annotated[Path | None, typer.Option(help="Folder of the unit's record store (HECHA_RECORDS)")] = None,
) -> None:
    """A department's agent: answers its unit's questions from its own records. Needs the broker's address, no database."""
    settings = settings_or_exit(records=records)
    if not (keys := settings.letter_keys or key_file(settings, unit)).exists():
        console.print(f"{keys} is missing: `hecha keys make {unit}` makes it. Waiting for it.")
    try:
        items = load(settings.city_folders).items
    except CatalogueProblem as wrong:
        end(WRONG_FILES[CatalogueProblem], str(wrong))
    check_handlers(settings, items)
    agent = make_agent(settings, unit, clock_of(settings.clock_file), keys)
    run_until_stopped(Running(), {f"agent {unit}": agent})
