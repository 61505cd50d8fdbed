"""Spot checks: the table of questions whose asker must upload the file behind them: drawn by lot, or of a bundle with many people.

The question itself is not kept waiting: the citizen at the counter has done nothing. What is not shown in time goes up.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case as sql_case
from sqlmodel import Field, Session, SQLModel, col, func, select

from access.principal import Principal
from cases.retention import is_blocked
from cases.rulebook import Rulebook
from cases.safeguards.name_tries import AskedQuestion
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.bulk_rows import among, insert_rows
from storage.encrypted_columns import EncryptedBytes
from storage.first_rows import FirstRows, first_rows
from storage.json import Json
from storage.problem import N_, FieldFault, Problem

WANTED, SHOWN, OVERDUE, ACCEPTED, REFUSED = "wanted", "shown", "overdue", "accepted", "refused"
TO_SHOW, TO_JUDGE = (WANTED, OVERDUE, REFUSED), (SHOWN, OVERDUE)
MOST_BYTES, MOST_WORDS = 5 * 1024 * 1024, 2000
KINDS = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
NO_SPOT_CHECK = N_("This case was not drawn for a spot check.")
DONE = N_("This spot check was decided about already.")
NO_WORDS = N_("Say which file it is: its title, who opened it, and where it lies.")
NO_KIND = N_("Choose a PDF, PNG or JPEG of at most 5 MB.")
MOST_FILES = 200  # of a unit that nobody has looked at yet: a gigabyte
TOO_MANY = N_("{most} files of your unit wait to be looked at. Say in words which file it is, without a copy.")
MANY = N_("The bundle asks about so many people at once that the file behind it is to be shown.")
NO_REASON = N_("Say why the file is not accepted.")
_LUCK = secrets.SystemRandom()  # nobody can foresee which question will be drawn


class SpotCheck(SQLModel, table=True):
    """The proof that is wanted for one case. What was shown is sealed and bound to the case."""

    __tablename__ = "proof"
    __table_args__ = {"info": {"at_once": 10}}  # rows held together where all are read: a file may have megabytes

    number: str = Field(primary_key=True, max_length=32)
    unit: str = Field(max_length=32, index=True)
    asked_by: str = Field(max_length=64, index=True)
    state: str = Field(max_length=16, index=True)
    wanted_at: datetime
    due_at: datetime
    words: bytes | None = Field(default=None, sa_type=EncryptedBytes)
    file: bytes | None = Field(default=None, sa_type=EncryptedBytes)
    file_kind: str = Field(default="", max_length=16)
    shown_at: datetime | None = None
    shown_by: str = Field(default="", max_length=64)
    decided_at: datetime | None = None
    decided_by: str = Field(default="", max_length=64)
    note: str = Field(default="", max_length=500)


@dataclass(frozen=True, slots=True)
class ShownFile:
    """What somebody shows: words about the file, and a copy of it where there is one."""

    words: str
    file: bytes = b""

    @property
    def kind(self) -> str:
        """pdf, png or jpg by the file's own beginning; empty for anything else."""
        return next((kind for beginning, kind in KINDS.items() if self.file.startswith(beginning)), "")


def draw(
    session: Session, asks: Sequence[AskedQuestion], now: datetime, rulebook: Rulebook, certain: Collection[str] = ()
) -> list[str]:
    """Wants a proof of each of these questions with the chance that is set, and of those whose numbers are `certain`.

    Gives back of which cases. Costs nothing where none is drawn.
    """
    rate = rulebook.fishing_guard.sample
    drawn = [one for one in asks if one.number in certain or (rate and _LUCK.random() < rate)]
    if drawn:
        due = rulebook.calendar.add_working_days(now, rulebook.fishing_guard.spot_check_days).at
        insert_rows(session, SQLModel.metadata.tables["proof"], [_row(one, now, due) for one in drawn])
        trail.write(session, [_wanted_line(one.number, now, one.number in certain) for one in drawn])
    return [one.number for one in drawn]


def _wanted_line(number: str, now: datetime, many: bool) -> TrailLine:
    line = TrailLine.of_clock(now, "proof_wanted", number)
    return line.noting(MANY) if many else line


def _row(one: Any, now: datetime, due: datetime) -> Json:
    blank = {"file_kind": "", "shown_by": "", "decided_by": "", "note": ""}
    return {
        "number": one.number,
        "unit": one.unit,
        "asked_by": one.asked_by,
        "state": WANTED,
        "wanted_at": now,
        "due_at": due,
        **blank,
    }


def show(session: Session, number: str, paper: ShownFile, principal: Principal, now: datetime) -> SpotCheck:
    """Keeps what is shown; shown again it replaces what was shown before. Raises Problem."""
    proof = _found(session, number)
    if proof.unit != principal.unit:
        raise Problem([FieldFault("number", "unknown", NO_SPOT_CHECK)], 404)
    if proof.state == ACCEPTED:
        raise Problem([FieldFault("", "decided", DONE)], 409)
    faults = [] if paper.words.strip() else [FieldFault("words", "missing", NO_WORDS)]
    faults += [FieldFault("file", "wrong_kind", NO_KIND)] if paper.file and (not paper.kind or len(paper.file) > MOST_BYTES) else []
    faults += [FieldFault("file", "too_many", TOO_MANY, {"most": MOST_FILES})] if paper.file and _full(session, proof) else []
    if faults:
        raise Problem(faults)
    proof.words, proof.file, proof.file_kind = paper.words.strip()[:MOST_WORDS].encode(), paper.file or None, paper.kind
    proof.state, proof.shown_at, proof.shown_by = SHOWN, now, principal.username
    trail.write(session, [TrailLine.of_person(principal, now, "proof_shown", number, actor="asker")])
    return proof


def _full(session: Session, proof: SpotCheck) -> bool:
    """Whether as many other files of this unit as may wait for the supervisor's look."""
    others = (SpotCheck.unit == proof.unit, SpotCheck.number != proof.number, col(SpotCheck.file_kind) != "")
    waiting = select(func.count()).select_from(SpotCheck).where(*others, SpotCheck.state == SHOWN)
    return session.exec(waiting).one() >= MOST_FILES


def decide(session: Session, number: str, accepted: bool, note: str, principal: Principal, now: datetime) -> SpotCheck:
    """The supervisor's word about it; not accepted, it may be shown again. Raises Problem."""
    proof = _found(session, number)
    if proof.state not in TO_JUDGE or (accepted and proof.state != SHOWN):
        raise Problem([FieldFault("", "decided", DONE)], 409)
    if not accepted and not note:
        raise Problem([FieldFault("note", "missing", NO_REASON)])
    proof.state, proof.note = ACCEPTED if accepted else REFUSED, note
    proof.decided_at, proof.decided_by = now, principal.username
    action = "proof_accepted" if accepted else "proof_refused"
    trail.write(session, [TrailLine.of_person(principal, now, action, number, actor="supervisor").noting(note)])
    return proof


def _found(session: Session, number: str) -> SpotCheck:
    proof = session.get(SpotCheck, number, with_for_update=True)
    if proof is None:
        raise Problem([FieldFault("number", "unknown", NO_SPOT_CHECK)], 404)
    return proof


def spot_check_of(session: Session, number: str) -> SpotCheck | None:
    """The proof of this case; None where none is wanted, and once the case is blocked: then nobody is shown what was shown."""
    return None if is_blocked(session, number) else session.get(SpotCheck, number)


def wanted_of(session: Session, unit: str, asked_by: str = "", at_most: int = 100) -> FirstRows[SpotCheck]:
    """The proofs that this unit, or this person of it, has still to show, those due first."""
    mine = [SpotCheck.unit == unit, *([SpotCheck.asked_by == asked_by] if asked_by else [])]
    found = select(SpotCheck).where(*mine, col(SpotCheck.state).in_(TO_SHOW))
    return first_rows(session, found.order_by(col(SpotCheck.due_at)), at_most)


def wanted_among(session: Session, numbers: Sequence[str]) -> Sequence[SpotCheck]:
    """The proofs of these cases that are still to be shown."""
    if not numbers:
        return ()
    return session.exec(select(SpotCheck).where(among(session, SpotCheck.number, numbers), col(SpotCheck.state).in_(TO_SHOW))).all()


def to_judge(session: Session, at_most: int = 100) -> FirstRows[SpotCheck]:
    """What waits for a supervisor: what was shown, then what is overdue; each the oldest first."""
    order = sql_case((col(SpotCheck.state) == SHOWN, 0), else_=1)
    found = select(SpotCheck).where(col(SpotCheck.state).in_(TO_JUDGE)).order_by(order, col(SpotCheck.due_at))
    return first_rows(session, found, at_most)


def late(session: Session, now: datetime) -> int:
    """How many were not shown in time and are not marked yet."""
    return session.exec(
        select(func.count()).select_from(SpotCheck).where(SpotCheck.state == WANTED, col(SpotCheck.due_at) < now)
    ).one()


def mark_late(session: Session, now: datetime, at_most: int = 200) -> int:
    """Marks them, so that the supervisor sees them; how many."""
    found = select(SpotCheck).where(SpotCheck.state == WANTED, col(SpotCheck.due_at) < now).limit(at_most)
    proofs = session.exec(found.with_for_update(skip_locked=True)).all()
    for proof in proofs:
        proof.state = OVERDUE
    trail.write(session, [TrailLine.of_clock(now, "proof_overdue", proof.number) for proof in proofs])
    return len(proofs)
