"""Subject index: the table of cases by keyed hash of a person's or enterprise's number.

The names and the street in a question are indexed beside the numbers, for those who watch for fishing.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from sqlalchemy import FromClause, bindparam, column, func, literal_column, true
from sqlalchemy.dialects import postgresql
from sqlmodel import Field, Session, SQLModel, String, col, select

from cases.question import Question
from cases.safeguards.streets import street_of
from storage.bulk_rows import among_later, upsert_rows
from storage.vault import Vault, vault_of

PERSON, NAME, STREET = "person", "name", "street"
ADDRESS = "address"  # the detail of an item that says where somebody lives or something stands


class IndexedSubject(SQLModel, table=True):
    """This person or enterprise was asked about in this case; a correction adds to it and takes nothing away."""

    __tablename__ = "named"

    key: str = Field(primary_key=True, max_length=32)
    number: str = Field(primary_key=True, max_length=32, index=True)  # the key begins with the other: see fishing_guard, retention


def key_of(number: str, vault: Vault) -> str:
    """The index key of an ID number (18 characters), a credit code, or of another document's `key`: only we can make it."""
    return vault.index(number, "named.key")


def indexed(question: Question, vault: Vault) -> list[tuple[str, str]]:
    """What the question names, as (PERSON, NAME or STREET, key)."""
    pairs = pairs_of(question, vault)
    people = [(PERSON, number) for number, _ in pairs] + [(NAME, name) for _, name in pairs]
    street = street_of(question.details.get(ADDRESS, ""))
    return [*people, (STREET, key_of(f"street:{street}", vault))] if street else people


def pairs_of(question: Question, vault: Vault) -> list[tuple[str, str]]:
    """For each subject the keys of its number and of its name."""
    subjects = question.subjects.values()
    return [(key_of(one.key, vault), key_of(f"name:{one.name_form}", vault)) for one in subjects]


def index_subjects(session: Session, asked: Iterable[tuple[str, Question]]) -> None:
    """Notes whom these questions name, by case number, in one statement."""
    vault = vault_of(session)
    keys = sorted({(key, number) for number, question in asked for _, key in indexed(question, vault)})
    if keys:
        rows = [{"key": key, "number": number} for key, number in keys]
        upsert_rows(session, SQLModel.metadata.tables["named"], rows)


def numbers_of(session: Session, *keys: str, at_most: int = 1000) -> Sequence[str]:
    """The cases that name one of these: ID numbers (18 characters), credit codes or keys of other documents; newest last."""
    vault = vault_of(session)
    found = (
        select(IndexedSubject.number)
        .where(col(IndexedSubject.key).in_([key_of(key, vault) for key in keys]))
        .order_by(col(IndexedSubject.number))
        .limit(at_most)
    )
    return session.exec(found).all()


@cache
def lately_named(postgres: bool) -> FromClause:
    """`key` and `number` of what names one of the `keys` since the case number `since`, two parameters; built once.

    PostgreSQL is told to look key after key: left to itself it may look through all that was asked since.
    """
    since = col(IndexedSubject.number) >= bindparam("since")
    if not postgres:
        named = select(IndexedSubject.key, IndexedSubject.number)
        return named.where(among_later(postgres, col(IndexedSubject.key), "keys"), since).subquery()
    keys = func.unnest(bindparam("keys", type_=postgresql.ARRAY(String)))
    wanted = keys.table_valued(column("key", String), name="wanted").render_derived()
    each = select(IndexedSubject.number).where(col(IndexedSubject.key) == wanted.c.key, since).offset(literal_column("0")).lateral()
    return select(wanted.c.key, each.c.number).join(each, true()).subquery()
