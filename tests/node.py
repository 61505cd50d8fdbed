"""One server process of the tests: where it runs, how it starts and how it ends."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

PATIENCE = 150.0  # seconds for a node to start on a busy machine


class Missing(Exception):
    """A program the tests need is not installed; says which Debian package brings it."""


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str, package: str, *folders: str) -> str:
    """Where this program is; raises Missing."""
    for folder in [path for pattern in folders for path in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)]:
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if not found:
        needed = "rabbitmq-server postgresql pgbouncer redis-server"
        raise Missing(f"{name} is not installed: run `apt-get install {package}` (the tests need `{needed}`)")
    return found


def as_user(user: str) -> list[str]:
    """What to put before a command so that it dies with the tests, and runs as this user when we are root."""
    if not (setpriv := shutil.which("setpriv")):
        return []
    change = ["--reuid", user, "--regid", user, "--clear-groups"] if user and os.geteuid() == 0 else []
    return [setpriv, *change, "--pdeathsig", "KILL", "--"]


def until(ready: Callable[[], bool], child: subprocess.Popen[bytes], log: Path) -> None:
    """Waits until the child is ready; tells the end of its log when it died or took too long."""
    end = time.monotonic() + PATIENCE
    while not ready():
        if child.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"{child.args!r} did not start: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


class Place(NamedTuple):
    """Where a node runs: its folder, what to put before its commands so that they run on that host, its address and port."""

    folder: Path | None = None
    prefix: Sequence[str] = ()
    address: str = "127.0.0.1"
    port: int = 0


HERE = Place()


class Node:
    """One server process: its folder, its log, its start and its end."""

    def __init__(self, name: str, user: str = "", place: Place = HERE) -> None:
        self.user, self.prefix, self.address, self.port = user, list(place.prefix), place.address, place.port or free_port()
        self.folder = place.folder or Path(tempfile.mkdtemp(prefix=f"hecha-{name}-"))
        self.log = self.folder / "log"
        self.child: subprocess.Popen[bytes] | None = None
        if user and os.geteuid() == 0:
            owner = pwd.getpwnam(user)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)

    def launch(self, command: Sequence[str], env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Starts a child that writes to our log and dies with us."""
        with self.log.open("ab") as log:
            whole = [*self.prefix, *as_user(self.user), *command]
            return subprocess.Popen(whole, env=env, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def end(self, how: int) -> None:
        """Signals the child and waits until it is gone."""
        child, self.child = self.child, None
        if child is not None:
            child.send_signal(how)
            try:
                child.wait(30)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def kill(self) -> None:
        """kill -9: nothing is said goodbye to."""
        self.end(signal.SIGKILL)

    def remove(self) -> None:
        """Ends the node and deletes its folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
