"""Lease holders: which process has taken letters of the embedded broker, and whether it still lives."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LeaseHolder:
    """A process, named so that a recycled process id is not mistaken for it. Empty fields: this system has no /proc."""

    boot: str
    namespace: str
    pid: int
    born: str

    @classmethod
    def me(cls) -> "LeaseHolder":
        """This process."""
        return cls(_boot(), _namespace(), os.getpid(), _born(os.getpid()))

    def surely_dead(self, me: "LeaseHolder") -> bool:
        """True when the process is known to be gone; False also where nothing can be known: then the lease decides."""
        if not me.boot:
            return False
        if self.boot != me.boot:
            return True  # the machine was started anew since
        # A process in another container has a number that means nothing here.
        return self.namespace == me.namespace and _born(self.pid) != self.born


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def _born(pid: int) -> str:
    """When the process started, in clock ticks since boot; empty when it is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]
