"""Finding a case on the desk: by its number, by the asker's file number, or by the person or enterprise it is about."""

from collections.abc import Collection
from datetime import date

from sqlmodel import Session, select

from cases.case import WAS_SENT, Case
from cases.case_numbers import ALPHABET
from cases.case_search import Among, Found, find_among
from responders.desk.desk_piles import Desk
from storage.problem import N_

MOST = 25
NOTHING = N_("No case of this desk fits. Type the case number, the beginning of the asker's file number, or the whole ID number.")


def find_held(session: Session, desk: Desk, askers: Collection[str], words: str, today: date) -> Found:
    """Cases of this desk, at most MOST, that the words fit. `askers`: the units that may have asked. At most two queries."""
    return find_among(session, Among(select(Case).where(desk.holds, WAS_SENT), askers, MOST), words, today)


def is_number(text: str) -> bool:
    """Whether this can be a case number and nothing else: only such a text is repeated on a page."""
    day, _, rest = text.partition("-")
    return len(day) == 8 and day.isascii() and day.isdigit() and len(rest) == 8 and set(rest) <= set(ALPHABET)
