"""Escalation: what the clock does with a case that waits for a person. Steps are told in office hours only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from access.accounts import Account
from access.units import Unit
from broker import outbox
from cases.case import Case, set_wakes
from cases.duty.rota import Stand, on_duty
from cases.effects import MoveContext
from cases.letters import outcome_letter
from cases.moves import CLOCK, Move, make_moves
from contacts.alerts.alerts import Order, order
from contacts.phone_numbers import takes_sms
from responders.escalation.ladders import FrozenLadder, Person, frozen_steps, ladders_of, set_positions, slots_of, start_ladders
from storage.problem import N_

DAY_OFFICE_MINUTES = 420
SILENT_OFFICE_MINUTES = 15  # a clerk reminded of a taken case has this long before it goes back to the desk
WORDING = {"duty": "desk_new", "next_clerk": "desk_next", "leader": "leader_alert", "supervisor": "supervisor_alert"}
NOBODY = N_("Nobody in the area could be reached.")


def start_desk(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """A case has reached a desk: freeze its ladder and tell the first on it; at night it waits for the office to open."""
    if waits_for_opening(session, cases, "desk", context):
        return
    people = on_duty(session, {case.holder for case in cases}, context.now)
    above = supervisors_of(session)
    start_ladders(session, [_desk_ladder(case, people.get(case.holder, []), above, context) for case in cases])
    _tell(session, cases, "desk", {case.number: 0 for case in cases}, context)


def climb_desk(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """Nobody took it in time: the next on the ladder is told; after the last one it starts anew the next office day."""
    _climb(session, cases, "desk", context)


def start_consult(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """A community is asked: its ladder was frozen when the clerk chose the area; tell the first contact."""
    if waits_for_opening(session, cases, "consult", context):
        return
    _tell(session, cases, "consult", {case.number: 0 for case in cases}, context)


def climb_consult(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """A contact said nothing: the next one is told; after the last one the case is back on the desk, nobody reached."""
    _climb(session, cases, "consult", context)


def remind_clerk(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """A clerk took the case and went silent: one reminder before it is released."""
    if waits_for_opening(session, cases, "claim", context):
        return
    _text_takers(session, cases, "desk_next", context)
    at = context.office(SILENT_OFFICE_MINUTES)
    set_wakes(session, [(case, at, "silent") for case in cases])


def tell_statement(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """A contact spoke: the clerk who asked is told at once, in the evening when the office opens again."""
    if waits_for_opening(session, cases, "stated", context):
        return
    _text_takers(session, cases, "desk_statement", context)
    at = context.office(45)
    set_wakes(session, [(case, at, "claim") for case in cases])


def release_silent(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """The reminded clerk stayed silent: the case is anybody's again."""
    _move(session, cases, "release", N_("The clerk stayed silent."), context)


def hand_over_silent(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """The machine stayed silent: a person looks."""
    _move(session, cases, "hand_over", N_("The department's machine did not answer in time."), context)


def remind_asker(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """A returned case waits for its asker, who is told again."""
    outbox.post(session, [outcome_letter(case, "remind", context.now) for case in cases])
    at = context.office(DAY_OFFICE_MINUTES)
    set_wakes(session, [(case, at, "returned") for case in cases])


def accept_quietly(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """Nobody disputed the answer: the case is closed."""
    _move(session, cases, "accept", "", context)


NEXT_WAKE = {"desk": "ladder", "consult": "contact"}


def waits_for_opening(session: Session, cases: Sequence[Case], need: str, context: MoveContext) -> bool:
    """Nobody is texted at night or on a holiday: the clock looks at these cases again when the offices open."""
    opening = context.rulebook.calendar.next_opening(context.now)
    if opening > context.now:
        set_wakes(session, [(case, opening, need) for case in cases])
    return opening > context.now


def _move(session: Session, cases: Sequence[Case], move: str, note: str, context: MoveContext) -> None:
    make_moves(session, [Move(case.number, move, CLOCK, note=note) for case in cases], context.now, context.rulebook)


def supervisors_of(session: Session) -> list[Person]:
    """Everybody of the supervising units who supervises, as a ladder names them."""
    found = session.exec(select(Account).join(Unit).where(col(Unit.supervises), col(Account.active)).order_by(Account.username))
    return [person_of(account, "supervisor") for account in found if "supervisor" in account.roles]


def person_of(account: Account, kind: str = "clerk") -> Person:
    """An account as a ladder names it."""
    return {"kind": kind, "id": account.username, "name": account.name, "phone": account.phone, "locale": account.locale}


def _desk_ladder(case: Case, duty: Sequence[Stand], above: Sequence[Person], context: MoveContext) -> Any:
    # Somebody without a mobile number cannot be texted; the next one on duty moves up.
    clerks = [person_of(stand.account) for stand in duty if not stand.leader and takes_sms(stand.account.phone)]
    leaders = [person_of(stand.account) for stand in duty if stand.leader and takes_sms(stand.account.phone)]
    queue = {
        "duty": clerks[:1],
        "next_clerk": clerks[1:2],
        "leader": leaders[:1],
        "supervisor": [p for p in above if takes_sms(p["phone"])][:1],
    }
    steps = context.rulebook.catalogue.ladders[context.rulebook.catalogue.item(case.item).ladder].steps
    people = [(step.who, next(iter(queue.get(step.who, [])), None), WORDING.get(step.who, "desk_next")) for step in steps]
    frozen = frozen_steps(people, slots_of(steps))
    return {"number": case.number, "kind": "desk", "area": "", "started_at": context.now, "position": 0, "steps": frozen}


def _climb(session: Session, cases: Sequence[Case], kind: str, context: MoveContext) -> None:
    if waits_for_opening(session, cases, NEXT_WAKE[kind], context):
        return
    ladders = ladders_of(session, [case.number for case in cases], kind)
    positions = {number: ladder.position + 1 for number, ladder in ladders.items()}
    set_positions(session, kind, positions)
    _tell(session, cases, kind, positions, context)


def _tell(session: Session, cases: Sequence[Case], kind: str, positions: Mapping[str, int], context: MoveContext) -> None:
    ladders = ladders_of(session, [case.number for case in cases], kind)
    on_step = [case for case in cases if _steps_left(ladders.get(case.number), positions.get(case.number, 0))]
    ended = [case for case in cases if case not in on_step]
    units = _units(session, on_step)
    orders = [_order(case, kind, ladders[case.number].steps[positions[case.number]], units, context) for case in on_step]
    order(session, orders, context.now)
    set_wakes(session, [(c, next_at(ladders[c.number], positions[c.number], context), NEXT_WAKE[kind]) for c in on_step])
    _end(session, ended, kind, context)


def _steps_left(ladder: FrozenLadder | None, position: int) -> bool:
    return ladder is not None and position < len(ladder.steps)


def next_at(ladder: FrozenLadder, position: int, context: MoveContext) -> datetime:
    """When the step after this one comes; after the last, when the clock looks whether anybody has acted."""
    steps = ladder.steps
    waits = steps[position + 1]["after"] - steps[position]["after"] if position + 1 < len(steps) else 30
    return context.office(max(1, waits))


def _end(session: Session, cases: Sequence[Case], kind: str, context: MoveContext) -> None:
    if kind == "consult":
        _move(session, cases, "hand_over", NOBODY, context)
        return
    tomorrow = context.office(DAY_OFFICE_MINUTES)
    set_wakes(session, [(case, tomorrow, "desk") for case in cases])


def _units(session: Session, cases: Sequence[Case]) -> dict[str, Unit]:
    codes = {case.holder for case in cases}
    return {unit.code: unit for unit in session.exec(select(Unit).where(col(Unit.code).in_(codes)))} if codes else {}


def _order(case: Case, kind: str, step: Mapping[str, object], units: Mapping[str, Unit], context: MoveContext) -> Order:
    due = case.due_at.astimezone(context.rulebook.calendar.zone).strftime("%m-%d %H:%M")
    params = {"number_tail": case.number[-4:], "due": due, "window_phone": units[case.holder].window_phone}
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
    )


def _text_takers(session: Session, cases: Sequence[Case], wording: str, context: MoveContext) -> None:
    names = {case.taken_by for case in cases}
    takers = {a.username: a for a in session.exec(select(Account).where(col(Account.username).in_(names)))}
    units = _units(session, cases)
    steps = {case.number: {**person_of(takers[case.taken_by]), "wording": wording} for case in cases if case.taken_by in takers}
    told = [case for case in cases if case.number in steps and takes_sms(steps[case.number]["phone"])]
    order(session, [_order(case, "desk", steps[case.number], units, context) for case in told], context.now)
