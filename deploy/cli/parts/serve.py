"""`hecha serve`: runs the web server."""

import threading
from functools import partial
from socket import socket
from typing import Annotated

import typer

from deploy.cli.joining import joined, tell_gaps
from deploy.cli.parts.beats import beats_of
from deploy.cli.parts.processes import Processes
from deploy.cli.starting import end, settings_or_exit
from deploy.running import Running
from deploy.serving import DRAIN, Taken, check_free, listening_at, serve_http
from deploy.settings import Settings

ELSEWHERE = "HECHA_HTTP=127.0.0.1:PORT chooses another port, HECHA_SMS_URL=http://127.0.0.1:PORT that of the phones."


def free_or_exit(*addresses: str | None) -> None:
    """Ends the command where somebody listens at one of these addresses already: most likely Hecha itself."""
    try:
        check_free(addresses)
    except Taken as taken:
        end(f"{taken} is in use.", f"Does Hecha run already? {ELSEWHERE}")


def serve(http: Annotated[str | None, typer.Option(help="HOST:PORT")] = None) -> None:
    """The web: pages and API. Run any number behind one address."""
    settings = settings_or_exit(http=http)
    free_or_exit(settings.http)
    if settings.serve_processes == 1:
        _serve(settings)
        return
    with listening_at(settings.http) as listening:
        code = Processes(listening, partial(_serve, settings)).run(settings.serve_processes)
    if code:
        raise typer.Exit(code)


def _serve(settings: Settings, number: int = 0, listening: socket | None = None, stop: threading.Event | None = None) -> None:
    assembly = joined(settings)
    if not number:
        tell_gaps(assembly)
    running = Running(assembly.parts, stop)
    running.start({"beats": beats_of(assembly, "serve", running)})
    serve_http(assembly, running.stop, DRAIN, listening)
    running.end()
    assembly.database.close()
