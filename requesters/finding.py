"""Finding a case again: by its number, by one's own file number, or by the person or enterprise it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from broker.rows import among, on_postgres
from broker.vault import vault_of
from cases import trail
from cases.case import Case
from cases.door import Visitor
from cases.idnumbers import BadNumber, ResidentId, parse_credit_code, plain
from cases.named import key_of, numbers_of
from cases.retention import SHOWN

MOST = 50
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Found:
    """The cases, newest first. `subject` is the index key of the person that was looked for, empty for other words."""

    cases: Sequence[Case]
    subject: str = ""


def find_cases(session: Session, unit: str, words: str, today: date) -> Found:
    """This unit's cases that the words fit: a whole ID number or credit code, else the beginning of a case or file number."""
    number = subject_number(words, today)
    if number:
        mine = (among(session, col(Case.number), sorted(numbers_of(session, number))), Case.unit == unit, SHOWN)
        found = session.exec(select(Case).where(*mine).order_by(col(Case.asked_at).desc()).limit(MOST)).all()
        return Found(found, key_of(number, vault_of(session)))
    text = words.strip()
    if not text:
        return Found([])
    by_number = _begins(session, col(Case.number), text.upper())
    by_file = _begins(session, col(Case.reference), text)
    both = [*_of(session, unit, by_number), *_of(session, unit, by_file)]
    return Found(sorted({case.number: case for case in both}.values(), key=lambda case: case.asked_at, reverse=True)[:MOST])


def subject_number(words: str, today: date) -> str:
    """The ID number or credit code that somebody typed; empty where it is neither."""
    for read in (lambda text: ResidentId.parse(text, today).number, parse_credit_code):
        try:
            return str(read(words))
        except BadNumber:
            continue
    return ""


def _of(session: Session, unit: str, wanted: Sequence[Any]) -> Sequence[Case]:
    return session.exec(select(Case).where(Case.unit == unit, *wanted).order_by(col(Case.asked_at).desc()).limit(MOST)).all()


def _begins(session: Session, column: Any, text: str) -> list[Any]:
    # Each database uses its index for one of these and not for the other.
    if on_postgres(session):
        return [column.startswith(text, autoescape=True)]
    return [column >= text, column < text + LAST]


def note_search(session: Session, found: Found, visitor: Visitor, now: datetime) -> None:
    """Writes on the trail that somebody looked for a person's cases; the number itself stands nowhere."""
    line = {"at": now, "action": "look_up", "actor": "person", "who": visitor.username, "unit": visitor.unit}
    trail.write(session, [{**line, "details": {"subject": found.subject, "found": len(found.cases)}}])


def looks_like_number(words: str) -> bool:
    """Whether somebody meant an ID number: such words are told what is wrong with them instead of finding nothing."""
    text = plain(words)
    return len(text) in (15, 18) and text[:14].isdigit()
