"""Finding a case on the desk: by its number, by the asker's file number, or by the person or enterprise it is about."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session, col, select

from cases.case import WAS_SENT, Case
from cases.idnumbers import BadNumber, ResidentId
from cases.lookup import Found, begins, looks_like_number, naming, newest, subject_key, subject_number
from cases.numbers import ALPHABET
from cases.problem import N_, FieldFault
from cases.retention import SHOWN

MOST = 25
DAY = 9  # the day and the dash: shorter beginnings of a case number say nothing
NOTHING = N_("No case of this desk fits. Type the case number, the beginning of the asker's file number, or the whole ID number.")


def find_held(session: Session, holder: str, askers: Iterable[str], words: str, today: date) -> Found:
    """Cases held by this unit, at most MOST, that the words fit. `askers`: the units that may have asked. At most two queries."""
    held = select(Case).where(Case.holder == holder, WAS_SENT).order_by(col(Case.asked_at).desc()).limit(MOST)
    number, text = subject_number(words, today), words.strip()
    if number:
        return Found(session.exec(held.where(naming(session, number), SHOWN)).all(), subject_key(session, number))
    if not text:
        return Found([])
    # The asking units are named because the index of file numbers begins with them.
    by_file = session.exec(held.where(col(Case.unit).in_(sorted(askers)), *begins(session, col(Case.reference), text))).all()
    by_number = session.exec(held.where(*begins(session, col(Case.number), text.upper()))).all() if len(text) > DAY else []
    return Found(newest([*by_number, *by_file], MOST))


def why_nothing(words: str, today: date) -> FieldFault:
    """What to do where nothing was found: what is wrong with an ID number, or what can be typed."""
    if looks_like_number(words):
        try:
            ResidentId.parse(words, today)
        except BadNumber as bad:
            return FieldFault("q", bad.code, bad.message)
    return FieldFault("q", "nothing_found", NOTHING)


def is_number(text: str) -> bool:
    """Whether this can be a case number and nothing else: only such a text is repeated on a page."""
    day, _, rest = text.partition("-")
    return len(day) == 8 and day.isascii() and day.isdigit() and len(rest) == 8 and set(rest) <= set(ALPHABET)
