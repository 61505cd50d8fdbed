"""Serving HTTP: uvicorn with our settings."""

import errno
import resource
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socket import AF_INET, AF_INET6
from types import FrameType

import uvicorn

from deploy.app import create_app
from deploy.assembly import Assembly
from deploy.draining import Draining
from deploy.running import settle
from web.slow_clients import PromptProtocol, SlowBodies

BACKLOG = 2048  # clients that wait until they are heard, as uvicorn has it
DRAIN = 2.0  # seconds: balancers look about every second


class Taken(Exception):
    """Somebody listens at this HOST:PORT already."""


class Server(uvicorn.Server):
    """uvicorn that also stops when `stop` is set, and serves on for `drain` seconds after SIGTERM, saying that it goes."""

    def __init__(self, config: uvicorn.Config, stop: threading.Event, leave: Callable[[], None], drain: float = 0.0) -> None:
        super().__init__(config)
        self._stop, self._leave, self._drain = stop, leave, drain

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ctrl-C, and SIGTERM again, are in a hurry."""
        app = self.config.app
        if sig == signal.SIGTERM and self._drain and isinstance(app, Draining) and app.begin(self._drain):
            return
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """uvicorn asks ten times a second whether to go."""
        drained = isinstance(self.config.app, Draining) and self.config.app.over
        going = drained or self._stop.is_set() or await super().on_tick(counter)
        if going:
            self._leave()
        return going

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn's, but the signal is not raised anew at the end: there is more to stop than this server."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()


def server_of(assembly: Assembly, stop: threading.Event, port: int | None = None, drain: float = 0.0) -> Server:
    """A server for this house, not yet running. `drain`: seconds for which it serves on once it was told to go."""
    host, _, given = assembly.settings.http.rpartition(":")
    app = Draining(SlowBodies(create_app(assembly)))
    # Open live pages would otherwise hold up the end for ever.
    config = uvicorn.Config(
        app, host.strip("[]"), port or int(given), http=PromptProtocol, log_config=None, access_log=False,
        timeout_graceful_shutdown=3, forwarded_allow_ips=[str(network) for network in assembly.settings.proxies],
    )  # fmt: skip
    return Server(config, stop, assembly.broadcaster.let_go, drain)


def allow_many_files(most: int = 65_536) -> None:
    """Each open live page is an open file; most systems allow a process 1,024 until it asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most if hard == resource.RLIM_INFINITY else min(hard, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


def serve_http(assembly: Assembly, stop: threading.Event, drain: float = 0.0, listening: socket.socket | None = None) -> None:
    """Serves until a signal or `stop`, and `drain` seconds on; the change broadcaster that wakes long polls runs beside it.

    `listening` is the socket where several processes have one; else the server opens its own.
    """
    allow_many_files()
    broadcaster = threading.Thread(target=assembly.broadcaster.run, args=(stop,), name="broadcaster", daemon=True)
    broadcaster.start()
    server = server_of(assembly, stop, drain=drain)
    settle()
    try:
        server.run([listening] if listening else None)
    finally:
        stop.set()
        broadcaster.join(5)


def check_free(addresses: Iterable[str | None]) -> None:
    """Raises Taken with the first of these HOST:PORT that is in use."""
    for address in filter(None, addresses):
        try:
            listening_at(address).close()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Taken(address) from None
            raise


def listening_at(address: str) -> socket.socket:
    """A socket at HOST:PORT at which clients wait; raises OSError."""
    host, _, port = address.rpartition(":")
    return socket.create_server((host.strip("[]"), int(port)), family=AF_INET6 if "[" in host else AF_INET, backlog=BACKLOG)
