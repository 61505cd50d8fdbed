"""Beside: the same questions put to the house and to the peer, in turns: POST, lone questions, batches."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from tests.bench import batches
from tests.bench.aims import Finding, Report
from tests.bench.callers import Dialect, Hecha, Latency, Peer, lone_questions, post_all
from tests.bench.ground import Ground, await_answers
from tests.bench.peer_ground import CELERY, DRAMATIQ, PIKA, PeerGround
from tests.bench.rounds import in_turns, ratio, spread
from tests.town import questions

CLIENTS = (1, 8, 32)
LOOK_AGAIN = 0.001  # seconds between two looks of who waits for the peer: the shortest wait for it, and it costs it little


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int
    posts: int  # by one client; eight and 32 send twice as many
    lone: int
    batch: Mapping[str, int]


LONG = Size(5, 400, 300, {"Hecha": 8_000, CELERY: 1_500, DRAMATIQ: 3_000, PIKA: 15_000})
SHORT = Size(2, 200, 80, {"Hecha": 3_000, CELERY: 500, DRAMATIQ: 1_500, PIKA: 6_000})


@dataclass(frozen=True)
class Side:
    """One of the two: how it is asked, how many answers it has, what its processes have used."""

    dialect: Dialect
    answers: Callable[[], int]
    wait: Callable[[int], float]
    cpu: Callable[[], dict[str, float]]


def sides(house: Ground, peer: PeerGround | None) -> dict[str, Side]:
    """The house first."""
    town = house.town
    both = {
        "Hecha": Side(Hecha(town.http, town.key()), town.answers, lambda count: await_answers(town, count), house.cpu),
    }
    if peer:
        both["peer"] = Side(Peer(peer.address, LOOK_AGAIN), peer.answers, peer.await_answers, peer.cpu)
    return both


def measure_posts(report: Report, both: Mapping[str, Side], size: Size) -> None:
    """Questions accepted a second by one, eight and 32 clients; what they left to do is done before the next begins."""
    owns = []
    for clients in CLIENTS:
        count = size.posts * (2 if clients > 1 else 1)

        def measure(side: Side, clients: int = clients, count: int = count) -> float:
            before = side.answers()
            posts = post_all(side.dialect, clients, questions(count))
            owns.append(posts.own)
            side.wait(before + count)
            return posts.rate

        found = in_turns(size.rounds, {name: partial(measure, side) for name, side in both.items()})
        _compare(report, by_clients("POST", clients), found, "/s")
    report.add("POST: share of one core that the callers took", f"{max(owns):.0%} at the most")


def by_clients(what: str, clients: int) -> str:
    """In words."""
    return f"{what} by {clients} client{'s' if clients > 1 else ''}"


def _compare(report: Report, what: str, found: Mapping[str, list[float]], unit: str, digits: int = 0) -> None:
    ours = spread(found["Hecha"], unit, digits)
    if "peer" not in found:
        report.add(what, ours)
        return
    report.find(Finding(what, ratio(found["Hecha"], found["peer"]), "×", ours, spread(found["peer"], unit, digits)))


@dataclass(frozen=True, slots=True)
class Lone:
    """How long lone questions took, and milliseconds of processor time that each part spent on one."""

    latency: Latency
    cpu: dict[str, float]


def measure_lone(report: Report, both: Mapping[str, Side], size: Size) -> None:
    """Twenty a second, each alone."""

    def measure(side: Side) -> Lone:
        time.sleep(1)
        before = side.cpu()
        latency = lone_questions(side.dialect, questions(size.lone))
        return Lone(latency, {name: (used - before[name]) * 1000 / size.lone for name, used in side.cpu().items()})

    found = in_turns(size.rounds, {name: partial(measure, side) for name, side in both.items()})
    for name in ("p50", "p99"):
        values = {who: [getattr(one.latency, name) for one in each] for who, each in found.items()}
        _compare(report, f"a lone question, {name}", values, "ms", 1)
    totals = {who: statistics.median(sum(one.cpu.values()) for one in each) for who, each in found.items()}
    theirs = f"{totals['peer']:.1f} ms" if "peer" in totals else ""
    report.find(Finding("processor time of a lone question", totals["Hecha"], "ms", "all parts and servers", theirs))
    for who, each in found.items():
        parts = {part: statistics.median(one.cpu[part] for one in each) for part in each[0].cpu}
        report.add(f"  of it, {who}", ", ".join(f"{part} {spent:.1f}" for part, spent in parts.items()))


def measure_batches(report: Report, house: Ground, peer: PeerGround | None, size: Size) -> None:
    """Accepted in batches of 250 to the durable answer, by the house and by each of the peers."""
    measures: dict[str, Callable[[], tuple[float, float]]] = {"Hecha": partial(_house_batch, house, size.batch["Hecha"])}
    for kind in (CELERY, DRAMATIQ, PIKA) if peer else ():
        if peer and kind in peer.parts:
            measures[kind] = partial(_peer_batch, peer, kind, size.batch[kind])
    found = in_turns(size.rounds, measures)
    rates = {who: [rate for rate, _ in each] for who, each in found.items()}
    names = {CELERY: "Celery", DRAMATIQ: "Dramatiq", PIKA: "pika pipelined"}
    for kind in [kind for kind in measures if kind != "Hecha"]:
        what = f"batches, to {names[kind]}"
        report.find(Finding(what, ratio(rates["Hecha"], rates[kind]), "×", spread(rates["Hecha"], "/s"), spread(rates[kind], "/s")))
    for who, each in found.items():
        cpu = statistics.median(spent for _, spent in each)
        report.add(f"batches: {who}", f"{spread(rates[who], '/s')}, {cpu:.2f} processor seconds per 1,000")


def _house_batch(ground: Ground, count: int) -> tuple[float, float]:
    seen = batches.measure(ground, count)
    return seen.rate, sum(seen.cpu.values())


def _peer_batch(ground: PeerGround, kind: str, count: int) -> tuple[float, float]:
    before, spent = ground.answers(), ground.cpu()
    asked = ground.ask(kind, count)
    took = ground.await_answers(before + count) - asked["began"]
    used = sum(ground.cpu().values()) - sum(spent.values()) + asked["cpu"]
    return count / took, used * 1000 / count
