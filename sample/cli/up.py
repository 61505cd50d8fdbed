"""`hecha up`: runs everything in one process, to try it out or for a small town."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.joining import check_handlers, fill_or_exit, joined, tell_gaps
from deploy.cli.parts.beats import beats_of
from deploy.cli.parts.serve import free_or_exit
from deploy.cli.starting import settings_or_exit
from deploy.migrate import migrate_database
from deploy.operations.consoles import console
from deploy.running import Newcomers, Running
from deploy.serving import serve_http
from sample import load
from sample.office_clock import with_offices_open
from sample.phones.starting import phones_address, start_phones

Home = Annotated[Path | None, typer.Option(help="Folder for databases, keys and records (HECHA_HOME)")]


def up(
    home: Home = None,
    phones: Annotated[bool, typer.Option(help="Start the simulated phones too")] = True,
    opened: Annotated[bool, typer.Option("--open", help="To try it out: where the offices are closed, open them")] = False,
) -> None:
    """Everything in one process: web, relay, workers, clock, the departments' agents and the simulated phones."""
    settings = settings_or_exit(home=home)
    free_or_exit(settings.http, phones_address(settings) if phones else None)
    if opened:
        settings = with_offices_open(settings, console)
    assembly = joined(settings)
    check_handlers(settings, assembly.rulebook.catalogue.items)
    migrate_database(assembly.database)
    load.load_if_empty(assembly, console)
    fill_or_exit(assembly)
    assembly.seals().prepare(assembly.now())
    tell_gaps(assembly)
    running = Running(assembly.parts)
    simulator = start_phones(settings) if phones else None
    newcomers = Newcomers(running, assembly.readers, assembly.who_is_read_for)
    running.start({**assembly.readers(), **assembly.movers(), "newcomers": newcomers, "beats": beats_of(assembly, "up", running)})
    load.print_signs(settings, console, simulator is not None)
    serve_http(assembly, running.stop)
    running.end()
    if simulator:
        simulator.stop()
    assembly.database.close()
