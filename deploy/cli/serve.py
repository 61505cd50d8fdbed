"""`hecha serve`: runs the web server."""

from typing import Annotated

import typer

from deploy.cli.starting import beats_of, free_or_exit, joined, settings_or_exit, tell_gaps
from deploy.running import Running
from deploy.serving import DRAIN, serve_http


def serve(http: Annotated[str | None, typer.Option(help="HOST:PORT")] = None) -> None:
    """The web: pages and API. Run any number behind one address."""
    assembly = joined(settings_or_exit(http=http))
    free_or_exit(assembly.settings.http)
    tell_gaps(assembly)
    running = Running(assembly.parts)
    running.start({"beats": beats_of(assembly, "serve", running)})
    serve_http(assembly, running.stop, DRAIN)
    running.end()
    assembly.database.close()
