"""The trail: who did or looked at what, when. Only ever added to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer
from sqlmodel import Field, Session, SQLModel, col, select

from broker.rows import insert_rows

# SQLite counts up by itself only where the key is called INTEGER.
LongId = BigInteger().with_variant(Integer, "sqlite")
BLANK: dict[str, Any] = {"number": "", "unit": "", "start": "", "to": "", "note": "", "details": {}}


class Trail(SQLModel, table=True):
    """One line. `number` is empty for lines about no case: a sign-in, a search, a roster change."""

    id: int | None = Field(default=None, primary_key=True, sa_type=LongId)
    at: datetime = Field(index=True)
    number: str = Field(default="", index=True, max_length=32)
    action: str = Field(max_length=32)
    actor: str = Field(max_length=16)
    who: str = Field(max_length=64, index=True)
    unit: str = Field(default="", max_length=64)
    start: str = Field(default="", max_length=16)
    to: str = Field(default="", max_length=16)
    note: str = ""
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


_deciding = col(Trail.actor) == "supervisor"
Index("ix_trail_supervisor", col(Trail.at), sqlite_where=_deciding, postgresql_where=_deciding)


def write(session: Session, lines: Sequence[dict[str, Any]]) -> None:
    """Adds these lines in one statement; each a dict of Trail's fields without `id`."""
    insert_rows(session, SQLModel.metadata.tables["trail"], [{**BLANK, **line} for line in lines])


def of_cases(session: Session, numbers: Iterable[str]) -> list[Trail]:
    """Every line about these cases, oldest first."""
    return list(session.exec(select(Trail).where(col(Trail.number).in_(list(numbers))).order_by(col(Trail.id))))


def movers(session: Session, numbers: Iterable[str], moves: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Each of these moves of a case and as what it was made, oldest first: the nth made version n into n + 1."""
    wanted = (col(Trail.number).in_(list(numbers)), col(Trail.action).in_(moves))
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    lines = select(Trail.number, Trail.action, Trail.actor).where(*wanted).order_by(col(Trail.id))
    for number, action, actor in session.exec(lines):
        found[number].append((action, actor))
    return found


def since(session: Session, last: int, at_most: int = 5000) -> list[tuple[int, str]]:
    """The newest lines after line `last`, as (id, case number)."""
    found = select(Trail.id, Trail.number).where(col(Trail.id) > last).order_by(col(Trail.id).desc()).limit(at_most)
    return [(line or 0, number) for line, number in session.exec(found)]
