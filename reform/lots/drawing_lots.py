"""What the clock does about lots: seals a secret for each month, closes its lists when it is over, and draws from them."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select

from access.accounts import Account
from access.units import all_units
from cases.calendar.deadlines import Calendar
from cases.commitments.commitment import Commitment, CommitmentState, PaperState
from cases.duty.departures import is_off
from cases.rechecks.drawing import RULE, Candidate, Drawn, Inspector, draw, list_digest, sample_size, seal_of, seed_of
from cases.rechecks.inspection import Inspection
from cases.rechecks.lot import Lot, month_of
from cases.rulebook import Rulebook
from cases.trail import trail
from cases.trail.checkpoints import Checkpoint, hash_of_checkpoint, last_checkpoint
from cases.trail.trail_line import TrailLine
from reform.lots.lot_texts import tell_inspectors

SEAL, CLOSE, DRAW = "seal", "close", "draw"
Step = tuple[str, str]  # month, step
# What may be drawn: signed, and not contradicted already. What is being heard about needs no inspector any more.
IN_A_LOT = (CommitmentState.SIGNED, CommitmentState.BEING_CHECKED, CommitmentState.HELD_TRUE)


def due_steps(session: Session, now: datetime, rulebook: Rulebook) -> list[Step]:
    """The next step of each lot that has one. One query while none waits for a checkpoint."""
    this = month_of(rulebook.calendar.day_at(now))
    columns = select(Lot.month, Lot.closed_at, Lot.after_checkpoint, Lot.drawn_at)
    found = session.exec(columns.where(or_(col(Lot.drawn_at).is_(None), Lot.month == this))).all()
    steps = [] if any(month == this for month, *_ in found) else [(this, SEAL)]
    for month, closed_at, after, drawn_at in found:
        if closed_at is None and month < this:
            steps.append((month, CLOSE))
        elif closed_at and drawn_at is None and _checkpoint_after(session, after, closed_at):
            steps.append((month, DRAW))
    return steps


def take_steps(session: Session, now: datetime, rulebook: Rulebook) -> int:
    """Takes each step that is due; how many."""
    steps = due_steps(session, now, rulebook)
    for month, step in steps:
        if step == SEAL:
            _seal(session, month, now)
            continue
        lot = session.get(Lot, month, with_for_update=True)
        if lot is not None and step == CLOSE and lot.closed_at is None:
            _close(session, lot, now, rulebook)
        elif lot is not None and step == DRAW and lot.drawn_at is None:
            _draw(session, lot, now, rulebook)
    return len(steps)


def _seal(session: Session, month: str, now: datetime) -> None:
    secret = secrets.token_hex(32)
    session.add(Lot(month=month, rule=RULE, secret=secret, seal=seal_of(secret), sealed_at=now))
    session.flush()  # of two clocks one fails here, and no line of a second secret is written
    _note(session, now, "lot_sealed", {"month": month, "seal": seal_of(secret)})


def _close(session: Session, lot: Lot, now: datetime, rulebook: Rulebook) -> None:
    candidates, inspectors = _candidates(session, lot.month, rulebook.calendar), _inspectors(session)
    rules, last = rulebook.rechecks, last_checkpoint(session)
    lot.candidates, lot.inspectors = [list(one) for one in candidates], [list(one) for one in inspectors]
    lot.lists, lot.closed_at = list_digest(candidates, inspectors), now
    lot.size = sample_size(len(candidates), rules.lot_share, rules.lot_least, rules.lot_most)
    lot.after_checkpoint = last.number if last else 0
    told = {"month": lot.month, "lists": lot.lists, "candidates": len(candidates), "inspectors": len(inspectors), "size": lot.size}
    _note(session, now, "lot_closed", told)


def _candidates(session: Session, month: str, calendar: Calendar) -> list[Candidate]:
    begin, end = _span(month, calendar)
    columns: Any = (Commitment.number, Commitment.unit, Commitment.witness)
    signed = (col(Commitment.signed_at) >= begin, col(Commitment.signed_at) < end, Commitment.paper == PaperState.NONE.value)
    found = select(*columns).where(*signed, col(Commitment.state).in_([state.value for state in IN_A_LOT]))
    units = all_units(session)
    return [Candidate(n, unit, units[unit].parent or unit, witness) for n, unit, witness in sorted(session.execute(found).all())]


def _inspectors(session: Session) -> list[Inspector]:
    units = all_units(session)
    found = session.exec(select(Account.username, Account.unit, Account.roles).where(~is_off()).order_by(col(Account.username)))
    return [Inspector(name, unit, units[unit].parent or unit) for name, unit, roles in found if "inspector" in roles]


def _span(month: str, calendar: Calendar) -> tuple[datetime, datetime]:
    """A month's first moment and the next one's, at the offices."""
    begin = datetime.strptime(month, "%Y-%m").replace(tzinfo=calendar.zone)
    return begin, (begin + timedelta(days=32)).replace(day=1)


def _checkpoint_after(session: Session, number: int, closed_at: datetime) -> Checkpoint | None:
    """The first checkpoint that was signed after the lists were closed."""
    later = (col(Checkpoint.number) > number, col(Checkpoint.at) > closed_at)
    return session.exec(select(Checkpoint).where(*later).order_by(col(Checkpoint.number)).limit(1)).first()


def _draw(session: Session, lot: Lot, now: datetime, rulebook: Rulebook) -> None:
    checkpoint = _checkpoint_after(session, lot.after_checkpoint, lot.closed_at or now)
    if checkpoint is None:
        return
    lot.checkpoint, lot.checkpoint_number = hash_of_checkpoint(checkpoint.jws), checkpoint.number
    lot.seed, lot.drawn_at = seed_of(lot.secret, lot.checkpoint), now
    candidates = [Candidate(*one) for one in lot.candidates]
    drawn = draw(lot.seed, candidates, [Inspector(*one) for one in lot.inspectors], lot.size)
    lot.drawn = [list(one) for one in drawn]
    due = rulebook.calendar.add_working_days(now, rulebook.rechecks.lot_days).at
    _hand_out(session, lot.month, drawn, {one.number: one.unit for one in candidates}, due)
    told = {"month": lot.month, "seed": lot.seed, "checkpoint": lot.checkpoint_number, "drawn": len(drawn)}
    _note(session, now, "lot_drawn", told)
    tell_inspectors(session, drawn, due, now, rulebook.calendar)


def _hand_out(session: Session, month: str, drawn: Sequence[Drawn], units: dict[str, str], due: datetime) -> None:
    session.add_all(
        Inspection(number=one.number, lot=month, place=place, inspector=one.inspector, unit=units[one.number], due_at=due)
        for place, one in enumerate(drawn, 1)
    )


def _note(session: Session, now: datetime, action: str, told: dict[str, Any]) -> None:
    trail.write(session, [TrailLine.of_clock(now, action, "")._replace(details=told)])
