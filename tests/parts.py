"""Hecha's parts as processes of their own: started with HECHA_* settings, watched, and killed without a word."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.nodes import free_port

HECHA = Path(sys.executable).with_name("hecha")
PATIENCE = 90.0  # seconds for a process to serve on a busy machine
PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


def die_with_us() -> list[str]:
    """What to put before a command so that it is killed when we are gone."""
    return [tool, "--pdeathsig", "KILL", "--"] if (tool := shutil.which("setpriv")) else []


def stop(pid: int) -> None:
    """SIGSTOP, and waits until the last thread stands still: on a busy machine some go on for a while after the signal."""
    os.kill(pid, signal.SIGSTOP)
    end = time.monotonic() + PATIENCE
    while any(_goes_on(task) for task in Path(f"/proc/{pid}/task").iterdir()):
        assert time.monotonic() < end, f"{pid} did not stop"
        time.sleep(0.005)


def _goes_on(task: Path) -> bool:
    try:
        state = (task / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:  # the thread ended meanwhile
        return False
    return state not in "TtZX"


class Part:
    """One `hecha` command as a process; it dies with the tests, and with the thread that started it."""

    def __init__(
        self,
        command: Sequence[str],
        settings: Mapping[str, str],
        folder: Path,
        prefix: Sequence[str] = (),
        program: Sequence[str] = (),
    ) -> None:
        """`prefix` is what to put before it so that it runs on another host; `program` what is started instead of `hecha`."""
        self.command, self.folder = list(command), folder
        self._program = [*prefix, *die_with_us(), *(program or [str(HECHA)])]
        self.name = "-".join(part for part in command if not part.startswith("-"))
        self.log = folder / f"{self.name}-{free_port()}.log"
        self.starts = 0
        # A process that may not keep compiled modules takes 3 seconds of processor time to start instead of 1.
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self._env = {**inherited, **settings}
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> "Part":
        """Starts the process and does not wait for it."""
        command = [*self._program, *self.command]
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                command, env=self._env, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.starts += 1
        return self

    @property
    def pid(self) -> int:
        """The process id; the part must have been started."""
        assert self._child is not None, f"{self.name} was not started"
        return self._child.pid

    def end(self, how: int = signal.SIGTERM, patience: float = 15.0) -> None:
        """Signals the process and waits until it is gone; one that will not go is killed."""
        child, self._child = self._child, None
        if child is None:
            return
        child.send_signal(how)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def kill(self) -> None:
        """kill -9."""
        self.end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGSTOP: it stands still and nobody is told."""
        stop(self.pid)

    def go_on(self) -> None:
        """SIGCONT."""
        os.kill(self.pid, signal.SIGCONT)

    def alive(self) -> bool:
        """Whether the process is still there."""
        return self._child is not None and self._child.poll() is None

    def memory(self) -> float:
        """Resident memory in MB."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE / 1e6

    def cpu(self) -> float:
        """Seconds of processor time used so far."""
        return cpu_of(self.pid)

    def tail(self, size: int = 1500) -> str:
        """The end of what it logged."""
        return self.log.read_text(errors="replace")[-size:] if self.log.exists() else ""


def cpu_of(pid: int) -> float:
    """Seconds of processor time that this process and its children have used, those that have ended included."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    running = sum(map(_cpu_of_child, map(int, children)))
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS + running


def _cpu_of_child(pid: int) -> float:
    try:
        return cpu_of(pid)
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile, and counts as its parent's from now on
        return 0.0


def machine_cpu() -> float:
    """Seconds of processor time that everything on this machine has used."""
    user, nice, system, _idle, _waiting, *rest = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + sum(rest)) / TICKS


def await_port(address: str, part: Part) -> None:
    """Returns when somebody listens at HOST:PORT; raises RuntimeError with the part's log when nobody does in time."""
    host, _, port = address.rpartition(":")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and part.alive():
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{part.name} does not serve at {address}: {part.tail()}")


@contextmanager
def running(parts: Sequence[Part]) -> Iterator[None]:
    """Starts the parts, and ends them when the block does."""
    try:
        for part in parts:
            part.start()
        yield
    finally:
        for part in parts:
            part.kill()
