"""Finding cases by case number, file number, or person or enterprise: the shared part of all rooms' searches."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from access.principal import Principal
from cases.case import WAS_SENT, Case, fingerprint
from cases.documents.id_numbers import BadNumber, ResidentId, parse_credit_code, plain
from cases.documents.known_kinds import documents_of
from cases.lifecycle import REFUSED, RETRACTED, WITHDRAWN
from cases.question import Question
from cases.retention import SHOWN
from cases.subject_index import key_of, numbers_of
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.bulk_rows import among, on_postgres
from storage.database import Database
from storage.first_rows import FirstRows, first_rows
from storage.problem import FieldFault
from storage.vault import vault_of

DAY = 9  # the day and the dash: shorter beginnings of a case number say nothing
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Found:
    """The cases, newest first. `subject` is the index key of the person that was looked for, empty for other words."""

    cases: Sequence[Case]
    subject: str = ""
    cut: bool = False  # there are more that fit


def subject_keys(words: str, today: date | None) -> list[str]:
    """The keys of whoever has the number that somebody typed: an ID number, that of another document, or a credit code.

    Several where the number may be of several kinds of document; none where it is no such number.
    """
    if found := [document.key for document in documents_of(words, today)]:
        return found
    try:
        return [parse_credit_code(words)]
    except BadNumber:
        return []


def can_be_nothing_else(words: str) -> bool:
    """Whether such a number is a person's or an enterprise's and no file number: by its length."""
    return len(plain(words)) in (15, 18)


def begins(session: Session, column: Mapped[str], text: str) -> list[ColumnElement[bool]]:
    """The conditions that a column begins with a text, so that the column's index serves."""
    # Each database uses its index for one of these and not for the other.
    if on_postgres(session):
        return [column.startswith(text, autoescape=True)]
    return [column >= text, column < text + LAST]


def _newest(found: Sequence[Case]) -> Sequence[Case]:
    return sorted({case.number: case for case in found}.values(), key=lambda case: case.asked_at, reverse=True)


@dataclass(frozen=True, slots=True)
class Among:
    """Where to look: the cases that `of` selects, `askers` being the units that may have asked, and at most how many to find."""

    of: Any
    askers: Collection[str]
    most: int
    shortest: int = DAY + 1  # beginning of a case number


def find_among(session: Session, where: Among, words: str, today: date) -> Found:
    """Those of these cases that the words fit: a whole number of a person's document or a credit code, else the beginning of an
    asker's file number or of a case number. At most two queries; three for what may be a passport's number or a file number.
    """
    listed, keys = where.of.order_by(col(Case.asked_at).desc()).limit(where.most + 1), subject_keys(words, today)
    text, subject = words.strip(), key_of(keys[0], vault_of(session)) if keys else ""
    named = sorted(numbers_of(session, *keys)) if keys else []
    if named or (keys and can_be_nothing_else(words)):
        about = session.exec(listed.where(among(session, col(Case.number), named), SHOWN)).all()
        return Found(about[: where.most], subject, len(about) > where.most)
    if not text:
        return Found([])
    # The asking units are named because the index of file numbers begins with them.
    of_askers = col(Case.unit).in_(sorted(where.askers))
    by_file = session.exec(listed.where(of_askers, *begins(session, col(Case.reference), text))).all()
    numbered = listed.where(*begins(session, col(Case.number), text.upper()))
    by_number = session.exec(numbered).all() if len(text) >= where.shortest else []
    fitting = _newest([*by_number, *by_file])
    # Who looked for a person and found nothing looked for a person all the same.
    return Found(fitting[: where.most], "" if fitting else subject, len(fitting) > where.most)


def why_nothing(words: str, today: date, nothing: str) -> FieldFault:
    """What to do where nothing was found: what is wrong with an ID number, or `nothing`, which says what can be typed."""
    return wrong_number(words, today) or FieldFault("q", "nothing_found", nothing)


def wrong_number(words: str, today: date | None) -> FieldFault | None:
    """What is wrong with an ID number where somebody meant one."""
    text = plain(words)
    if len(text) in (15, 18) and text[:14].isdigit():
        try:
            ResidentId.parse(words, today)
        except BadNumber as bad:
            return FieldFault("q", bad.code, bad.message)
    return None


def note_search(database: Database, found: Found, principal: Principal, now: datetime) -> None:
    """Writes on the trail where somebody looked for a person's cases; the number itself stands nowhere."""
    if found.subject:
        details = {"subject": found.subject, "found": len(found.cases)}
        with database.write() as session:
            trail.write(session, [TrailLine.of_person(principal, now, "look_up", details=details)])


def asked_before(session: Session, question: Question, unit: str, since: datetime, but: str = "") -> FirstRows[Case]:
    """This unit's cases about the same thing since then that may bring an answer, newest first, but this one; at most five."""
    print_ = fingerprint(question, vault_of(session))
    same = select(Case).where(Case.fingerprint == print_, Case.unit == unit, col(Case.asked_at) >= since, Case.number != but)
    standing = same.where(col(Case.state).not_in([WITHDRAWN, REFUSED, RETRACTED]))
    return first_rows(session, standing.order_by(col(Case.asked_at).desc()), 5)


def asked_too(session: Session, case: Case, within: timedelta) -> Sequence[Case]:
    """The other cases in which this unit asked the same that long before or after, newest first; at most three."""
    same = select(Case).where(Case.fingerprint == case.fingerprint, Case.unit == case.unit, Case.number != case.number, WAS_SENT)
    near = same.where(col(Case.asked_at).between(case.asked_at - within, case.asked_at + within))
    return session.exec(near.order_by(col(Case.asked_at).desc()).limit(3)).all()
