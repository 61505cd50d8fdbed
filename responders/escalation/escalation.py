"""Escalation: what a due timer of a case does: the machine was silent, a clerk or leader is texted; nobody at a station; night."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_
from sqlmodel import Session, col, select

from access.accounts import Account
from access.units import Unit, Units
from broker import outbox
from cases.calendar.wakes import set_wakes
from cases.case import Case
from cases.letters import outcome_letter
from cases.move_context import MoveContext
from cases.moves import CLOCK, Move, make_moves
from contacts.alerts.alerts import Alert, Order, drop_waiting, order
from contacts.phone_numbers import takes_sms
from responders.escalation.ladders import FrozenLadder, frozen_steps, ladders_of, set_positions, slots_of, start_ladders
from responders.escalation.rungs import Rungs, person, wording_of
from responders.escalation.untold import told_of
from storage.json import Json
from storage.problem import N_

DAY_OFFICE_MINUTES = 420
SILENT_OFFICE_MINUTES = 15  # a clerk reminded of a taken case has this long before it goes back to the desk
NOBODY = N_("Nobody in the area could be reached.")
EMPTY_STATION = N_("Nobody is at the station today: the unit goes on with it.")


def start_desk(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """A case has reached a desk: freeze its ladder and tell the first on it; at night it waits for the office to open."""
    if waits_for_opening(session, cases, "desk", context):
        return
    rungs = Rungs(session, cases, context.now)
    cases = _with_somebody(session, cases, rungs, context)
    start_ladders(session, [_desk_ladder(case, rungs, context) for case in cases])
    _tell(session, cases, "desk", _first(session, cases, "desk", context), context, rungs)


def climb_desk(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """Nobody took it in time: the next on the ladder is told; after the last one it starts anew the next office day."""
    _climb(session, cases, "desk", context)


def start_consult(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """A community is asked: its ladder was frozen when the clerk chose the area; tell the first contact."""
    if waits_for_opening(session, cases, "consult", context):
        return
    _tell(session, cases, "consult", _first(session, cases, "consult", context), context, Rungs(session, (), context.now))


def climb_consult(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """A contact said nothing: the next one is told; after the last one the case is back on the desk, nobody reached."""
    _climb(session, cases, "consult", context)


def remind_clerk(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """A clerk took the case and went silent: one reminder before it is released."""
    if waits_for_opening(session, cases, "claim", context):
        return
    text_takers(session, cases, "desk_next", context)
    at = context.office(SILENT_OFFICE_MINUTES)
    set_wakes(session, [(case, at, "silent") for case in cases])


def tell_statement(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """A contact spoke: the clerk who asked is told at once, in the evening when the office opens again."""
    if waits_for_opening(session, cases, "stated", context):
        return
    text_takers(session, cases, "desk_statement", context)
    at = context.office(45)
    set_wakes(session, [(case, at, "claim") for case in cases])


def release_silent(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """The reminded clerk stayed silent: the case is anybody's again. Whose reminder did not go out is not silent."""
    reminded = told_of(session, cases, "desk", "silent", lambda _: context.office(SILENT_OFFICE_MINUTES))
    if reminded:
        make_for_all(session, reminded, "release", N_("The clerk stayed silent."), context)


def hand_over_silent(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """The machine stayed silent: a person looks."""
    make_for_all(session, cases, "hand_over", N_("The department's machine did not answer in time."), context)


def remind_asker(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """A returned case waits for its asker, who is told again."""
    outbox.post(session, [outcome_letter(case, "remind", context.now) for case in cases])
    at = context.office(DAY_OFFICE_MINUTES)
    set_wakes(session, [(case, at, "returned") for case in cases])


def accept_quietly(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """Nobody disputed the answer: the case is closed."""
    make_for_all(session, cases, "accept", "", context)


Places = Mapping[str, tuple[FrozenLadder, int]]  # of each case its ladder, and on which step it goes on
NEXT_WAKE = {"desk": "ladder", "consult": "contact"}


def waits_for_opening(session: Session, cases: Sequence[Case], need: str, context: MoveContext) -> bool:
    """Nobody is texted at night or on a holiday: the clock looks at these cases again when the offices open."""
    opening = context.rulebook.calendar.next_opening(context.now)
    if opening > context.now:
        set_wakes(session, [(case, opening, need) for case in cases])
    return opening > context.now


def make_for_all(session: Session, cases: Sequence[Case], move: str, note: str, context: MoveContext) -> None:
    """The clock makes this move on each of these cases."""
    make_moves(session, [Move(case.number, move, CLOCK, note=note) for case in cases], context.now, context.rulebook)


def _with_somebody(session: Session, cases: Sequence[Case], rungs: Rungs, context: MoveContext) -> list[Case]:
    """Those whose desk somebody is at today. A station's at which nobody is goes back to its unit, whose desk is told at once."""
    empty = [case for case in cases if case.station and not rungs.anybody(case)]
    if empty:
        make_for_all(session, empty, "hand_back", EMPTY_STATION, context)
    gone = {case.number for case in empty}
    return [case for case in cases if case.number not in gone]


def _desk_ladder(case: Case, rungs: Rungs, context: MoveContext) -> dict[str, object]:
    queue = rungs.queues(case)
    steps = context.rulebook.catalogue.ladders[context.rulebook.catalogue.item(case.item).ladder].steps
    there = [(step.who, next(iter(queue.get(step.who, [])), None)) for step in steps]
    people = [(who, person, wording_of(who, person or {}, case.bounced)) for who, person in there]
    frozen = frozen_steps(people, slots_of(steps))
    return {"number": case.number, "kind": "desk", "area": "", "started_at": context.now, "position": 0, "steps": frozen}


def _climb(session: Session, cases: Sequence[Case], kind: str, context: MoveContext) -> None:
    if waits_for_opening(session, cases, NEXT_WAKE[kind], context):
        return
    ladders = ladders_of(session, [case.number for case in cases], kind)
    told = told_of(session, cases, kind, NEXT_WAKE[kind], lambda case: _same_again(ladders.get(case.number), context))
    if not told:
        return
    rungs = Rungs(session, told if kind == "desk" else (), context.now)
    told = _with_somebody(session, told, rungs, context) if kind == "desk" else told
    _tell(session, told, kind, {number: (ladder, ladder.position + 1) for number, ladder in ladders.items()}, context, rungs)


def _first(session: Session, cases: Sequence[Case], kind: str, context: MoveContext) -> Places:
    """The first step of each case's ladder; what an earlier ladder wanted to tell and has not told is pointless now."""
    drop_waiting(session, and_(col(Alert.about).in_([case.number for case in cases]), col(Alert.purpose) == kind), context.now)
    return {number: (ladder, 0) for number, ladder in ladders_of(session, [case.number for case in cases], kind).items()}


def _same_again(ladder: FrozenLadder | None, context: MoveContext) -> datetime:
    """When a step is over of which nobody was told: it lasts as long again."""
    return next_at(ladder, ladder.position, context) if ladder else context.office(SILENT_OFFICE_MINUTES)


def _tell(session: Session, cases: Sequence[Case], kind: str, places: Places, context: MoveContext, rungs: Rungs) -> None:
    """Tells who stands on the step of each case; a step on which nobody is left gives way to the next one at once."""
    steps = {case.number: _from(*places[case.number], case, rungs) for case in cases if case.number in places}
    told = {number: step for number, step in steps.items() if step}
    ladders = {number: ladder for number, (ladder, _) in places.items()}
    set_positions(session, kind, {number: step[0] for number, step in told.items() if step[0] != ladders[number].position})
    on_step = [case for case in cases if case.number in told]
    units = _units(session, on_step)
    order(session, [_order(case, kind, told[case.number][1], units, context) for case in on_step], context.now)
    set_wakes(session, [(c, next_at(ladders[c.number], told[c.number][0], context), NEXT_WAKE[kind]) for c in on_step])
    _end(session, [case for case in cases if case.number not in told], kind, context)


def _from(ladder: FrozenLadder, position: int, case: Case, rungs: Rungs) -> tuple[int, Json] | None:
    for place, step in enumerate(ladder.steps[position:], position):
        if there := rungs.now_on(case, step):
            return place, there
    return None


def next_at(ladder: FrozenLadder, position: int, context: MoveContext) -> datetime:
    """When the step after this one comes; after the last, when the clock looks whether anybody has acted."""
    steps = ladder.steps
    waits = steps[position + 1]["after"] - steps[position]["after"] if position + 1 < len(steps) else 30
    return context.office(max(1, waits))


def _end(session: Session, cases: Sequence[Case], kind: str, context: MoveContext) -> None:
    if kind == "consult":
        make_for_all(session, cases, "hand_over", NOBODY, context)
        return
    tomorrow = context.office(DAY_OFFICE_MINUTES)
    set_wakes(session, [(case, tomorrow, "desk") for case in cases])


def _units(session: Session, cases: Sequence[Case]) -> Units:
    codes = {unit for case in cases for unit in (case.desk, case.holder)}
    return Units({unit.code: unit for unit in session.exec(select(Unit).where(col(Unit.code).in_(codes)))} if codes else {})


def _order(case: Case, kind: str, step: Mapping[str, object], units: Units, context: MoveContext) -> Order:
    due = case.due_at.astimezone(context.rulebook.calendar.zone).strftime("%m-%d %H:%M")
    params = {"number_tail": case.number[-4:], "due": due, "window_phone": units.phone(case.holder, case.station)}
    return Order(
        about=case.number,
        purpose=kind,
        recipient_kind=str(step["kind"]),
        recipient=str(step["id"]),
        to_number=str(step["phone"]),
        template=str(step["wording"]),
        params=params,
        locale=str(step.get("locale", "zh")),
        wants_reply=kind == "consult",
        urgent=case.urgent,
    )


def text_takers(session: Session, cases: Sequence[Case], wording: str, context: MoveContext) -> None:
    """Texts the clerks who have these cases, where they can be texted."""
    names = {case.taken_by for case in cases}
    takers = {a.username: a for a in session.exec(select(Account).where(col(Account.username).in_(names)))}
    units = _units(session, cases)
    steps = {case.number: {**person(takers[case.taken_by]), "wording": wording} for case in cases if case.taken_by in takers}
    told = [case for case in cases if case.number in steps and takes_sms(steps[case.number]["phone"])]
    order(session, [_order(case, "desk", steps[case.number], units, context) for case in told], context.now)
