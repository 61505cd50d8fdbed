"""Checks: the peer's two tables, questions with their answers and who answered; nothing is signed, sealed or chained."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Column, DateTime, Engine
from sqlmodel import Field, Session, SQLModel, create_engine

DATABASE, BROKER, RECORDS = "PEER_DATABASE_URL", "PEER_BROKER_URL", "PEER_RECORDS"  # settings of its processes
SHARED = 250  # questions accepted in one commit, as the house's are


def _now() -> datetime:
    return datetime.now(UTC)


class Question(SQLModel):
    """What is asked."""

    item: str
    matter: str
    purpose: str
    reference: str
    details: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    subjects: dict[str, dict[str, str]] = Field(sa_column=Column(JSON, nullable=False))


class Check(Question, table=True):
    """A question and what became of it."""

    __tablename__ = "checks"
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    details: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    subjects: dict[str, dict[str, str]] = Field(sa_column=Column(JSON, nullable=False))
    state: str = "asked"
    finding: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    asked_at: datetime = Field(default_factory=_now, sa_type=DateTime(timezone=True))
    answered_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class AuditLine(SQLModel, table=True):
    """Who did what to a check."""

    __tablename__ = "audit"
    id: int | None = Field(default=None, primary_key=True)
    check_id: UUID = Field(index=True)
    action: str
    who: str
    at: datetime = Field(default_factory=_now, sa_type=DateTime(timezone=True))


@cache
def engine() -> Engine:
    """One pool of connections a process, opened at the first use, that is after a fork."""
    return create_engine(os.environ[DATABASE])


def session() -> Iterator[Session]:
    """FastAPI's dependency."""
    with Session(engine()) as opened:
        yield opened


def record(check_id: str, finding: dict[str, Any]) -> None:
    """The answer and its audit line in one commit; a letter that comes twice changes nothing."""
    with Session(engine()) as opened:
        check = opened.get_one(Check, UUID(check_id))
        if check.state == "answered":
            return
        check.state, check.finding, check.answered_at = "answered", finding, _now()
        opened.add(AuditLine(check_id=check.id, action="find", who="police"))
        opened.commit()
