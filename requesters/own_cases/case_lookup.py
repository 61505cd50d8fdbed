"""Finding a case again: by its number, by one's own file number, or by the person or enterprise it is about."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from cases.case import Case
from cases.case_search import Found, begins, naming, newest, subject_key, subject_number
from cases.retention import SHOWN

MOST = 50


def find_cases(session: Session, unit: str, words: str, today: date) -> Found:
    """This unit's cases that the words fit: a whole ID number or credit code, else the beginning of a case or file number."""
    number, text = subject_number(words, today), words.strip()
    if number:
        return Found(_of(session, unit, [naming(session, number), SHOWN]), subject_key(session, number))
    if not text:
        return Found([])
    by_number = _of(session, unit, begins(session, col(Case.number), text.upper()))
    by_file = _of(session, unit, begins(session, col(Case.reference), text))
    return Found(newest([*by_number, *by_file], MOST))


def _of(session: Session, unit: str, wanted: Sequence[Any]) -> Sequence[Case]:
    return session.exec(select(Case).where(Case.unit == unit, *wanted).order_by(col(Case.asked_at).desc()).limit(MOST)).all()
