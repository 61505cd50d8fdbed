"""Cases whose last text stands still because the providers of texts are ill: nobody was told, so nobody was silent."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlmodel import Session

from cases.calendar.wakes import set_wakes
from cases.case import Case
from contacts.alerts.texting_status import held_up


def told_of(session: Session, cases: Sequence[Case], purpose: str, need: str, at: Callable[[Case], datetime]) -> list[Case]:
    """Those of which a text of this purpose did not stand still. The clock looks at the others again at the moment `at`."""
    still = held_up(session, [case.number for case in cases], purpose)
    if still:
        set_wakes(session, [(case, at(case), need) for case in cases if case.number in still])
    return [case for case in cases if case.number not in still]
