"""The table of moves: every row works, everything else is refused, and no walk through it breaks the house's promises."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from cases.amending.amend_effects import LATE_DECISIONS, LOOKS, NEEDS
from cases.auditor import unwatched
from cases.calendar.wakes import due_wakes
from cases.case import Case
from cases.conversation.later_days import DAY_DECISIONS
from cases.lifecycle import DELIVERED, MOVES, OPEN, SETTLED, TABLE, Actor, State, diagram, find_rule, open_moves
from cases.moves import Move, Refusal, make_move
from cases.trail import trail
from deploy.clock import wake_cases
from storage.database import Database
from supervisors.decisions.deciders import remind_deciders
from supervisors.decisions.overdue import mark_overdue
from tests.kinds import once
from tests.rooms.county import BY_HOLD, CLERK, MONDAY, MOVERS, NO, NOTHING, PATHS, SECOND, YES, County, wish
from tests.rooms.promised import Promised
from tests.routes import RULEBOOK
from tests.vaults import VAULT

DONE = (State.ANSWERED, State.CLOSED)
NEED_SOMETHING = {*product(("confirm_amendment", "decline_amendment", "acknowledge"), DONE), ("arbitrate", State.CLOSED)}
NEED_SOMETHING |= {("take_back", state) for state in OPEN}
WITHIN = ("hand_to_station", "take_over", "hand_back")  # the county's police have no station
NEED_SOMETHING |= {(move, state) for move in WITHIN for state in OPEN}
NEED_SOMETHING |= {(move, State.AT_DESK) for move in ("reply_back", "go_on", "correct")}
NEED_SOMETHING |= set(product(("take_later", "decline_later"), (State.AT_DESK, State.WITH_CONTACT)))
NOTHING_WAITS = (
    "no_proposal",
    "nothing_new",
    "not_asked_for",
    "no_dispute",
    "not_paused",
    "not_returned",
    "no_offer",
    "no_station",
)
ALL = list(product(MOVES, Actor, State))


def rows(move: str, actor: Actor, state: State) -> int:
    return sum(rule.move == move and actor in rule.actors and state in rule.start for rule in TABLE)


# The table by itself


def test_each_move_of_each_actor_from_each_state_has_one_row_or_none():
    assert {rows(*one) for one in ALL} == {0, 1}
    assert sum(rows(*one) for one in ALL) == 94


@pytest.mark.parametrize("state", State)
def test_what_is_open_is_what_has_a_row(state: State):
    for actor in Actor:
        allowed = [move for move in MOVES if find_rule(move, actor, state)]
        assert open_moves([actor], state) == allowed == [move for move in MOVES if rows(move, actor, state)]


def test_open_moves_of_several_hats_stand_once_and_in_the_tables_order():
    both = open_moves([Actor.SUPERVISOR, Actor.CLERK], State.AT_DESK)

    clerks = ["take", "release", "consult", "state", "answer", "return", "forward", "ask_back", "message", "offer_later"]
    assert both == [*clerks, "arbitrate", "urge", "reassign", "hand_to_station", "take_over", "hand_back"]
    assert open_moves([], State.AT_DESK) == []


def test_every_state_can_be_left_but_the_ends():
    assert {state for state in State if not open_moves(Actor, state)} == {State.WITHDRAWN, State.REFUSED}
    assert open_moves(Actor, State.RETRACTED) == ["acknowledge"]
    assert {state for rule in TABLE for state in rule.to} == set(State)
    assert set(State) == OPEN | SETTLED | {State.HELD}
    assert not OPEN & SETTLED


def test_nobody_can_be_kept_waiting_by_a_missing_move():
    """Trap 2: from every open state the asker may withdraw, and somebody else may carry the case on."""
    for state in OPEN:
        assert "withdraw" in open_moves([Actor.ASKER], state)
        assert open_moves(Actor, state) != ["withdraw"]


def test_the_clock_never_answers():
    """Trap 3: silence is never an answer. No row lets time end in an answer, or close a case that has none."""
    moves = [rule for rule in TABLE if Actor.CLOCK in rule.actors]

    assert {rule.move for rule in moves} == {"hand_over", "release", "hand_back", "accept", "go_on"}
    assert [(rule.start, rule.to) for rule in moves if rule.move == "accept"] == [((State.ANSWERED,), (State.CLOSED,))]
    assert all(State.ANSWERED not in rule.to for rule in moves)


def test_the_diagram_shows_every_row():
    drawn = diagram().splitlines()

    assert drawn[0] == "stateDiagram-v2"
    assert all(f"    {s} --> {t}: {r.move} ({'/'.join(r.actors)})" in drawn for r in TABLE for s in r.start for t in r.to)


# The table in the database


@once
def test_every_move_of_every_actor_from_every_state(county: County):
    """All at once: what has a row is made, everything else is refused with the moves that are open, and changes nothing.

    Some rows need that something happened before, which a fresh case does not have: then the move says so.
    """
    cases: dict[State, list[str]] = {state: county.asked_into(state, len(MOVES) * len(Actor)) for state in State}
    wishes = [(state, wish(cases[state].pop(), move, MOVERS[actor])) for move, actor, state in ALL]
    results = county.moves([one for _, one in wishes])

    for (state, one), result in zip(wishes, results, strict=True):
        rule = find_rule(one.name, one.mover.actor, state)
        if rule and (one.name, state) in NEED_SOMETHING:
            assert isinstance(result, Refusal)
            assert result.code in NOTHING_WAITS
        elif rule:
            assert isinstance(result, Case), (one.name, one.mover.actor, state, result)
            assert State(result.state) in rule.to
        else:
            assert isinstance(result, Refusal)
            assert (result.code, result.state, result.number) == ("not_open", state, one.number)
            assert set(result.open_moves) <= set(open_moves([one.mover.actor], state))
            # Nothing is disputed here, asked back or offered.
            offered = [move for move in open_moves([one.mover.actor], state) if (move, state) not in NEED_SOMETHING]
            assert state in DELIVERED or result.open_moves == offered
    refused = {
        one.number: state
        for (state, one), result in zip(wishes, results, strict=True)
        if isinstance(result, Refusal) and result.code == "not_open"
    }
    lines = Counter(line.number for line in county.trail(*refused))
    assert len(refused) == len(ALL) - 94
    assert lines == {number: 1 + (state in BY_HOLD) + len(PATHS[state]) for number, state in refused.items()}


@pytest.mark.parametrize(("move", "first", "second"), [("return", "returned", "at_desk"), ("forward", "asked", "at_desk")])
def test_the_first_goes_through_and_the_second_stays_for_the_supervisor(county: County, move: str, first: str, second: str):
    (number,) = county.asked_into(State.AT_DESK)
    once = county.move(number, move, CLERK)
    assert isinstance(once, Case)
    assert (once.state, once.arbitration, once.sent_back) == (first, False, 1)
    if move == "return":
        county.move(number, "correct", MOVERS[Actor.ASKER])
    county.later(minutes=6)
    county.tick()
    twice = county.move(number, "return", CLERK)

    assert isinstance(twice, Case)
    assert (twice.state, twice.arbitration, twice.sent_back, twice.taken_by) == (second, True, 2, "")


@pytest.mark.parametrize(
    ("decision", "state", "holder"),
    [("answer", "at_desk", "police"), ("forward", "asked", "civil"), ("return", "returned", "police")],
)
def test_the_supervisors_decision_ends_where_it_says(county: County, decision: str, state: str, holder: str):
    (number,) = county.asked_into(State.AT_DESK)
    decided = county.move(number, "arbitrate", MOVERS[Actor.SUPERVISOR], decision=decision, unit="civil")

    assert isinstance(decided, Case)
    assert (decided.state, decided.holder, decided.arbitration, decided.wake_at is not None) == (state, holder, False, True)


# A walk through it


@dataclass
class Walk:
    """One case on its way, and what must have stayed true about it."""

    session: Session
    number: str
    now: datetime = MONDAY
    promised: Promised = field(default_factory=lambda: Promised(MONDAY))
    sent_back: int = 0
    moved: list[str] = field(default_factory=list)

    @property
    def case(self) -> Case:
        return self.session.get_one(Case, self.number, populate_existing=True)

    def clock(self) -> None:
        """Everything the clock would have done by now."""
        for _ in range(100):
            if not due_wakes(self.session, self.now):
                break
            wake_cases(self.session, self.now, RULEBOOK)
        mark_overdue(self.session, self.now, RULEBOOK.calendar)
        remind_deciders(self.session, self.now, RULEBOOK.calendar)

    def step(self, draw: Any) -> None:
        """A random open move by anybody, or one that is not open."""
        state = State(self.case.state)
        actor = draw(st.sampled_from(Actor))
        name = draw(st.sampled_from(open_moves([actor], state) or list(MOVES)))
        mover = SECOND if actor == Actor.CLERK and draw(st.booleans()) else MOVERS[actor]
        given = {
            "unit": draw(st.sampled_from(["police", "civil"])),
            "decision": draw(st.sampled_from(self.decisions(state))),
        }
        given |= {"day": self.case.due_at.date() + timedelta(days=draw(st.integers(1, 8)))} if name == "offer_later" else {}
        given |= {"finding": draw(st.sampled_from([YES, NO, NOTHING]))} if name in ("amend", "propose_amendment") else {}
        if name in ("confirm_amendment", "decline_amendment"):
            given |= {"finding": NO, "proposed_by": "police", "proposed_at": self.case.proposed_at}
        before = self.case.model_copy()
        result = make_move(self.session, self.wish(name, mover, **given), self.now, RULEBOOK)
        if isinstance(result, Case):
            self.moved.append(name)
            self.promised.made(name, before, self.case, self.now)
            self.look_at_sent_back(name, before)

    def decisions(self, state: State) -> list[str]:
        of_day = [*DAY_DECISIONS] if self.case.declined_at else ["answer", "forward", "return"]
        return [*LATE_DECISIONS] if state == State.CLOSED else of_day

    def wish(self, name: str, mover: Any, **given: Any) -> Move:
        return wish(self.number, name, mover, **given)

    def look_at_sent_back(self, name: str, before: Case) -> None:
        if name in ("return", "forward"):
            self.sent_back += 1
            assert (self.case.state != "at_desk", self.case.arbitration) == (
                (True, False) if self.sent_back == 1 else (False, True)
            )

    def look(self) -> None:
        """What holds at every moment."""
        case, lines = self.case, trail.of_cases(self.session, [self.number])
        moves = [line.action for line in lines if line.action in MOVES]
        assert case.version == 1 + len(moves)
        self.promised.look(case, self.now)
        assert case.paused_until is None or (case.state, case.wake_for) == ("at_desk", "pause"), "only its end ends a pause"
        assert case.offered_due is None or case.state in ("at_desk", "with_contact")
        assert (case.arbitrate_by is not None) == (case.arbitration and case.open) == (case.decision_look_at is not None)
        waits = [name for name in NEEDS if getattr(case, name)]
        assert (case.wake_at is not None) == (case.open or case.state == "answered" or bool(waits))
        assert case.open or case.state != "answered" or waits or case.wake_for == "accept"
        assert not waits or (case.state in DELIVERED and case.wake_for == LOOKS[waits[0]])
        assert bool(case.outcome) or case.state not in ("answered", "closed")
        assert {line.actor for line in lines if line.action in ("find", "answer")} <= {"machine", "clerk"}
        self.clock()  # an answer that is disputed after its deadline is overdue at once, and marked at the clock's next look
        assert unwatched(self.session, self.now) == 0


@once
@given(data=st.data())
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
def test_a_random_walk_keeps_every_promise(county: County, data: Any):
    """Traps 1, 3 and 11: the deadline runs on from the asking, silence never answers, and the auditor finds nothing."""
    (number,) = county.ask()
    with Session(county.database.engine, info={"vault": VAULT}) as session:
        walk = Walk(session, number)
        walk.promised = Promised(walk.case.due_at)
        for _ in range(data.draw(st.integers(4, 12))):
            walk.now += timedelta(minutes=data.draw(st.sampled_from([0, 1, 6, 40, 300, 1500, 20000])))
            walk.clock()
            walk.step(data.draw)
            walk.look()
        session.rollback()


def test_the_walk_would_notice_a_moved_deadline(database: Database, county: County):
    """The walk's own eyes: a deadline that moves without an extension is seen."""
    (number,) = county.ask()
    with Session(database.engine, info={"vault": VAULT}) as session:
        walk = Walk(session, number, promised=Promised(MONDAY))
        with pytest.raises(AssertionError):
            walk.look()
        session.rollback()
