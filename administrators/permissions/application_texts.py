"""Whoever applied for a permission hears of each decision by a text; what was decided, and why, stands on the page."""

from datetime import datetime

from sqlmodel import Session, select

from access.accounts import Account
from cases.calendar.deadlines import Calendar
from cases.duty.departures import is_off
from cases.grants.applications import DECISIONS, GIVEN, REFUSED, Application
from contacts.alerts.alerts import Order, Purpose, order
from contacts.phone_numbers import takes_sms

TEMPLATES = {GIVEN.value: "permission_given", REFUSED.value: "permission_refused"}


def tell_applicant(session: Session, application: Application, step: str, now: datetime, calendar: Calendar) -> bool:
    """Texts who applied that somebody has decided, when the offices are open; False for other steps and without a number."""
    applicant = session.exec(select(Account).where(Account.username == application.applied_by, ~is_off())).first()
    if step not in DECISIONS or applicant is None or not takes_sms(applicant.phone):
        return False
    told = Order(
        purpose=Purpose.PERMISSION,
        recipient_kind="asker",
        recipient=applicant.username,
        to_number=applicant.phone,
        template=TEMPLATES.get(application.state, "permission_moved"),
        params={"number_tail": str(application.id)},
        locale=applicant.locale,
    )
    order(session, [told], now, not_before=calendar.next_opening(now))
    return True
