"""Freezing and unfreezing units and accounts: ends sessions, holds queues, counts what is held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from access.accounts import Account, names_of
from access.freezes import ACCOUNT, UNIT, Frozen, all_frozen, freeze, thaw
from access.principal import Principal
from access.sessions import close_sessions
from access.units import Unit
from broker.outbox import held_back
from cases.actions import ActionContext
from cases.stations.homecoming import bring_home
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from contacts.departures import take_back
from storage.first_rows import FirstRows
from storage.problem import N_, FieldFault

LONGEST = 500
NO_UNIT = N_("Choose a unit.")
NO_ACCOUNT = N_("There is no such account.")
NO_KIND = N_("Only a unit or an account is frozen and let go: the address must name one of the two.")
NO_REASON = N_("Say why: the reason stands on the trail.")
OWN = N_("You cannot freeze your own account or your own unit. Ask another supervisor or administrator.")


@dataclass(frozen=True, slots=True)
class Held:
    """Something frozen, how it is called, and how many letters wait for it: questions and outcomes to it, findings from it."""

    frozen: Frozen
    name: str
    letters: Mapping[str, int]


def held_list(session: Session, locale: str, findings: Mapping[str, int], page: int = 1) -> FirstRows[Held]:
    """A page of what is frozen with its letters, the newest first; `findings` are those held, by unit. Four queries at most."""
    frozen = all_frozen(session, page)
    queues = held_back(session) if frozen else {}
    units = {one.code: one.name(locale) for one in session.exec(select(Unit).where(col(Unit.code).in_(_names(frozen, UNIT))))}
    names = {UNIT: units, ACCOUNT: names_of(session, _names(frozen, ACCOUNT))}
    held = FirstRows(Held(one, names[one.kind].get(one.subject, one.subject), _letters(one, queues, findings)) for one in frozen)
    held.more = frozen.more
    return held


def _names(frozen: Sequence[Frozen], kind: str) -> list[str]:
    return [one.subject for one in frozen if one.kind == kind]


def _letters(one: Frozen, queues: Mapping[str, int], findings: Mapping[str, int]) -> dict[str, int]:
    if one.kind != UNIT:
        return {}
    code = one.subject
    waiting = {
        "questions": queues.get(f"questions.{code}", 0),
        "outcomes": queues.get(f"outcomes.{code}", 0) + queues.get(f"replies.{code}", 0),
    }
    return {**waiting, "findings": findings.get(code, 0)}


def freeze_faults(session: Session, principal: Principal, kind: str, subject: str, reason: str) -> list[FieldFault]:
    """What is wrong with the wish to freeze this."""
    field = "account" if kind == ACCOUNT else "unit"
    own = bool(subject) and subject in ((principal.username,) if kind == ACCOUNT else (principal.unit, principal.parent))
    known = session.get(Account if kind == ACCOUNT else Unit, subject) is not None if subject else False
    faults = [] if known else [FieldFault(field, "unknown", NO_ACCOUNT if kind == ACCOUNT else NO_UNIT)]
    faults += [FieldFault(field, "own", OWN)] if own else []
    return faults + ([] if reason else [FieldFault("reason", "missing", NO_REASON)])


def do_freeze(acting: ActionContext, kind: str, subject: str, reason: str) -> bool:
    """Freezes, ends every session, and gives what is in hand there back to the desks. False where it was frozen already.

    Keys open nothing while they are frozen.
    """
    session, now = acting.session, acting.now
    if not freeze(session, Frozen(kind=kind, subject=subject, reason=reason, at=now, by=acting.principal.username)):
        return False
    house = select(Unit.code).where(or_(Unit.code == subject, Unit.parent == subject))  # with its stations
    mine = col(Account.username) == subject if kind == ACCOUNT else col(Account.unit).in_(house)
    people = session.exec(select(Account.username).where(mine)).all()
    session.flush()
    count = close_sessions(session, people, now)
    what = {"kind": kind, "subject": subject, "sessions": count}
    line = TrailLine.of_person(acting.principal, now, "freeze", actor="supervisor", details=what)
    trail.write(session, [line.noting(reason)])
    take_back(session, now, acting.rulebook, people)
    bring_home(session, now, acting.rulebook)
    return True


def do_thaw(session: Session, principal: Principal, kind: str, subject: str, reason: str, now: datetime) -> bool:
    """Lets go: its letters leave in their order. False where it was not frozen."""
    if not thaw(session, kind, subject):
        return False
    what = {"kind": kind, "subject": subject}
    trail.write(session, [TrailLine.of_person(principal, now, "thaw", actor="supervisor", details=what).noting(reason)])
    return True
