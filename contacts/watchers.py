"""Watchers: supervisors' accounts that can be texted."""

from sqlmodel import Session, col, select

from access.accounts import Account
from access.units import Unit
from cases.duty.departures import is_off
from contacts.phone_numbers import takes_sms


def watchers(session: Session) -> list[Account]:
    """Those of the supervising units with a mobile number, by user name; nobody who is switched off or frozen."""
    found = session.exec(select(Account).join(Unit).where(col(Unit.supervises), ~is_off()).order_by(Account.username))
    return [account for account in found if "supervisor" in account.roles and takes_sms(account.phone)]
