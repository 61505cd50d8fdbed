"""`hecha serve`: the web."""

from typing import Annotated

import typer

from administrators.running.process_heartbeats import Beats
from deploy.cli.starting import free_or_exit, joined, settings_or_exit
from deploy.running import Running
from deploy.serving import DRAIN, serve_http


def serve(http: Annotated[str | None, typer.Option(help="HOST:PORT")] = None) -> None:
    """The web: pages and API. Run any number behind one address."""
    house = joined(settings_or_exit(http=http))
    free_or_exit(house.settings.http)
    running = Running(house.parts)
    running.start({"beats": Beats(house, "serve", running.parts)})
    serve_http(house, running.stop, DRAIN)
    running.end()
    house.database.close()
