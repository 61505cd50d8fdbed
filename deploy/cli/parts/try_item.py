"""`hecha try`: asks a unit's register sample questions, and compares what it answers with what is expected."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.agent.sample_questions import WrongSamples
from deploy.agent.starting import WRONG_SOURCE
from deploy.agent.trying import try_item
from deploy.cli.starting import agent_settings_or_exit, end
from deploy.wall_clock import clock_of
from responders.sources.fault_words import SourceProblem


def try_command(
    item: Annotated[str, typer.Argument(help="The item, such as vehicle")],
    questions: Annotated[Path, typer.Argument(help="A CSV file: number, name, expected and further headings")],
    unit: Annotated[str, typer.Option(help="The unit whose register is asked, such as transport")],
    records: Annotated[Path | None, typer.Option(help="Folder of the unit's record store (HECHA_RECORDS)")] = None,
) -> None:
    """Tries a register with sample questions: answers beside what is expected, times, statements. 1 if one is otherwise."""
    settings = agent_settings_or_exit(records=records)
    try:
        code = try_item(settings, unit, item, questions, clock_of(settings.clock_file)(), typer.echo)
    except SourceProblem as wrong:
        end(WRONG_SOURCE, str(wrong))
    except WrongSamples as wrong:
        end(str(wrong))
    raise typer.Exit(code)
