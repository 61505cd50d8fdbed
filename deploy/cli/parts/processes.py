"""Several processes that serve one address: this one holds the socket, starts the others, and replaces those that were killed."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

SIGNALS = (signal.SIGINT, signal.SIGTERM)
PAUSE = 1.0  # seconds between the end of one and the start of the next in its place
Work = Callable[[int, socket.socket, threading.Event], None]

log = structlog.get_logger()


class Processes:
    """Processes that are copies of this one, made before anything was opened: they share what it has loaded."""

    def __init__(self, listening: socket.socket, work: Work) -> None:
        """`work` gets the number of its process, from 0, the socket, and an event that is set when this process here is gone."""
        self._listening, self._work = listening, work
        self._children: dict[int, int] = {}  # by process id: which number it has
        self._asked = False
        self._alive, self._held = os.pipe()  # closes when we end, whatever ended us: then the others end too

    def run(self, many: int) -> int:
        """Runs them until a signal, which each of them gets, or until one ends by itself. Returns its exit code, else 0.

        In each of them it returns 0 once `work` is done, or raises what that raises.
        """
        for name in SIGNALS:
            signal.signal(name, self._pass_on)
        waiting, code = list(range(many)), 0
        while waiting or self._children:
            for number in waiting:
                if self._fork(number):
                    self._work(number, self._listening, self._orphaned())
                    return 0
            waiting, ended = self._next_end()
            code = code or ended
        return code

    def _pass_on(self, name: int, _frame: object = None) -> None:
        self._asked = True
        for pid in self._children:
            os.kill(pid, name)

    def _next_end(self) -> tuple[list[int], int]:
        """Waits until one ends; the numbers of those to be started again, and its exit code."""
        pid, status = os.wait()
        number, code = self._children.pop(pid), os.waitstatus_to_exitcode(status)
        if self._asked:
            return [], max(code, 0)
        if code < 0:
            log.error("serving_process_killed", number=number, signal=-code)
            time.sleep(PAUSE)
            return [number], 0
        self._pass_on(signal.SIGTERM)  # it could not start, or gave up: what holds for it holds for all
        return [], code

    def _fork(self, number: int) -> bool:
        """Whether we are the new one now."""
        with _blocked():
            pid = 0 if self._asked else os.fork()
            if pid:
                self._children[pid] = number
            elif not self._asked:
                os.setpgid(0, 0)  # Ctrl-C reaches the first process alone, which passes it on: once
                os.close(self._held)
                for name in SIGNALS:
                    signal.signal(name, signal.default_int_handler if name == signal.SIGINT else signal.SIG_DFL)
                return True
        return False

    def _orphaned(self) -> threading.Event:
        gone = threading.Event()

        def watch() -> None:
            os.read(self._alive, 1)
            gone.set()

        threading.Thread(target=watch, name="first process", daemon=True).start()
        return gone


@contextmanager
def _blocked() -> Iterator[None]:
    """A signal that comes meanwhile is heard afterwards: by then we know the process that it is passed on to."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
