"""Everybody at once, in any order: a machine that Hypothesis drives, and what must hold about every case after each step."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule
from sqlmodel import Session, col, select

from access.principal import Principal
from access.refusals import NotAllowed
from broker.outbox import Outgoing
from cases.actions import ActionContext, MoveRefused, perform
from cases.amending.amend_effects import NEEDS, offered_moves
from cases.auditor import unwatched
from cases.case import Case
from cases.conversation.talking import NO_QUESTION
from cases.lifecycle import MOVES, NEVER_SENT, OPEN, State
from cases.moves import Move, Refusal, make_moves
from cases.roles import actors_of
from cases.trail import trail
from cases.trail.trail import Trail
from cases.trail.trail_verification import verify_case
from deploy.case_actions_api import ACTIONS, action_for
from storage.problem import Problem, RosterProblem
from supervisors.decisions.deciders import remind_deciders
from supervisors.decisions.overdue import mark_overdue
from tests.rooms.cases.stations.house import EAST, WEST, lie_once
from tests.rooms.county import AREA, ASKER, CIVIL, CLERK, CLOCK, CONTACT, MACHINE, NO, PAPER, YES, County
from tests.rooms.promised import Promised
from tests.routes import RULEBOOK, kinship

PEOPLE = {
    name: Principal(name, f"{name}甲", unit, frozenset(roles), "en")
    for name, unit, *roles in (
        ("asker", "bank", "asker"), ("other", "court", "asker"), ("clerk", "police", "clerk"), ("second", "police", "clerk"),
        ("registrar", "civil", "clerk"), ("supervisor", "data-office", "supervisor"), ("both", "police", "clerk", "asker"),
        ("keeper", "police", "keeper"),
    )
}  # fmt: skip
# The police have two stations; half of what a run asks is led to one of them by a rule.
PEOPLE = {name: replace(one, stations=one.unit == "police") for name, one in PEOPLE.items()}
PEOPLE |= {
    name: Principal(name, f"{name}甲", unit, frozenset({"clerk"}), "en", parent="police", stations=True)
    for name, unit in (("east1", EAST), ("east2", EAST), ("west1", WEST))
}
NUMBERS = {"person": "110101199003070142", "relative": "110101196003070077"}
AT_THE_STATION = {role: {**one, "id_number": NUMBERS[role]} for role, one in kinship()["subjects"].items()}
SAYS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "answer": [
        {"outcome": "confirmed", "archive": "7-12"},
        {"outcome": "contradicted", "archive": "7-12"},
        {"outcome": "cannot_say"},
    ],
    "amend": [{"outcome": one, "archive": "7-12", "note": "x"} for one in ("confirmed", "contradicted", "no_record")],
    "propose_amendment": [{"outcome": "cannot_say", "note": "x"}],
    "arbitrate": [
        {"decision": one, "unit": "civil", "note": "x"}
        for one in ("answer", "forward", "return", "dismiss", "amend", "withdraw_answer", "later", "on_time")
    ],
    "consult": [{"area": AREA}],
    "correct": [{"purpose": "again"}, {}],
    "offer_later": [{"day": f"2026-03-{day:02}", "note": "x"} for day in (4, 6, 20)],
    "return": [{"reasons": ["year_missing"]}, {"note": "x"}, {"reasons": ["year_missing", "place_missing"], "why_later": "x"}],
    **{name: [{"words": "x"}, {"words": "我的话"}] for name in ("message", "ask_back", "reply_back")},
    "forward": [{"unit": "civil", "note": "x"}, {"unit": "police", "note": "x"}, {"unit": "bank", "note": "x"}],
    "reassign": [{"clerk": "second", "note": "x"}, {"clerk": "clerk", "note": "x"}, {"clerk": "asker", "note": "x"}],
    "hand_to_station": [{"station": one, "note": "x"} for one in (EAST, WEST, "civil")],
    "state": [{"contact": 1, "outcome": "confirmed", "words": "yes", "known_by": one} for one in ("personally", "not_said")],
    "take": [{}, {"anyway": True}],
}
NAMES = sorted({doing.move for doing in ACTIONS})
# What the two sides say to each other, and the decision about it; people in turn begin with these where they are open.
TALK = frozenset(
    {"ask_back", "reply_back", "message", "urge", "offer_later", "take_later", "decline_later", "correct", "arbitrate"}
)
TOGETHER = ("find", "hand_over", "accept", "withdraw", "take")
REFUSED = (Problem, MoveRefused, NotAllowed, RosterProblem)


@dataclass
class Known:
    """What the machine itself remembers of a case."""

    asked_at: datetime
    promised: Promised
    disputes: int = 0
    reopened: int = 0  # by a supervisor, after a late dispute
    sent_back: int = 0
    answers: list[Mapping[str, Any]] = field(default_factory=list)
    stands: Mapping[str, Any] | None = None  # the answer in effect, be it amended since it was given
    over: tuple[Any, ...] | None = None  # how it stood when it ended


def fixed(case: Case) -> tuple[Any, ...]:
    """Everything about a case that may not change once it is over."""
    return (case.state, case.version, case.finding, case.due_at, case.asked_at, case.closed_at, case.answered_at, case.wake_at)


class Life(RuleBasedStateMachine):
    """Cases, and everybody who can do something with them; the test says where each run begins."""

    county: County
    begin: ClassVar[Callable[[], County]]
    numbers: Bundle[str] = Bundle("numbers")

    def __init__(self) -> None:
        super().__init__()
        self.county = type(self).begin()
        self.known: dict[str, Known] = {}

    @rule(
        target=numbers, begins=st.sampled_from([State.ASKED, State.HELD, State.AT_DESK, State.AT_DESK]), count=st.integers(1, 2),
        led=st.booleans(),
    )  # fmt: skip
    def ask(self, begins: State, count: int, led: bool) -> Any:
        """New questions, some of them held, some that a rule leads to a station, some at the desk and taken already."""
        if led:
            made = self.county.ask(count, held=begins == State.HELD, subjects=AT_THE_STATION)
        else:
            made = self.county.asked_into(begins, count)
        for number in made:
            case = self.county.case(number)
            self.known[number] = Known(case.asked_at, Promised(case.due_at))
        return multiple(*made)

    @rule(minutes=st.sampled_from([1, 6, 40, 300, 1500, 20_000]))
    def wait(self, minutes: int) -> None:
        """Time passes, and the clock does what is due."""
        self.county.later(minutes=minutes)
        before = self._answers()
        self.county.tick()
        with self.county.database.write() as session:
            mark_overdue(session, self.county.now, RULEBOOK.calendar)
            remind_deciders(session, self.county.now, RULEBOOK.calendar)
        assert self._answers() == before, "silence never answers"

    def _answers(self) -> int:
        with self.county.database.read() as session:
            return len(session.exec(select(Trail.id).where(col(Trail.action).in_(["find", "answer"]))).all())

    @rule(
        number=numbers,
        name=st.sampled_from(NAMES),
        who=st.sampled_from(sorted(PEOPLE)),
        pick=st.integers(0, 2),
        seen=st.integers(-1, 3),
    )
    def person(self, number: str, name: str, who: str, pick: int, seen: int) -> None:
        """Somebody makes a move through the forms that people fill in, having seen this version of the case or an older one."""
        choices = SAYS.get(name, [{"note": "x"}])
        version = self.county.case(number).version
        said = {**choices[pick % len(choices)], **({"seen": max(version - seen, 0)} if seen >= 0 else {})}
        self._try(number, name, lambda session: self._do(session, PEOPLE[who], number, name, said))

    @rule(number=numbers, turns=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5)), min_size=4, max_size=6))
    def together(self, number: str, turns: list[tuple[int, int]]) -> None:
        """Several people in turn, some minutes apart: what is offered to them on a page."""
        for pick, say in turns:
            self.county.later(minutes=say)
            self.county.tick()
            case = self.county.case(number)
            open_to: dict[str, list[str]] = {}
            for who, one in PEOPLE.items():
                for move in offered_moves(actors_of(one, case), case):
                    open_to.setdefault(move, []).append(who)
            names = sorted(set(open_to) & TALK) or sorted(set(open_to) & set(NAMES)) or ["take"]
            name = names[pick % len(names)]
            who = (open_to.get(name) or ["clerk"])[0]
            choices = SAYS.get(name, [{"note": "x"}])
            self._try(
                number,
                name,
                lambda session, w=who, n=name, c=choices, s=say: self._do(session, PEOPLE[w], number, n, c[s % len(c)]),
            )

    def _do(self, session: Session, principal: Principal, number: str, name: str, said: Mapping[str, Any]) -> bool:
        doer = ActionContext(session, principal, self.county.now, RULEBOOK)
        try:
            perform(doer, number, action_for(doer, number, name), said)
        except REFUSED:
            session.rollback()
            return False
        return True

    @rule(number=numbers, name=st.sampled_from(["find", "hand_over", "state"]),
          mover=st.sampled_from([MACHINE, CIVIL, CONTACT, CLOCK]), finding=st.sampled_from([YES, NO, PAPER]))  # fmt: skip
    def machine(self, number: str, name: str, mover: Any, finding: Mapping[str, Any]) -> None:
        """A unit's machine, a contact or the clock makes a move, its own or not."""
        move = Move(number, name, mover, given={"finding": finding})
        self._try(number, name, lambda session: not isinstance(make_moves(session, [move], self.county.now, RULEBOOK)[0], Refusal))

    @rule(one=numbers, two=numbers, many=st.lists(st.tuples(st.booleans(), st.sampled_from(TOGETHER)), max_size=6))
    def batch(self, one: str, two: str, many: list[tuple[bool, str]]) -> None:
        """A batch of whatever moves, several about one case among them: each is made or refused as if it came alone."""
        as_whom = {"find": MACHINE, "hand_over": MACHINE, "take": CLERK}
        moves = [Move(two if other else one, name, as_whom.get(name, ASKER), given={"finding": YES}) for other, name in many]
        before = {number: self.county.case(number) for number in (one, two)}
        for move, result in zip(moves, self.county.moves(moves), strict=True):
            if isinstance(result, Case):
                self._note(move.number, move.name, before[move.number])

    def _try(self, number: str, name: str, make: Callable[[Session], bool]) -> None:
        before, lines = self.county.case(number), len(self.county.trail(number))
        with self.county.database.write() as session:
            made = make(session)
        if made:
            self._note(number, name, before)
        else:
            after = self.county.case(number)
            assert (after.model_dump(), len(self.county.trail(number))) == (before.model_dump(), lines), "a refusal changes nothing"

    def _note(self, number: str, name: str, before: Case) -> None:
        known, case = self.known[number], self.county.case(number)
        assert known.over is None, "nothing moves a case that is over"
        known.promised.made(name, before, case, self.county.now)
        known.reopened += name == "arbitrate" and before.state == State.CLOSED and case.open
        known.disputes += name == "dispute" and before.state == State.ANSWERED
        known.sent_back += name in ("return", "forward")
        if name in ("return", "forward") and known.sent_back > 1:
            assert (case.state, case.arbitration) == (State.AT_DESK, True), "the second goes up"
        if name in ("find", "answer"):
            known.answers.append(case.finding or {})
        if name in ("find", "answer", "amend", "confirm_amendment"):
            known.stands = case.finding

    @invariant()
    def every_case_is_as_its_story_says(self) -> None:
        """The auditor finds nothing, and clock, answer, end, trail and letters of each case fit together."""
        with self.county.database.read() as session:
            assert unwatched(session, self.county.now) == 0
            cases = {case.number: case for case in session.exec(select(Case))}
            posted = Counter(session.exec(select(Outgoing.about, Outgoing.kind)))
            lines = trail.of_cases(session, self.known)
        lie_once(self.county, cases.values(), ("civil", "registrar"))
        for number, known in self.known.items():
            mine = [line for line in lines if line.number == number]
            self._look(cases[number], known)
            self._look_at_trail(cases[number], mine)
            self._look_at_letters(cases[number], mine, posted)

    def _look(self, case: Case, known: Known) -> None:
        assert case.asked_at == known.asked_at
        known.promised.look(case, self.county.now)
        assert known.disputes <= 1
        assert len(known.answers) <= 1 + known.disputes + known.reopened
        state = State(case.state)
        waits = any(getattr(case, name) for name in NEEDS)
        assert (case.wake_at is not None) == (state in OPEN or state == State.ANSWERED or waits)
        if state in (State.ANSWERED, State.CLOSED):
            assert known.answers, "no answer without somebody who gave it"
            assert case.finding == known.stands, "one answer is in effect: the last, as it was amended"
        if state in (State.WITHDRAWN, State.REFUSED) or (state == State.RETRACTED and not case.unseen):
            known.over = known.over or fixed(case)
            assert fixed(case) == known.over

    def _look_at_trail(self, case: Case, lines: Sequence[Trail]) -> None:
        moves = [line for line in lines if line.action in (*MOVES, "hold")]
        assert case.version == 1 + len([line for line in moves if line.action != "hold"])
        places = [lines[0].to, *(line.to for line in moves)]
        assert [line.start for line in moves] == places[:-1], "each line begins where the one before ended"
        assert places[-1] == case.state
        assert {line.actor for line in lines if line.action in ("find", "answer")} <= {"machine", "clerk"}

    def _look_at_letters(self, case: Case, lines: Sequence[Trail], posted: Mapping[tuple[str, str], int]) -> None:
        came = sum(1 for line in lines if line.to == State.ASKED and line.action in ("ask", *MOVES))
        came -= sum(1 for line in lines if line.action in NO_QUESTION and line.to == State.ASKED)
        came -= sum(1 for line in lines if line.action == "hold" and line.start == State.ASKED)  # held before it was sent
        assert posted.get((case.number, "question"), 0) == came, "the holder is asked once each time the case comes to it"
        assert not came or case.state not in NEVER_SENT

    def teardown(self) -> None:
        """At the end the chain of each case's lines is whole."""
        with self.county.database.read() as session:
            for number in self.known:
                assert verify_case(session, number).faults == []
        self.county.database.close()
