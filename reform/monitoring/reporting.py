"""Reporting a month: what a monitoring point saw, or that it saw nothing, is kept; nobody is urged for that month any more."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session, col, select

from access.accounts import Account
from access.principal import Principal
from cases.attachments.cleaning import CleanFile
from contacts.alerts.alerts import Alert, Purpose, drop_waiting
from reform.changes import ReformAct, note_acts
from reform.monitoring.sighting import MonthReport, Sighting, state_of
from reform.monitoring.sighting_form import Typed
from reform.papers.paper import SIGHTING, keep_paper


def keep_nothing(session: Session, principal: Principal, month: date, now: datetime) -> None:
    """This person's unit saw nothing in the month that begins on this day."""
    _report(session, principal, month, now, none_seen=True)
    _note(session, principal, now, "nothing_seen", f"{principal.unit} {month:%Y-%m}", {"month": f"{month:%Y-%m}"})


def keep_sighting(
    session: Session, principal: Principal, month: date, now: datetime, typed: Typed, photograph: CleanFile | None = None
) -> Sighting:
    """One certificate that was seen, as it was typed and checked, with its photograph."""
    state = state_of(typed.certificate)
    one = Sighting(unit=principal.unit, month=month, by=principal.username, at=now, state=state, **typed.values)
    session.add(one)
    session.flush()
    if photograph is not None:
        keep_paper(session, SIGHTING, str(one.id), principal, photograph, now)
    _report(session, principal, month, now, none_seen=False)
    what = {"month": f"{month:%Y-%m}", "certificate": one.certificate, "name": one.name}
    _note(session, principal, now, "sighting_add", str(one.id), what)
    return one


def _report(session: Session, principal: Principal, month: date, now: datetime, *, none_seen: bool) -> None:
    """Keeps that the month is reported; texts that urge for it and have not gone are wanted by nobody any more."""
    session.merge(MonthReport(unit=principal.unit, month=month, none_seen=none_seen, by=principal.username, at=now))
    theirs = col(Alert.recipient).in_(select(Account.username).where(Account.unit == principal.unit))
    drop_waiting(session, (col(Alert.purpose) == Purpose.MONITOR.value) & theirs, now)


def _note(session: Session, principal: Principal, now: datetime, action: str, subject: str, what: Mapping[str, str]) -> None:
    changed = {name: (None, value) for name, value in what.items() if value}
    note_acts(session, principal, now, [ReformAct("sighting", subject, action, changed)])
