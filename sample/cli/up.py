"""`hecha up`: everything in one process, to try it out or for a small town."""

from pathlib import Path
from typing import Annotated

import typer

from administrators.running.process_heartbeats import Beats
from deploy.cli.starting import console, free_or_exit, joined, settings_or_exit
from deploy.migrate import migrate_database
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
    house = joined(settings)
    migrate_database(house.database)
    load.load_if_empty(house, console)
    house.seals().prepare(house.now())
    running = Running(house.parts)
    simulator = start_phones(settings) if phones else None
    newcomers = Newcomers(running, house.readers)
    running.start({**house.readers(), **house.movers(), "newcomers": newcomers, "beats": Beats(house, "up", running.parts)})
    load.print_signs(settings, console, simulator is not None)
    serve_http(house, running.stop)
    running.end()
    if simulator:
        simulator.stop()
    house.database.close()
