"""Applications for permissions: their table and steps (check, approval by the holder, grant).

The stages follow the State Council's rules for sharing data; their working days are settings (see cases/grants/stages.py), and a
refusal has a reason. Silence gives nothing: what is late is shown, and nobody's time turns into a permission.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, func, or_, select

from cases.duty.standing_order import leads
from cases.grants.grants import Grant
from cases.rulebook import Rulebook
from cases.trail.trail import LongId
from storage.first_rows import FirstRows, first_rows
from storage.problem import N_, FieldFault, Problem

NO_APPLICATION = N_("There is no such application.")
NO_STEP = N_("There is no such step.")
NOT_OPEN = N_("This cannot be done now: the application has moved on. Look at it again.")
NO_REASON = N_("Say why: a decision like this needs a reason.")
OWN = N_("Nobody decides about an application of their own. Ask a colleague.")


class Stage(StrEnum):
    """Where an application is."""

    APPLIED = "applied"
    WITH_HOLDER = "with_holder"
    WITH_SUPERIOR = "with_superior"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Party(StrEnum):
    """As what somebody acts on an application."""

    APPLICANT = "applicant"  # who asks questions in the unit
    CHECKER = "checker"  # the data office: supervisors and administrators
    HOLDER = "holder"  # who leads the unit that has the data
    CLOCK = "clock"


APPLIED, WITH_HOLDER, WITH_SUPERIOR, GIVEN, REFUSED, WITHDRAWN, EXPIRED = Stage
APPLICANT, CHECKER, HOLDER, CLOCK = Party
WAITING = (APPLIED, WITH_HOLDER, WITH_SUPERIOR)
# step: who may make it from which stage. Where `pass` and `agree` end is decided by whether the holder must approve.
TABLE: dict[str, dict[Party, tuple[Stage, ...]]] = {
    "pass": {CHECKER: (APPLIED,)},
    "approve": {HOLDER: (WITH_HOLDER,)},
    "send_up": {CHECKER: (APPLIED,), HOLDER: (WITH_HOLDER,)},
    "agree": {CHECKER: (WITH_SUPERIOR,)},
    "refuse": {CHECKER: (APPLIED, WITH_SUPERIOR), HOLDER: (WITH_HOLDER,)},
    "withdraw": {APPLICANT: WAITING},
    "expire": {CLOCK: (GIVEN,)},
}
NEED_REASON = frozenset({"refuse", "send_up", "agree"})
DECISIONS = frozenset({"pass", "approve", "send_up", "agree", "refuse"})  # not for whoever applied


class Application(SQLModel, table=True):
    """One application for one item and one matter. `state` changes only in `make_step`; `version` guards every change."""

    id: int | None = Field(default=None, primary_key=True, sa_type=LongId)
    unit: str = Field(foreign_key="unit.code", max_length=32, index=True)
    item: str = Field(max_length=64)
    matter: str = Field(max_length=64)
    holder: str = Field(max_length=32, index=True)
    until: date  # the last day that is wished, and then the one that was given
    conditional: bool = False  # the holder must approve
    basis: str = Field(max_length=500)  # by which rule the unit needs to ask this
    file_note: str = Field(max_length=100)  # the number of the unit's own official letter
    applied_by: str = Field(max_length=64)
    applied_at: datetime
    state: str = Field(max_length=16)
    since: datetime  # of the state
    due_at: datetime | None = None  # the end of the stage's working days; None where nobody is in the law's hurry
    due_provisional: bool = False
    overdue_at: datetime | None = None  # when the clock noted that nobody had decided in time
    note: str = Field(default="", max_length=500)  # the last decision's reason
    decided_by: str = Field(default="", max_length=64)
    version: int = 1


_waiting = col(Application.due_at).is_not(None)
Index("ix_application_due", col(Application.due_at), sqlite_where=_waiting, postgresql_where=_waiting)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a unit applies for: these items for one matter."""

    unit: str
    matter: str
    items: Sequence[str]
    until: date
    basis: str
    file_note: str


@dataclass(frozen=True, slots=True)
class Step:
    """One wished step. `seen` is the version that was looked at; `conditional` counts for `pass` alone."""

    name: str
    who: str
    parties: Collection[Party]
    seen: int | None = None
    note: str = ""
    conditional: bool = False


def apply_for(session: Session, wish: Wish, applied_by: str, now: datetime, rulebook: Rulebook) -> list[Application]:
    """New applications, one an item; what is already applied for and waits is left out."""
    waiting = _waiting_items(session, wish)
    due = rulebook.calendar.add_working_days(now, rulebook.stages.check)
    known = {"unit": wish.unit, "matter": wish.matter, "until": wish.until, "basis": wish.basis, "file_note": wish.file_note}
    stage = {"state": APPLIED.value, "since": now, "due_at": due.at, "due_provisional": due.provisional}
    made = []
    for code in dict.fromkeys(wish.items):
        item = rulebook.catalogue.item(code)
        if code not in waiting:
            facts = {"item": code, "holder": item.holder, "conditional": item.sensitivity == "high"}
            made.append(Application.model_validate({**known, **stage, **facts, "applied_by": applied_by, "applied_at": now}))
    session.add_all(made)
    session.flush()
    return made


def _waiting_items(session: Session, wish: Wish) -> set[str]:
    same = (Application.unit == wish.unit, Application.matter == wish.matter, col(Application.state).in_(WAITING))
    return set(session.exec(select(Application.item).where(*same)))


def open_steps(application: Application, parties: Collection[Party], who: str) -> list[str]:
    """What this person may do now, in the order of the table."""
    stage = Stage(application.state)
    steps = [name for name, rows in TABLE.items() if any(stage in rows.get(party, ()) for party in parties)]
    return [name for name in steps if name not in DECISIONS or who != application.applied_by]


def make_step(session: Session, number: int, step: Step, now: datetime, rulebook: Rulebook) -> Application:
    """Makes the step in the caller's transaction; a given application becomes a grant. Raises Problem."""
    application = session.get(Application, number, with_for_update=True, populate_existing=True)
    if application is None:
        raise Problem([FieldFault("application", "unknown", NO_APPLICATION)], 404)
    if step.name in DECISIONS and step.who == application.applied_by:
        raise Problem([FieldFault("", "own", OWN)], 409)
    late = step.seen is not None and step.seen != application.version
    if late or step.name not in open_steps(application, step.parties, step.who):
        raise Problem([FieldFault("", "not_open", NOT_OPEN)], 409)
    if step.name in NEED_REASON and not step.note:
        raise Problem([FieldFault("note", "missing", NO_REASON)])
    _enter(application, step, now, rulebook)
    if application.state == GIVEN:
        _give(session, application)
    return application


def _enter(application: Application, step: Step, now: datetime, rulebook: Rulebook) -> None:
    if step.name == "pass":
        application.conditional = application.conditional or step.conditional
    to = _stage_after(application, step.name)
    due = rulebook.calendar.add_working_days(now, rulebook.stages.holder) if to == WITH_HOLDER else None
    stage: dict[str, Any] = {"state": to.value, "since": now, "due_at": due.at if due else None, "overdue_at": None}
    told = {"note": step.note, "decided_by": step.who, "version": application.version + 1}
    application.sqlmodel_update({**stage, **told, "due_provisional": due.provisional if due else False})


def _stage_after(application: Application, step: str) -> Stage:
    if step in ("pass", "agree"):
        return WITH_HOLDER if application.conditional else GIVEN
    return {"approve": GIVEN, "send_up": WITH_SUPERIOR, "refuse": REFUSED, "withdraw": WITHDRAWN, "expire": EXPIRED}[step]


def _give(session: Session, application: Application) -> None:
    key = (application.unit, application.item, application.matter)
    grant = session.get(Grant, key) or Grant(unit=key[0], item=key[1], matter=key[2], until=application.until)
    grant.until, grant.pledged_by = max(grant.until, application.until), application.applied_by
    session.add(grant)


def parties_of(session: Session, application: Application, unit: str, roles: Collection[str], username: str) -> set[Party]:
    """As what somebody of this unit with these roles may act: see Party. A holder without a leader is led by every clerk."""
    found = {CHECKER} if {"supervisor", "admin"} & set(roles) else set()
    if "asker" in roles and unit == application.unit:
        found.add(APPLICANT)
    if "clerk" in roles and unit == application.holder and leads(session, unit, username):
        found.add(HOLDER)
    return found


def may_see(application: Application, unit: str, roles: Collection[str]) -> bool:
    """The unit that applied, the unit that holds the data once it was checked, and the data office."""
    checked = application.state != APPLIED and application.conditional
    holds = "clerk" in roles and unit == application.holder and checked
    return bool({"supervisor", "admin"} & set(roles)) or ("asker" in roles and unit == application.unit) or holds


def late(session: Session, now: datetime, at_most: int = 200) -> list[Application]:
    """Applications whose stage has run out and of which nobody was told yet; now they are marked."""
    over = (col(Application.due_at) < now, col(Application.overdue_at).is_(None))
    found = session.exec(select(Application).where(*over).limit(at_most).with_for_update(skip_locked=True)).all()
    for one in found:
        one.overdue_at = now
    return list(found)


def ended(session: Session, today: date, at_most: int = 200) -> list[Application]:
    """Given applications whose last day is over."""
    over = (Application.state == GIVEN.value, col(Application.until) < today)
    return list(session.exec(select(Application).where(*over).limit(at_most).with_for_update(skip_locked=True)))


def decided_lately(session: Session, unit: str, since: datetime) -> FirstRows[Application]:
    """What was decided about this unit's applications since then, the latest first."""
    over = (Application.unit == unit, col(Application.state).in_([GIVEN.value, REFUSED.value]), col(Application.since) >= since)
    return first_rows(session, select(Application).where(*over).order_by(col(Application.since).desc()), 5)


def count_due(session: Session, now: datetime, today: date) -> int:
    """How many are late or ended and wait for the clock."""
    over = (col(Application.due_at) < now) & col(Application.overdue_at).is_(None)
    done = (col(Application.state) == GIVEN.value) & (col(Application.until) < today)
    return session.exec(select(func.count()).select_from(Application).where(or_(over, done))).one()
