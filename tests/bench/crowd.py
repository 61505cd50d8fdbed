"""A house with a past: so many cases, most of them answered, with the trail and texts they left."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import Session, SQLModel

from cases.opening import BLANK
from cases.question import Question
from cases.statistics import hourly
from cases.subject_index import index_subjects
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from contacts.alerts import alerts as _alerts
from storage.bulk_rows import insert_rows
from storage.postgresql.pipeline import BEGIN_OPTION
from tests.town import Town, questions

assert _alerts  # its table is filled below
CHUNK = 2000
A_DAY = 1_100  # so many cases are asked in the large house
PAST = 91  # days: both houses are as old, or a page about a month would show less in the small one
# Of a hundred answers, and how long they took in seconds.
WAYS = (("record", 80, 2), ("archive", 15, 3600), ("community", 5, 9000))
OPEN_STATES = ("at_desk", "at_desk", "at_desk", "at_desk", "at_desk", "at_desk", "asked", "asked", "with_contact", "returned")
LEFT_EMPTY = ("overdue_at", "taken_at", "handed_over_at", "finding", "answered_at", "first_answered_at", "closed_at", "wake_at")
TEXTS = ("delivered", "delivered", "delivered", "sent", "failed", "unknown")


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many cases there are, and how many of them are open."""

    cases: int
    open: int


def fill(town: Town, crowd: Crowd) -> None:
    """Puts the cases there, in the past; the same for the same numbers."""
    now, dice = datetime.now(UTC), Random(8040)
    asked = questions(1000)
    for start in range(0, crowd.cases, CHUNK):
        span = range(start, min(start + CHUNK, crowd.cases))
        with town.house.database.write() as session:
            _add(session, [_one(n, crowd, asked, now, dice) for n in span], dice)
    _roll_up(town, now)


def _roll_up(town: Town, now: datetime) -> None:
    more = True
    while more:
        with town.house.database.write() as session:
            more = hourly.fold(session, now) or hourly.thin(session, now)
    if not town.house.database.sqlite:  # PostgreSQL's own housekeeper would do it within the minute
        with town.house.database.engine.connect() as connection:
            connection.execution_options(**{BEGIN_OPTION: ""}).exec_driver_sql("VACUUM ANALYZE")


def _one(n: int, crowd: Crowd, asked: list[dict[str, Any]], now: datetime, dice: Random) -> dict[str, Any]:
    opened = n >= crowd.cases - crowd.open
    at = now - timedelta(days=_span(n, crowd, opened) * (1 - n % 1000 / 1000), seconds=dice.random() * 3600)
    plain = {**asked[n % len(asked)], "reference": f"GD-{n:06d}"}
    question = Question.model_validate(plain)
    row = {
        **BLANK,
        **dict.fromkeys(LEFT_EMPTY),
        "overdue_at": None,
        "wake_for": "",
        "batch": "",
        "urgent": False,
        "urgent_reason": "",
        "asked_of": "police",
        "first_source": "",
        "first_holder": "",
    }
    who = {"number": f"HC{at:%y%m%d}{n:06d}", "unit": "bank-binjiang", "asked_by": f"bank{n % 3 + 1}", "holder": "police"}
    when = {"asked_at": at, "due_at": at + timedelta(hours=24), "due_provisional": False}
    row = {**row, **question.model_dump(mode="json", exclude_none=True), **who, **when, "fingerprint": f"k{n % len(asked):031x}"}
    row |= {"extended": False, "nobody_reached": False, "urged_at": None} if "urged_at" in _columns() else {}
    return {**row, **(_still_open(n, now, dice) if opened else _answered(at, now, dice))}


def _span(n: int, crowd: Crowd, opened: bool) -> float:
    """Over how many days such cases are spread. Half of a small house's are of today, so that its lists fill a page too."""
    if opened:
        return 2
    return 1 if crowd.cases < A_DAY and n % 2 else max(PAST, crowd.cases / A_DAY)


def _columns() -> set[str]:
    return set(SQLModel.metadata.tables["cases"].columns.keys())


def _still_open(n: int, now: datetime, dice: Random) -> dict[str, Any]:
    state = OPEN_STATES[n % len(OPEN_STATES)]
    taken = f"police{n % 3 + 1}" if (state == "at_desk" and n % 4 == 0) or state == "with_contact" else ""
    due = now + timedelta(hours=dice.random() * 30 - 4)
    marked = {"overdue_at": due if due < now else None, "taken_at": now if taken else None}
    # The clock shall leave them alone while pages are measured.
    return {"state": state, "taken_by": taken, "due_at": due, **marked, "wake_at": now + timedelta(days=2), "wake_for": "ladder"}


def _answered(at: datetime, now: datetime, dice: Random) -> dict[str, Any]:
    (source, _, seconds), *_ = dice.choices(WAYS, [share for _, share, _ in WAYS])
    when = min(now, at + timedelta(seconds=seconds * (0.5 + dice.random() * 2)))
    finding = {"outcome": "confirmed", "source": source, "words": "", "evidence": {}}
    closed = {"state": "closed", "closed_at": when} if dice.random() < 0.9 else {"state": "answered"}
    by = "police" if source == "record" else "police1"
    return {
        "outcome": "confirmed",
        "source": source,
        "finding": finding,
        "answered_at": when,
        "first_answered_at": when,
        "first_source": source,
        "first_holder": "police",
        "answered_by": by,
        "version": 2,
        **closed,
    }


def _add(session: Session, rows: list[dict[str, Any]], dice: Random) -> None:
    names = sorted(set().union(*rows))
    plain = [{name: row.get(name) for name in names} for row in rows]
    insert_rows(session, SQLModel.metadata.tables["cases"], plain)
    index_subjects(session, [(row["number"], Question.model_construct(subjects=_subjects(row))) for row in rows])
    trail.write(session, [line for row in rows for line in _lines(row)])
    insert_rows(session, SQLModel.metadata.tables["alert"], [text for row in rows for text in _texts(row, dice)])


def _subjects(row: dict[str, Any]) -> Any:
    return Question.model_validate({name: row[name] for name in ("item", "matter", "subjects", "purpose", "reference")}).subjects


def _lines(row: dict[str, Any]) -> Iterator[TrailLine]:
    number, at, asker = row["number"], row["asked_at"], (row["asked_by"], row["unit"])
    yield TrailLine(at, "ask", "asker", *asker, number, to="asked")
    if row["source"] == "record":
        yield TrailLine(at, "find", "machine", "police", "police", number, "asked", "answered")
    elif row["answered_at"] or row["state"] != "asked":
        yield TrailLine(at, "hand_over", "machine", "police", "police", number, "asked", "at_desk")
        yield TrailLine(at, "look", "clerk", "police1", "police", number)
    if row["answered_at"]:
        yield TrailLine(row["answered_at"], "look", "asker", *asker, number)


def _texts(row: dict[str, Any], dice: Random) -> Iterator[dict[str, Any]]:
    if row["source"] == "record" or row["state"] == "asked":
        return
    at, state = row["asked_at"], dice.choice(TEXTS)
    what = {"id": UUID(int=dice.getrandbits(128)), "about": row["number"], "purpose": "desk", "template": "desk_new"}
    whom = {"recipient_kind": "clerk", "recipient": "police1", "to_number": "+8613900000001", "locale": "zh"}
    how = {"params": {"number_tail": row["number"][-4:], "due": "11-22 17:30", "window_phone": ""}, "wants_reply": False}
    life = {"state": state, "provider": "twilio", "error": "", "attempts": 1, "reply_code": "", "reply_open": False, "version": 2}
    yield {**what, **whom, **how, **life, "created_at": at, "changed_at": at, "sent_at": at}
