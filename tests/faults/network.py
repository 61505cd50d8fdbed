"""Machines of a private network: each host a network namespace of its own on one bridge, and small disks that can run full.

Everything lives in namespaces that end with the process that made them; nothing of it is seen outside. Without the right to make
namespaces the hosts are loopback addresses, which cannot be cut off, and folders, which cannot run full.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

BRIDGE = "br0"
PRIVATE, LOOPBACK = "10.77.0", "127.77.0"
INSIDE = "FAULTS_INSIDE"
MB = 1_000_000


def allowed() -> bool:
    """Whether we may make namespaces and mounts here."""
    if os.geteuid() or not all(map(shutil.which, ("unshare", "nsenter", "ip", "mount", "setpriv"))):
        return False
    tried = subprocess.run(["unshare", "-n", "-m", "ip", "link", "add", BRIDGE, "type", "bridge"], capture_output=True, check=False)
    return tried.returncode == 0


def step_inside(module: str) -> None:
    """Starts this module anew inside namespaces of its own, where that is allowed; returns where it is not, or once inside."""
    if INSIDE in os.environ or not allowed():
        return
    command = ["unshare", "-n", "-m", "--propagation", "private", sys.executable, "-m", module, *sys.argv[1:]]
    os.execvpe("unshare", command, {**os.environ, INSIDE: "yes"})


def run(*command: str) -> None:
    """A command that must work."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")


class Disk:
    """A small disk of a host: a tmpfs that is made just as big as what lies on it, and grows again."""

    def __init__(self, folder: Path, size: int, real: bool) -> None:
        self.folder, self._size, self._real = folder, size, real
        folder.mkdir(parents=True, exist_ok=True)
        if real:
            run("mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "none", str(folder))

    def fill(self, left: int = 0) -> None:
        """Nothing more can be written, or only so many bytes."""
        assert self._real
        used = os.statvfs(self.folder)
        run("mount", "-o", f"remount,size={(used.f_blocks - used.f_bfree) * used.f_frsize + left}", str(self.folder))

    def empty(self) -> None:
        """There is room again."""
        run("mount", "-o", f"remount,size={self._size}", str(self.folder))


class Host:
    """One machine: its address, what to put before a command that shall run on it, and its cable."""

    def __init__(self, name: str, address: str, enter: list[str], cable: str) -> None:
        self.name, self.address, self.enter, self._cable = name, address, enter, cable
        self.cut_off = False
        self.neighbours: list[str] = []  # further addresses of the same machine: where all hosts are one

    def cut(self) -> None:
        """Nothing goes in or out any more, and nobody is told."""
        run("ip", "link", "set", self._cable, "nomaster")
        self.cut_off = True

    def join(self) -> None:
        """The cable is plugged in again."""
        run("ip", "link", "set", self._cable, "master", BRIDGE)
        self.cut_off = False


class Network:
    """Makes hosts. `real`: they can be cut off and their disks can run full."""

    def __init__(self) -> None:
        self.real = INSIDE in os.environ
        self.hosts: dict[str, Host] = {}
        self._holders: list[subprocess.Popen[bytes]] = []
        if self.real:
            run("ip", "link", "set", "lo", "up")
            run("ip", "link", "add", BRIDGE, "type", "bridge", "forward_delay", "0")
            run("ip", "address", "add", f"{PRIVATE}.1/24", "dev", BRIDGE)
            run("ip", "link", "set", BRIDGE, "up")

    def host(self, name: str) -> Host:
        """A new machine."""
        number = 11 + len(self.hosts)
        self.hosts[name] = self._plug_in(name, number) if self.real else Host(name, f"{LOOPBACK}.{number}", [], "")
        return self.hosts[name]

    def _plug_in(self, name: str, number: int) -> Host:
        # The namespace lives as long as this process, and this process no longer than we.
        holder = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "-n", "sleep", "infinity"], stdin=subprocess.DEVNULL
        )
        self._holders.append(holder)
        _until_apart(holder.pid)
        cable, pid = f"veth{number}", str(holder.pid)
        enter = ["nsenter", "-t", pid, "-n"]
        run("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", pid)
        run("ip", "link", "set", cable, "master", BRIDGE, "up")
        run(*enter, "ip", "link", "set", "lo", "up")
        run(*enter, "ip", "address", "add", f"{PRIVATE}.{number}/24", "dev", "eth0")
        run(*enter, "ip", "link", "set", "eth0", "up")
        return Host(name, f"{PRIVATE}.{number}", enter, cable)

    def close(self) -> None:
        """Ends every namespace."""
        for holder in self._holders:
            holder.kill()
            holder.wait()


def _until_apart(pid: int) -> None:
    ours, theirs = Path("/proc/self/ns/net").readlink(), Path(f"/proc/{pid}/ns/net")
    for _ in range(200):
        if theirs.readlink() != ours:
            return
        time.sleep(0.01)
    raise RuntimeError("no namespace was made")
