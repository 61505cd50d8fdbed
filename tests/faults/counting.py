"""The count at the end: what became of every question, whether its trail is a possible life, and which texts came too late."""

import itertools
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cases.lifecycle import HELD, MOVES, SETTLED, TABLE
from tests.faults.deployment import Deployment

ANSWERS = ("find", "answer")
REPEATED = "Replayed"
TOLERANCE = 1.0  # seconds between the last look whether a text is wanted and its arrival at the provider
LINES = "SELECT number, action, actor, start, \"to\" FROM trail WHERE number <> '' ORDER BY id"
ANSWERED_AT = """SELECT number, extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM trail
WHERE action = ANY(%s) ORDER BY 2"""
LEGAL = {(r.move, str(actor), str(start), str(to)) for r in TABLE for actor in r.actors for start in r.start for to in r.to}
LEGAL |= {("hold", "clock", "asked", "held")}  # no move of the table: what looks like fishing is held before it is sent
Line = tuple[str, str, str, str]  # action, actor, from, to


@dataclass
class Count:
    """Each a list of case numbers, texts or reasons; those in `wrong` must be empty."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    wrong_trail: list[str] = field(default_factory=list)
    late_texts: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # cases nobody asked for: a question that was opened twice
    untold: list[str] = field(default_factory=list)  # answered, and the asking unit was never told
    dead: list[str] = field(default_factory=list)  # reasons of dead letters that are no mere repetition
    repeated: list[str] = field(default_factory=list)  # letters that came a second time, buried as such: no fault either
    broken_chain: list[str] = field(default_factory=list)  # what `hecha trail verify` found
    held: list[str] = field(default_factory=list)  # looked like fishing: a supervisor decides, and that is no fault

    def wrong(self) -> dict[str, list[str]]:
        """What is not empty and should be."""
        return {name: found for name, found in vars(self).items() if found and name not in ("held", "repeated")}


def count(place: Deployment, asked: Mapping[str, Mapping[str, Any]]) -> Count:
    """Looks at everything that was ever asked."""
    states = dict(place.sql("SELECT number, state FROM cases"))
    lives = defaultdict[str, list[Line]](list)
    for number, *line in place.sql(LINES):
        lives[str(number)].append(tuple(map(str, line)))  # type: ignore[arg-type]
    buried = [str(reason) for (reason,) in place.sql("SELECT reason FROM dead_letter WHERE settled_at IS NULL")]
    held = [number for number in asked if states.get(number) == HELD]
    return Count(
        lost=[number for number in asked if states.get(number) not in {*SETTLED, HELD}],
        twice=[number for number, life in lives.items() if sum(line[0] in ANSWERS for line in life) > 1],
        wrong_trail=[number for number in asked if not possible(lives[number], str(states.get(number)))],
        late_texts=late_texts(place),
        unknown=sorted(set(map(str, states)) - set(asked)),
        untold=_untold(place, len(asked) - len(held)),
        dead=[reason for reason in buried if reason != REPEATED],
        repeated=[reason for reason in buried if reason == REPEATED],
        broken_chain=_chain(place),
        held=held,
    )


def _untold(place: Deployment, answered: int) -> list[str]:
    ((told,),) = place.sql("SELECT count(*) FROM inbox WHERE queue LIKE 'outcomes.%%'")
    # A machine that was away and says something else than the clerk who answered meanwhile is told of as well.
    ((late,),) = place.sql("SELECT count(*) FROM trail WHERE action = 'late_finding'")
    return [] if told == answered + int(str(late)) else [f"{answered} answered, {told} told, {late} of them late findings"]


def _chain(place: Deployment) -> list[str]:
    told = place.hecha("trail", "verify")
    return [] if told.returncode == 0 else [(told.stdout + told.stderr)[-500:]]


def possible(life: Sequence[Line], state: str) -> bool:
    """Whether these lines, in this order, are a life that the table of the lifecycle allows, ending in this state."""
    moves = [line for line in life if line[0] in ("ask", "hold", *MOVES)]
    if not moves or moves[0][0] != "ask" or moves[-1][3] != state:
        return False
    joined = all(before[3] == after[2] for before, after in itertools.pairwise(moves))
    return joined and all((action, actor, start, to) in LEGAL for action, actor, start, to in moves[1:])


def answered_at(place: Deployment, by: Sequence[str] = ANSWERS) -> list[tuple[str, float]]:
    """When each answer was committed, in real seconds, the earliest first."""
    return [(str(number), float(str(at))) for number, at in place.sql(ANSWERED_AT, list(by))]


def late_texts(place: Deployment) -> list[str]:
    """Texts about a case that the provider took after its answer was committed."""
    answers = dict(answered_at(place))
    about = {
        str(sid): str(number) for sid, number in place.sql("SELECT provider_id, about FROM alert WHERE provider_id IS NOT NULL")
    }
    late = []
    for note in taken(place):
        answered = answers.get(about.get(note["sid"], ""))
        if answered is not None and note["at"] > answered + TOLERANCE:
            late.append(f"{about[note['sid']]} +{note['at'] - answered:.1f} s")
    return late


def taken(place: Deployment) -> list[dict[str, Any]]:
    """Every text the provider took: sid, to, body, at."""
    file = place.machines["phones"].disk.folder / "taken"
    lines = file.read_text().splitlines() if file.exists() else []
    return [json.loads(line) for line in lines if line.endswith("}")]


def longest_pause(answers: Sequence[tuple[str, float]], begin: float, end: float) -> float:
    """The longest time in this stretch in which nothing was answered, in seconds."""
    moments = [begin, *(at for _, at in answers if begin < at < end), end]
    return max(after - before for before, after in itertools.pairwise(moments))
