"""Timers of delivered answers: notify until the asker has acknowledged, a clerk looked, a supervisor decided.

Each of the three has a ladder of its own in the catalogue. Steps are told in office hours only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from access.accounts import Account
from cases.amending.amendments import proposed_by
from cases.calendar.wakes import set_wakes
from cases.case import Case
from cases.case_numbers import is_bundle
from cases.duty.rota import Stand, on_duty
from cases.move_context import MoveContext
from contacts.alerts.alerts import Order, order
from contacts.phone_numbers import takes_sms
from contacts.watchers import watchers
from responders.escalation.escalation import next_at, waits_for_opening
from responders.escalation.ladders import FrozenLadder, Person, frozen_steps, ladders_of, set_positions, slots_of, start_ladders
from responders.escalation.rungs import person
from responders.escalation.untold import told_of

AGAIN_WHERE_STILL = 30  # office minutes until a step is looked at again whose text could not go out
AGAIN_OFFICE_MINUTES = 2100  # five working days after its end a ladder begins anew, for as long as nobody has acted
SINCE = {"amended": "amended_at", "proposed": "proposed_at", "late_dispute": "late_disputed_at"}
WORDING = {"proposed": "desk_proposed", "late_dispute": "supervisor_disputed"}


@dataclass(frozen=True, slots=True)
class _People:
    """Everybody who could be told about some cases: askers and proposers by user name, who is there by unit, supervisors."""

    accounts: Mapping[str, Account]
    there: Mapping[str, Sequence[Stand]]
    proposers: Mapping[str, str]
    above: Sequence[Person]

    def on_step(self, case: Case, who: str) -> Person | None:
        """Who stands on this step for this case; None where nobody can be texted, and the next one moves up."""
        if who == "supervisor":
            return next(iter(self.above), None)
        if who == "asker":
            asker = self.accounts.get(case.asked_by)
            return person(asker, "asker") if asker is not None and takes_sms(asker.phone) else None
        units = (case.unit,) if who == "asking_leader" else tuple(dict.fromkeys((case.desk, case.holder)))
        leads, place = who.endswith("leader"), int(who == "next_clerk")
        kind = "asker" if who == "asking_leader" else "clerk"
        there = (stand for unit in units for stand in self.there.get(unit, ()))  # who is one alone at a station asks its unit
        others = [stand.account for stand in there if stand.leader == leads and self._may(case, stand)]
        return person(others[place], kind) if len(others) > place else None

    def _may(self, case: Case, stand: Stand) -> bool:
        return takes_sms(stand.account.phone) and stand.account.username != self.proposers.get(case.number)


def remind(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """Tells the next one on each case's ladder, which begins with what happened; all cases wait for the same."""
    kind = cases[0].wake_for
    if waits_for_opening(session, cases, kind, context):
        return
    cases = told_of(session, cases, kind, kind, lambda _: context.office(AGAIN_WHERE_STILL))
    if not cases:
        return
    ladders = ladders_of(session, [case.number for case in cases], kind)
    begun = [case for case in cases if _is_under_way(ladders.get(case.number), getattr(case, SINCE[kind]))]
    fresh = [case for case in cases if case not in begun]
    positions = {case.number: ladders[case.number].position + 1 for case in begun}
    set_positions(session, kind, positions)
    if fresh:
        people = _people(session, fresh, kind, context)
        start_ladders(session, [_ladder(case, kind, people, context) for case in fresh])
    _tell(session, cases, kind, {**positions, **{case.number: 0 for case in fresh}}, context)


def _is_under_way(ladder: FrozenLadder | None, since: datetime | None) -> bool:
    """Whether this ladder was begun for what is waited for now, and has not come to its end."""
    begun = ladder is not None and since is not None and ladder.started_at >= since
    return begun and ladder is not None and ladder.position < len(ladder.steps)


def _people(session: Session, cases: Sequence[Case], kind: str, context: MoveContext) -> _People:
    found = select(Account).where(col(Account.username).in_({case.asked_by for case in cases}), col(Account.active))
    there = on_duty(session, {unit for case in cases for unit in (case.unit, case.desk, case.holder)}, context.now)
    proposers = proposed_by(session, [case.number for case in cases]) if kind == "proposed" else {}
    return _People(
        {one.username: one for one in session.exec(found)},
        there,
        proposers,
        [person(account, "supervisor") for account in watchers(session)],
    )


def _ladder(case: Case, kind: str, people: _People, context: MoveContext) -> dict[str, object]:
    steps = context.rulebook.catalogue.ladders[kind].steps
    told = [(step.who.value, people.on_step(case, step.who.value), _wording(kind, step.who.value)) for step in steps]
    frozen = frozen_steps(told, slots_of(steps))
    return {"number": case.number, "kind": kind, "area": "", "started_at": context.now, "position": 0, "steps": frozen}


def _wording(kind: str, who: str) -> str:
    return WORDING.get(kind, "asker_amended" if who == "asker" else "amended_unread")


def _tell(session: Session, cases: Sequence[Case], kind: str, positions: Mapping[str, int], context: MoveContext) -> None:
    ladders = ladders_of(session, [case.number for case in cases], kind)
    ended = [case for case in cases if positions[case.number] >= len(ladders[case.number].steps)]
    on_step = [(case, ladders[case.number], positions[case.number]) for case in cases if case not in ended]
    orders = {_once(case, ladder.steps[position]): _order(case, kind, ladder.steps[position]) for case, ladder, position in on_step}
    order(session, list(orders.values()), context.now)
    again = context.office(AGAIN_OFFICE_MINUTES)
    wakes = [(case, next_at(ladder, position, context), kind) for case, ladder, position in on_step]
    set_wakes(session, [*wakes, *((case, again, kind) for case in ended)])


def _once(case: Case, step: Mapping[str, object]) -> tuple[str, str, str]:
    """One text for all answers of a bundle of which the same person is told at one time."""
    return case.batch if is_bundle(case.batch) else case.number, str(step["phone"]), str(step["wording"])


def _order(case: Case, kind: str, step: Mapping[str, object]) -> Order:
    return Order(
        about=case.number,
        purpose=kind,
        recipient_kind=str(step["kind"]),
        recipient=str(step["id"]),
        to_number=str(step["phone"]),
        template=str(step["wording"]),
        params={"number_tail": case.number[-4:]},
        locale=str(step.get("locale", "zh")),
    )
