"""Finding a case on the desk: by its number, by the asker's file number, or by the person or enterprise it is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from broker.rows import among, on_postgres
from broker.vault import vault_of
from cases import trail
from cases.case import WAS_SENT, Case
from cases.door import Visitor
from cases.idnumbers import BadNumber, ResidentId, parse_credit_code, plain
from cases.named import key_of, numbers_of
from cases.numbers import ALPHABET
from cases.problem import N_, FieldFault
from cases.retention import SHOWN

MOST = 25
DAY = 9  # the day and the dash: shorter beginnings of a case number say nothing
LAST = "\U0010ffff"
NOTHING = N_("No case of this desk fits. Type the case number, the beginning of the asker's file number, or the whole ID number.")


@dataclass(frozen=True, slots=True)
class Found:
    """The cases, newest first. `subject` is the index key of the person that was looked for, empty for other words."""

    cases: Sequence[Case]
    subject: str = ""


def find_held(session: Session, holder: str, askers: Iterable[str], words: str, today: date) -> Found:
    """Cases held by this unit, at most MOST, that the words fit. `askers`: the units that may have asked. At most two queries."""
    held = select(Case).where(Case.holder == holder, WAS_SENT).order_by(col(Case.asked_at).desc()).limit(MOST)
    number, text = subject_number(words, today), words.strip()
    if number:
        named = among(session, col(Case.number), sorted(numbers_of(session, number)))
        return Found(session.exec(held.where(named, SHOWN)).all(), key_of(number, vault_of(session)))
    if not text:
        return Found([])
    # The asking units are named because the index of file numbers begins with them.
    by_file = session.exec(held.where(col(Case.unit).in_(sorted(askers)), *_begins(session, col(Case.reference), text))).all()
    by_number = session.exec(held.where(*_begins(session, col(Case.number), text.upper()))).all() if len(text) > DAY else []
    found = {case.number: case for case in (*by_number, *by_file)}
    return Found(sorted(found.values(), key=lambda case: case.asked_at, reverse=True)[:MOST])


def subject_number(words: str, today: date) -> str:
    """The ID number or credit code that somebody typed; empty where it is neither."""
    for read in (lambda text: ResidentId.parse(text, today).number, parse_credit_code):
        try:
            return str(read(words))
        except BadNumber:
            continue
    return ""


def why_nothing(words: str, today: date) -> FieldFault:
    """What to do where nothing was found: what is wrong with an ID number, or what can be typed."""
    text = plain(words)
    if len(text) in (15, 18) and text[:14].isdigit():
        try:
            ResidentId.parse(words, today)
        except BadNumber as bad:
            return FieldFault("q", bad.code, bad.message)
    return FieldFault("q", "nothing_found", NOTHING)


def note_search(session: Session, found: Found, visitor: Visitor, now: datetime) -> None:
    """Writes on the trail that somebody looked for a person's cases; the number itself stands nowhere."""
    line = {"at": now, "action": "look_up", "actor": "person", "who": visitor.username, "unit": visitor.unit}
    trail.write(session, [{**line, "details": {"subject": found.subject, "found": len(found.cases)}}])


def is_number(text: str) -> bool:
    """Whether this can be a case number and nothing else: only such a text is repeated on a page."""
    day, _, rest = text.partition("-")
    return len(day) == 8 and day.isascii() and day.isdigit() and len(rest) == 8 and set(rest) <= set(ALPHABET)


def _begins(session: Session, column: Any, text: str) -> list[Any]:
    # Each database uses its index for one of these and not for the other.
    if on_postgres(session):
        return [column.startswith(text, autoescape=True)]
    return [column >= text, column < text + LAST]
