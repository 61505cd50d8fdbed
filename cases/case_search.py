"""Finding cases again by what somebody types: what each room's search has in common."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col

from access.principal import Visitor
from cases.case import Case
from cases.id_numbers import BadNumber, ResidentId, parse_credit_code, plain
from cases.retention import SHOWN
from cases.subject_index import key_of, numbers_of
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.bulk_rows import among, on_postgres
from storage.problem import FieldFault
from storage.vault import vault_of

DAY = 9  # the day and the dash: shorter beginnings of a case number say nothing
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Found:
    """The cases, newest first. `subject` is the index key of the person that was looked for, empty for other words."""

    cases: Sequence[Case]
    subject: str = ""


def subject_number(words: str, today: date) -> str:
    """The ID number or credit code that somebody typed; empty where it is neither."""
    for read in (lambda text: ResidentId.parse(text, today).number, parse_credit_code):
        try:
            return str(read(words))
        except BadNumber:
            continue
    return ""


def naming(session: Session, number: str) -> ColumnElement[bool]:
    """The condition that a case names this ID number or credit code."""
    return among(session, col(Case.number), sorted(numbers_of(session, number)))


def subject_key(session: Session, number: str) -> str:
    """The index key of an ID number or credit code: what the trail has instead of it."""
    return key_of(number, vault_of(session))


def begins(session: Session, column: Any, text: str) -> list[ColumnElement[bool]]:
    """The conditions that a column begins with a text, so that the column's index serves."""
    # Each database uses its index for one of these and not for the other.
    if on_postgres(session):
        return [column.startswith(text, autoescape=True)]
    return [column >= text, column < text + LAST]


def newest(found: Sequence[Case], most: int) -> Sequence[Case]:
    """Each case once, the newest first, at most so many."""
    return sorted({case.number: case for case in found}.values(), key=lambda case: case.asked_at, reverse=True)[:most]


def find_among(session: Session, of: Any, askers: Iterable[str], words: str, today: date, most: int) -> Found:
    """Those of the cases `of` selects, at most so many, that the words fit: a whole ID number or credit code, else the beginning
    of an asker's file number, or of a case number with more than its day. `askers`: the units that may have asked.
    At most two queries.
    """
    listed, number, text = of.order_by(col(Case.asked_at).desc()).limit(most), subject_number(words, today), words.strip()
    if number:
        return Found(session.exec(listed.where(naming(session, number), SHOWN)).all(), subject_key(session, number))
    if not text:
        return Found([])
    # The asking units are named because the index of file numbers begins with them.
    by_file = session.exec(listed.where(col(Case.unit).in_(sorted(askers)), *begins(session, col(Case.reference), text))).all()
    by_number = session.exec(listed.where(*begins(session, col(Case.number), text.upper()))).all() if len(text) > DAY else []
    return Found(newest([*by_number, *by_file], most))


def why_nothing(words: str, today: date, nothing: str) -> FieldFault:
    """What to do where nothing was found: what is wrong with an ID number, or `nothing`, which says what can be typed."""
    if looks_like_number(words):
        try:
            ResidentId.parse(words, today)
        except BadNumber as bad:
            return FieldFault("q", bad.code, bad.message)
    return FieldFault("q", "nothing_found", nothing)


def note_search(session: Session, found: Found, visitor: Visitor, now: datetime) -> None:
    """Writes on the trail that somebody looked for a person's cases; the number itself stands nowhere."""
    details = {"subject": found.subject, "found": len(found.cases)}
    trail.write(session, [TrailLine.of_person(visitor, now, "look_up", details=details)])


def looks_like_number(words: str) -> bool:
    """Whether somebody meant an ID number: such words are told what is wrong with them instead of finding nothing."""
    text = plain(words)
    return len(text) in (15, 18) and text[:14].isdigit()
