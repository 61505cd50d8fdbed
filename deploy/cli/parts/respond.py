"""`hecha respond`: runs a department's agent."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.agent.starting import WrongFile, check_registers, run_agent
from deploy.cli.starting import agent_settings_or_exit, end, tell
from deploy.open_transport import open_transport


def respond(
    unit: Annotated[str, typer.Option(help="The unit whose questions are answered, such as police")],
    records: Annotated[Path | None, typer.Option(help="Folder of the unit's record store (HECHA_RECORDS)")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Look at every register, say how it is, and end: 1 if one is away")
    ] = False,
) -> None:
    """A department's agent: answers its unit's questions from its own records. Needs the broker's address, no database."""
    settings = agent_settings_or_exit(records=records)
    try:
        if check:
            raise typer.Exit(check_registers(settings, unit, typer.echo))
        run_agent(settings, unit, open_transport, tell)
    except WrongFile as wrong:
        end(wrong.kind, str(wrong))
