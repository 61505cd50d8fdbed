"""Handing over: a clerk's cases go to a colleague of the same unit, who is told by one text however many they are."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from access.accounts import Account
from cases.actions import ActionContext, ActionInput, NoteForm
from cases.calendar.deadlines import Calendar
from cases.case import DESK, IS_TAKEN, UNOPENED, Case
from cases.duty.departures import is_off, is_there
from cases.duty.rota import CLERK
from cases.lifecycle import AT_DESK, WITH_CONTACT, Actor
from cases.moves import Move, make_moves
from cases.roles import mover_of
from contacts.alerts.alerts import Order, Purpose, order
from contacts.phone_numbers import takes_sms
from storage.first_rows import FirstRows, first_rows
from storage.problem import N_, FieldFault, Problem

AT_MOST = 100
NO_COLLEAGUE = N_("Choose a colleague.")
NOT_A_COLLEAGUE = N_("This person is no clerk of your unit.")
NOT_ONESELF = N_("Choose a colleague: these cases are yours already.")
AWAY = N_("This colleague is away today. Choose somebody who is there.")
NO_CASES = N_("Choose at least one case.")


class PassForm(NoteForm):
    """The colleague who goes on with the case."""

    clerk: str


def passed(step: ActionInput) -> Mapping[str, object]:
    """What the move carries for one case. Raises Problem for somebody who is no other clerk of the unit."""
    _colleague(step, step.form.clerk)
    return {"clerk": step.form.clerk, "details": {"clerk": step.form.clerk}}


def tell_passed(step: ActionInput) -> None:
    """Texts the colleague of one case."""
    _tell(ActionContext(step.session, step.principal, step.now, step.rulebook), step.session.get_one(Account, step.form.clerk), 1)


def held_by(session: Session, unit: str, username: str) -> FirstRows[Case]:
    """What this clerk has in hand, the soonest due first; at most AT_MOST."""
    mine = select(Case).options(*UNOPENED).where(unit == DESK, Case.taken_by == username)
    here = mine.where(IS_TAKEN, col(Case.state).in_([AT_DESK.value, WITH_CONTACT.value]))
    return first_rows(session, here.order_by(col(Case.due_at), Case.number), AT_MOST)


def hand_over(acting: ActionContext, numbers: Collection[str], clerk: str, note: str) -> int:
    """Gives those of the cases that this clerk still holds to a colleague, in five statements; says how many. Raises Problem."""
    principal = acting.principal
    colleague = _colleague(acting, clerk)
    held = {case.number for case in held_by(acting.session, principal.unit, principal.username)}
    chosen = [number for number in dict.fromkeys(numbers) if number in held]
    if not chosen:
        raise Problem([FieldFault("cases", "missing", NO_CASES)])
    given = {"clerk": clerk, "details": {"clerk": clerk}}
    moves = [Move(number, "reassign", mover_of(principal, Actor.CLERK), note=note, given=given) for number in chosen]
    made = [one for one in make_moves(acting.session, moves, acting.now, acting.rulebook) if isinstance(one, Case)]
    _tell(acting, colleague, len(made))
    return len(made)


def _colleague(acting: ActionContext | ActionInput, clerk: str) -> Account:
    if not clerk:
        raise Problem([FieldFault("clerk", "missing", NO_COLLEAGUE)])
    mine = select(Account, is_there(acting.now)).where(Account.username == clerk, Account.unit == acting.principal.unit)
    found, there = acting.session.exec(mine.where(~is_off())).first() or (None, False)
    if found is None or CLERK not in found.roles:
        raise Problem([FieldFault("clerk", "not_a_clerk", NOT_A_COLLEAGUE)])
    if clerk == acting.principal.username:
        raise Problem([FieldFault("clerk", "oneself", NOT_ONESELF)])
    if not there:
        raise Problem([FieldFault("clerk", "away", AWAY)])
    return found


def how_told(session: Session, colleague: str, calendar: Calendar, now: datetime) -> str:
    """How the text to this colleague goes: "" at once, "_waits" until the offices open, "_nobody" without a mobile number."""
    account = session.get(Account, colleague)
    if account is None or not takes_sms(account.phone):
        return "_nobody"
    return "_waits" if calendar.next_opening(now) > now else ""


def _tell(acting: ActionContext, colleague: Account, count: int) -> None:
    if not count or not takes_sms(colleague.phone):
        return
    told = Order(
        purpose=Purpose.DESK,
        recipient_kind="clerk",
        recipient=colleague.username,
        to_number=colleague.phone,
        template="desk_handed",
        params={"count": count},
        locale=colleague.locale,
    )
    order(acting.session, [told], acting.now, not_before=acting.rulebook.calendar.next_opening(acting.now))
