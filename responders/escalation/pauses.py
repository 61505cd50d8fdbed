"""Timers of a case that waits for its asker's reply: the clock goes on by itself, and who asked back is told that it does."""

from collections.abc import Sequence

from sqlmodel import Session

from cases.calendar.wakes import set_wakes
from cases.case import Case
from cases.effects import CLAIM_OFFICE_MINUTES
from cases.move_context import MoveContext
from responders.escalation.escalation import make_for_all, text_takers, waits_for_opening
from storage.problem import N_

NO_REPLY = N_("The asker did not reply in time: the clock goes on.")


def go_on(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """The longest pause is over without a reply, day or night: time that no office is open is not counted anyway."""
    make_for_all(session, cases, "go_on", NO_REPLY, context)


def tell_clerk(session: Session, cases: Sequence[Case], context: MoveContext) -> None:
    """A pause is over: who asked back is told, at night when the office opens again; then their claim runs anew."""
    if waits_for_opening(session, cases, "on", context):
        return
    text_takers(session, cases, "desk_on", context)
    at = context.office(CLAIM_OFFICE_MINUTES)
    set_wakes(session, [(case, at, "claim") for case in cases])
