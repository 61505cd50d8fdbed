"""What is done to the house, and how it is put right again: each is a fault of one kind on one target."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from broker.transports.transport import TransportError
from tests.faults.deployment import Deployment
from tests.faults.network import MB, Disk, Host

PARTS = "serve1", "relay1", "work1", "clock1", "agent1", "serve2", "relay2", "work2", "clock2", "agent2", "agent3"


@dataclass(frozen=True)
class Trouble:
    """`begin` makes it and `end` puts it right; between them it lasts some seconds."""

    kind: str  # such as "kill relay": pauses are told by kind
    begin: Callable[[], object]
    end: Callable[[], object]
    real: bool = False  # needs namespaces and mounts
    lasts: float = 1.0  # as a multiple of a round's usual length


def kill_part(place: Deployment, name: str) -> Trouble:
    """kill -9, and started again as systemd would."""
    part = place.machines[name].part
    return Trouble(f"kill {_kind(name)}", part.kill, part.start, lasts=0.5)


def stop_part(place: Deployment, name: str) -> Trouble:
    """SIGSTOP, and SIGCONT later."""
    part = place.machines[name].part
    return Trouble(f"stop {_kind(name)}", part.stop, part.go_on)


def cut(host: Host) -> Trouble:
    """The cable is pulled, and plugged in later."""
    return Trouble(f"cut off {_kind(host.name)}", host.cut, host.join, real=True)


def full_disk(name: str, disk: Disk, after: Callable[[], object] = lambda: None) -> Trouble:
    """The disk runs full, and is emptied later."""

    def mend() -> None:
        disk.empty()
        after()

    return Trouble(f"full disk {_kind(name)}", disk.fill, mend, real=True)


def kill_postgres(place: Deployment) -> Trouble:
    """kill -9 of the server and its children."""
    return Trouble("kill postgres", place.postgres.kill, place.postgres.start, lasts=0.5)


def stop_postgres(place: Deployment) -> Trouble:
    """SIGSTOP of the server and its children."""
    return Trouble(
        "stop postgres",
        lambda: signal_tree(place.postgres.child.pid, signal.SIGSTOP) if place.postgres.child else None,
        lambda: signal_tree(place.postgres.child.pid, signal.SIGCONT) if place.postgres.child else None,
    )


def full_postgres(place: Deployment) -> Trouble:
    """Its disk runs full; where it gave up it is started again."""

    def revive() -> None:
        if place.postgres.child is not None and place.postgres.child.poll() is not None:
            place.postgres.start()

    return full_disk("postgres", place.postgres_disk, revive)


def kill_rabbit(place: Deployment, number: int) -> Trouble:
    """kill -9 of one node."""
    node = place.cluster.nodes[number]
    return Trouble("kill rabbit", node.kill, node.start, lasts=0.5)


def stop_rabbit(place: Deployment, number: int) -> Trouble:
    """SIGSTOP of one node."""
    node = place.cluster.nodes[number]
    return Trouble(
        "stop rabbit",
        lambda: node.child and os.kill(node.child.pid, signal.SIGSTOP),
        lambda: node.child and os.kill(node.child.pid, signal.SIGCONT),
    )


def full_rabbit(place: Deployment, number: int) -> Trouble:
    """Its disk has not a byte left; as RabbitMQ 3.10 does not find its feet again by itself, it is started anew afterwards."""
    node = place.cluster.nodes[number]
    return full_disk("rabbit", node.disk, node.restart)


def low_rabbit(place: Deployment, number: int) -> Trouble:
    """Its disk is nearly full: the whole cluster takes no letters until there is room."""
    disk = place.cluster.nodes[number].disk
    return Trouble("disk alarm rabbit", lambda: disk.fill(20 * MB), disk.empty, real=True, lasts=2.0)


def moody(place: Deployment, mood: str) -> Trouble:
    """The SMS provider is slow, talks nonsense, or refuses."""
    return Trouble(f"sms {mood}", lambda: place.mood(mood), lambda: place.mood("well"))


def jump(place: Deployment, seconds: float) -> Trouble:
    """Everybody's clock jumps, and stays there; it is not put back."""
    words = "ahead" if seconds > 0 else "back"
    return Trouble(f"clock {words}", lambda: move_clock(place.clock, seconds), lambda: None)


def move_clock(file: Path, seconds: float) -> None:
    """Changes the clock file in one go: a half-written one would be a jump of its own."""
    now = float(file.read_text()) if file.exists() else 0.0
    fresh = file.with_suffix(".new")
    fresh.write_text(f"{now + seconds:.3f}")
    fresh.rename(file)


def shuffled(place: Deployment, queue: str) -> Trouble:
    """What waits in a queue is read, and put back twice and in the other order."""
    return Trouble(f"duplicates in {queue}", lambda: None, lambda: shuffle(place, queue))


def shuffle(place: Deployment, queue: str, seconds: float = 2.0) -> int:
    """Says how many letters were put back twice; stops after so many seconds."""
    done, end = 0, time.monotonic() + seconds
    transport = place.town.house.transport()
    with suppress(TransportError):
        while time.monotonic() < end:
            deliveries = transport.receive(queue, 20, 0.2)
            wires = [delivery.wire for delivery in reversed(deliveries)]
            if wires:
                transport.publish_wire(queue, [*wires, *wires])
                transport.ack(deliveries)
                done += len(wires)
    transport.close()
    return done


def signal_tree(pid: int, how: signal.Signals) -> None:
    """Signals a process and its children, the parent first when it is stopped."""
    for one in [pid, *_children(pid)]:
        with suppress(ProcessLookupError):
            os.kill(one, how)


def _children(pid: int) -> Iterator[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    yield from map(int, listed.read_text().split() if listed.exists() else ())


def _kind(name: str) -> str:
    return name.rstrip("123")
