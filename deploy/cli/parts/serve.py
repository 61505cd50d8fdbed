"""`hecha serve`: runs the web server."""

from typing import Annotated

import typer

from deploy.cli.joining import joined, tell_gaps
from deploy.cli.parts.beats import beats_of
from deploy.cli.starting import end, settings_or_exit
from deploy.running import Running
from deploy.serving import DRAIN, Taken, check_free, serve_http

ELSEWHERE = "HECHA_HTTP=127.0.0.1:PORT chooses another port, HECHA_SMS_URL=http://127.0.0.1:PORT that of the phones."


def free_or_exit(*addresses: str | None) -> None:
    """Ends the command where somebody listens at one of these addresses already: most likely Hecha itself."""
    try:
        check_free(addresses)
    except Taken as taken:
        end(f"{taken} is in use.", f"Does Hecha run already? {ELSEWHERE}")


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
