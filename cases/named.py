"""Who is named in which case: an index by hash, so that a person's cases are found without a number standing in it."""

import hashlib
from collections.abc import Iterable, Sequence

from sqlmodel import Field, Session, SQLModel, col, select

from broker.rows import insert_new
from cases.question import Question, Subject


class Named(SQLModel, table=True):
    """This person or enterprise was asked about in this case; a correction adds to it and takes nothing away."""

    key: str = Field(primary_key=True, max_length=32)
    number: str = Field(primary_key=True, max_length=32)


def key_of(number: str) -> str:
    """The index key of an ID number (18 characters) or a credit code."""
    return hashlib.sha256(f"named:{number}".encode()).hexdigest()[:32]


def note_named(session: Session, asked: Iterable[tuple[str, Question]]) -> None:
    """Notes whom these questions name, by case number, in one statement."""
    keys = sorted({(key_of(_number(s)), number) for number, question in asked for s in question.subjects.values()})
    if keys:
        rows = [{"key": key, "number": number} for key, number in keys]
        insert_new(session, SQLModel.metadata.tables["named"], rows, "number")


def numbers_of(session: Session, number: str, at_most: int = 1000) -> Sequence[str]:
    """The cases that name this ID number (18 characters) or credit code, newest last."""
    found = select(Named.number).where(Named.key == key_of(number)).order_by(col(Named.number)).limit(at_most)
    return session.exec(found).all()


def _number(subject: Subject) -> str:
    return subject.id_number or subject.credit_code or ""
