"""Rounds of trouble: `python -m tests.faults.rounds --rounds 20 --questions 2500` (`--short`: the twelve kinds, quickly).

Starts a whole deployment in any order, lets people ask while one part after the other is killed, stopped, cut off or left without
disk, and counts every question at the end. Says for each kind of trouble how long, at most, nothing was answered.
"""

import argparse
import random
import re
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from cases.calendar.deadlines import Calendar
from deploy.wall_clock import clock_of, real_now
from tests.faults import troubles, upkeep
from tests.faults.counting import Count, answered_at, count, longest_pause
from tests.faults.deployment import Deployment
from tests.faults.network import step_inside
from tests.faults.people import Asked, Clerk, Crowd, Strict
from tests.faults.troubles import PARTS, Trouble

PATIENCE = 180.0  # seconds in which everything asked must be answered once all is well again
CALM = 0.8  # seconds between two troubles of a round

Plan = Callable[[Deployment], Sequence[Trouble]]
PLANS: dict[str, Plan] = {
    "killed": lambda place: [troubles.kill_part(place, name) for name in PARTS],
    "stopped": lambda place: [troubles.stop_part(place, name) for name in PARTS],
    "cut off": lambda place: [troubles.cut(place.machines[name].host) for name in PARTS],
    "without disk": lambda place: [troubles.full_disk(n, place.machines[n].disk) for n in PARTS] + [_home(place)],
    "RabbitMQ killed": lambda place: [troubles.kill_rabbit(place, n) for n in (0, 1, 2)],
    "RabbitMQ stopped or cut off": lambda place: [
        one for n in (0, 1, 2) for one in (troubles.stop_rabbit(place, n), troubles.cut(place.cluster.nodes[n].host))
    ],
    "PostgreSQL killed": lambda place: [troubles.kill_postgres(place)],
    "PostgreSQL stopped or cut off": lambda place: [troubles.stop_postgres(place), troubles.cut(place.postgres_host)],
    "servers without disk": lambda place: [
        troubles.full_postgres(place), *(how(place, n) for n in (0, 1, 2) for how in (troubles.low_rabbit, troubles.full_rabbit))
    ],
    "SMS provider slow, wrong and down": lambda place: [
        *(troubles.moody(place, mood) for mood in ("slow", "wrong", "down")), *_phones(place)
    ],
    "clocks jump": lambda place: [troubles.jump(place, 2400), troubles.jump(place, -1800), troubles.jump(place, 600)],
    "letters twice and in another order": lambda place: [
        troubles.shuffled(place, queue) for queue in ("questions.police", "findings", "outcomes.bank-binjiang", "alerts")
    ],
}  # fmt: skip


def _home(place: Deployment) -> Trouble:
    return troubles.full_disk("home", place.home_disk)


def _phones(place: Deployment) -> list[Trouble]:
    return [troubles.kill_part(place, "phones"), troubles.stop_part(place, "phones"), troubles.cut(place.machines["phones"].host)]


class Rounds:
    """Runs rounds on one deployment and keeps the books."""

    def __init__(self, place: Deployment, seed: int, short: bool) -> None:
        self.place, self.asked, self.short = place, Asked(), short
        self.pauses = defaultdict[str, float](float)
        self._random = random.Random(seed)

    def one(self, name: str, plan: Sequence[Trouble], amount: int, lasts: float) -> None:
        """One round: people ask while these troubles come one after the other; then all must be answered."""
        plan = [trouble for trouble in plan if self.place.network.real or not trouble.real]
        seconds = sum(lasts * trouble.lasts + CALM for trouble in plan)
        began, crowd = time.time(), Crowd(self.place, self.asked, amount, seconds, len(self.asked.cases))
        crowd.start()
        windows = [(trouble.kind, *self._suffer(trouble, lasts)) for trouble in plan]
        all_asked = crowd.end(PATIENCE)
        settled = self._settled()
        self._measure(windows, time.time())
        words = "all answered" if settled and all_asked else "NOT ALL ANSWERED"
        words += "" if plan else " (without trouble: that needs namespaces)"
        print(f"{name:36} {amount:6} questions in {time.time() - began:5.1f} s: {words}", flush=True)
        if not (settled and all_asked):
            print(self.place.logs(), crowd.last_fault, flush=True)

    def _suffer(self, trouble: Trouble, lasts: float) -> tuple[float, float]:
        began = time.time()
        trouble.begin()
        time.sleep(lasts * trouble.lasts)
        trouble.end()
        time.sleep(CALM)
        return began, time.time()

    def _settled(self) -> bool:
        end = time.monotonic() + PATIENCE
        while self._waiting() and time.monotonic() < end:
            time.sleep(0.3)
        return not self._waiting()

    def _waiting(self) -> int:
        query = (
            "SELECT (SELECT count(*) FROM cases WHERE state NOT IN ('answered', 'closed', 'held')) + (SELECT count(*) FROM outbox)"
        )
        return int(str(self.place.sql(query)[0][0]))

    def _measure(self, windows: Sequence[tuple[str, float, float]], end: float) -> None:
        answers = answered_at(self.place, ["find"])
        last = max((at for _, at in answers), default=end)
        for n, (kind, began, _) in enumerate(windows):
            until = windows[n + 1][1] if n + 1 < len(windows) else last
            self.pauses[kind] = max(self.pauses[kind], longest_pause(answers, began, max(began, until)))

    def upkeep(self) -> int:
        """A rolling restart and a migration at work; 0 when no request failed and the tables are there."""
        ended = 0
        names = [name for name in self.place.machines if name.startswith("serve") or (not self.short and name != "phones")]
        works: dict[str, Callable[[], Strict]] = {
            "rolling restart": lambda: upkeep.restart(self.place, self.asked, names),
            "migration at work": lambda: upkeep.migrate_at_work(self.place, self.asked),
        }
        for name, work in works.items():
            began, user = time.time(), work()
            settled = self._settled()
            print(f"   {name:33} {user.served:6} requests in {time.time() - began:5.1f} s: {len(user.failures)} failed", flush=True)
            print("\n".join(user.failures[:5]), end="\n" * bool(user.failures))
            ended |= bool(user.failures) or not settled
        return ended or int(not upkeep.has_next(self.place))

    def mixed(self) -> list[Trouble]:
        """A round in which anything comes, two troubles drawn from each of four kinds."""
        plans = self._random.sample(sorted(PLANS), 4)
        return [trouble for name in plans for trouble in self._drawn(list(PLANS[name](self.place)), 2)]

    def plan(self, name: str) -> list[Trouble]:
        """All of a kind; in a short round some of them."""
        whole = list(PLANS[name](self.place))
        return self._drawn(whole, 1 if "RabbitMQ" in name else 2) if self.short else whole

    def _drawn(self, whole: list[Trouble], most: int) -> list[Trouble]:
        if not self.place.network.real:
            whole = [trouble for trouble in whole if not trouble.real]
        picked = sorted(self._random.sample(range(len(whole)), min(most, len(whole))))
        return [whole[n] for n in picked]


def begin(place: Deployment, seed: int) -> float:
    """Starts everything in any order, the servers last; says after how many seconds all had come to work."""
    open_offices(place.clock)
    order = list(place.machines)
    random.Random(seed).shuffle(order)
    began = time.monotonic()
    place.start(order)
    place.found()
    print(f"  servers and city after {time.monotonic() - began:.1f} s", flush=True)
    for name in ("serve1", "serve2"):
        place.until_ready(name)
    return time.monotonic() - began


def open_offices(clock: Path) -> None:
    """Sets the clock to an hour after the offices open, so that clerks are texted."""
    now = real_now()
    opening = Calendar(()).next_opening(now + timedelta(days=1)) + timedelta(hours=1)
    clock.write_text(f"{(opening - now).total_seconds():.3f}")
    assert clock_of(clock)() >= opening


def tell(rounds: Rounds, result: Count) -> int:
    """Prints what was counted; the exit code."""
    print("\nlongest pause of answering, in seconds, by kind of trouble")
    for kind, pause in sorted(rounds.pauses.items(), key=lambda pair: -pair[1]):
        print(f"  {kind:36} {pause:6.1f}")
    asked = rounds.asked
    print(f"\n{len(asked.cases)} questions, {asked.paper} of them for a clerk, {asked.again} requests sent again")
    for name, found in vars(result).items():
        print(f"  {name.replace('_', ' '):12} {len(found):5}  {', '.join(found[:5])}")
    return int(bool(result.wrong()))


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--questions", type=int, default=2500)
    parser.add_argument("--lasts", type=float, default=6.0, help="seconds that a trouble lasts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true", help="one short round of each kind, few questions")
    parser.add_argument("--loopback", action="store_true", help="without namespaces: nothing is cut off, no disk runs full")
    parser.add_argument("--only", default="", help="rounds whose name fits this expression")
    given = parser.parse_args()
    if not given.loopback:
        step_inside("tests.faults.rounds")
    folder = Path(tempfile.mkdtemp(prefix="hecha-faults-"))
    folder.chmod(0o755)
    place = Deployment(folder)
    try:
        return run(place, given)
    except BaseException:
        print(place.logs(), flush=True)
        raise
    finally:
        place.close()
        shutil.rmtree(folder, ignore_errors=True)


def run(place: Deployment, given: argparse.Namespace) -> int:
    """All rounds and the count."""
    print(f"hosts: {'namespaces' if place.network.real else 'loopback (nothing can be cut off here)'}", flush=True)
    print(f"started in any order: {begin(place, given.seed):.1f} s", flush=True)
    rounds, names = Rounds(place, given.seed, given.short), [name for name in PLANS if re.search(given.only, name)]
    clerk = Clerk(place)
    for n in range(len(names) if given.short else given.rounds):
        name = names[n] if n < len(names) else "everything mixed"
        plan = rounds.plan(name) if n < len(names) else rounds.mixed()
        rounds.one(f"{n + 1:2} {name}", plan, given.questions, given.lasts)
    failed = rounds.upkeep()
    clerk.end()
    return tell(rounds, count(place, rounds.asked.cases)) or failed


if __name__ == "__main__":
    sys.exit(main())
