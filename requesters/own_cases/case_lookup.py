"""Finding a case again: by its number, by one's own file number, or by the person or enterprise it is about."""

from datetime import date

from sqlmodel import Session, select

from cases.case import Case
from cases.case_search import Among, Found, find_among

MOST = 50


def find_cases(session: Session, unit: str, words: str, today: date) -> Found:
    """This unit's cases, at most MOST, that the words fit. Among so few even the day of a case number finds something."""
    return find_among(session, Among(select(Case).where(Case.unit == unit), [unit], MOST, shortest=1), words, today)
