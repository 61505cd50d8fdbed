"""Sealed columns: plain in our hands, sealed in the database, and bound to their row; on both databases."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import MetaData, text
from sqlalchemy.exc import StatementError
from sqlmodel import Field, Session, SQLModel, select

from storage.bulk_rows import insert_new, insert_rows, update_rows
from storage.database import Database
from storage.encrypted_columns import EncryptedBytes, EncryptedJson, EncryptedText, NotEncrypted
from storage.row_encryption import Misplaced, decrypt_row, decrypt_value
from storage.vault import NoVault
from tests.vaults import VAULT

OWN = MetaData()  # a table among the house's would be missed by whoever looks at all of them


class Kept(SQLModel, table=True):
    """One row of each kind of sealed column."""

    __tablename__ = "kept_for_a_test"
    metadata = OWN

    id: UUID = Field(primary_key=True)
    words: str = Field(default="", max_length=9, sa_type=EncryptedText)
    facts: dict[str, Any] | None = Field(default=None, sa_type=EncryptedJson(none_as_null=True))
    more: dict[str, Any] = Field(default_factory=dict, sa_type=EncryptedJson)
    file: bytes = Field(default=b"", sa_type=EncryptedBytes)
    clear: str = ""


KEPT = OWN.tables["kept_for_a_test"]
FULL: dict[str, Any] = {
    "words": "张三",
    "facts": {"名": "李四", "none": None},
    "more": {"x": [1]},
    "file": b"\x00\xff",
    "clear": "x",
}
EMPTY: dict[str, Any] = {"words": "", "facts": None, "more": {}, "file": b"", "clear": ""}


@pytest.fixture
def database(database: Database) -> Database:
    """The house's, with our table in it."""
    OWN.create_all(database.engine)
    return database


def rows(*filled: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": uuid4(), **one} for one in filled]


def raw(database: Database) -> list[tuple[Any, ...]]:
    with database.read() as session:
        return [tuple(row) for row in session.execute(text("SELECT words, facts, more, file FROM kept_for_a_test"))]


def read(database: Database, id_: UUID) -> dict[str, Any]:
    with database.read() as session:
        return session.get_one(Kept, id_).model_dump()


@pytest.mark.parametrize("count", [1, 3])
def test_rows_are_sealed_as_they_are_written_and_open_as_they_are_read(database: Database, count: int) -> None:
    """One row goes as it is, several as JSON on PostgreSQL."""
    written = rows(*[FULL] * count)
    with database.write() as session:
        insert_rows(session, KEPT, written)

    assert all("张" not in str(one) and "李" not in str(one) and b"\x00\xff" not in bytes(one[3]) for one in raw(database))
    assert [read(database, row["id"]) for row in written] == written


def test_what_is_empty_stays_so(database: Database) -> None:
    written = rows(EMPTY, EMPTY)
    with database.write() as session:
        insert_rows(session, KEPT, written)

    assert [read(database, row["id"]) for row in written] == written
    assert raw(database)[0][0] == ""


@pytest.mark.parametrize("count", [1, 3])
def test_changed_rows_are_sealed_too(database: Database, count: int) -> None:
    written = rows(*[FULL] * count)
    with database.write() as session:
        assert len(insert_new(session, KEPT, written, "id")) == count
        changes = [{"b_id": row["id"], "words": "王五", "facts": None} for row in written]
        update_rows(session, KEPT, {"id": "b_id"}, changes, all_of_them=True)

    assert "王" not in str(raw(database))
    assert [read(database, row["id"]) for row in written] == [{**row, "words": "王五", "facts": None} for row in written]


def test_an_object_is_plain_before_and_after_its_flush_and_when_it_is_changed(database: Database) -> None:
    (row,) = rows(FULL)
    with database.write() as session:
        kept = Kept(**row)
        session.add(kept)
        session.flush()
        assert (kept.words, kept.facts, kept in session.dirty) == ("张三", row["facts"], False)
        kept.words = "王五"
        session.flush()
        session.refresh(kept)
        assert kept.words == "王五"

    assert "王" not in str(raw(database))
    assert read(database, row["id"])["words"] == "王五"


def test_an_object_made_of_another_shape_is_sealed_too(database: Database) -> None:
    (row,) = rows(FULL)
    with database.write() as session:
        session.add(Kept.model_validate(row))
        session.merge(Kept(**{**row, "id": uuid4()}))

    assert "张" not in str(raw(database))
    assert read(database, row["id"]) == row


def test_an_object_that_did_not_change_is_not_written_again(database: Database) -> None:
    (row,) = rows(FULL)
    with database.write() as session:
        session.add(Kept(**row))
    before = raw(database)
    with database.write() as session:
        session.get_one(Kept, row["id"]).clear = "y"

    assert raw(database) == before


@pytest.mark.parametrize("column", ["words", "facts", "file"])
def test_what_was_moved_into_another_row_is_refused_by_name(database: Database, column: str) -> None:
    first, second = rows(FULL, FULL)
    with database.write() as session:
        insert_rows(session, KEPT, [first, second])
        move = (
            f"UPDATE kept_for_a_test SET {column} = (SELECT {column} FROM kept_for_a_test WHERE clear = 'x' AND id <> :id LIMIT 1)"
        )
        session.execute(text(move + " WHERE id = :id"), {"id": second["id"].hex if database.sqlite else second["id"]})

    with pytest.raises(Misplaced, match=rf"kept_for_a_test\.{column} of {second['id']}"):
        read(database, second["id"])
    assert read(database, first["id"]) == first


def test_what_was_moved_into_another_column_is_refused(database: Database) -> None:
    (row,) = rows(FULL)
    with database.write() as session:
        insert_rows(session, KEPT, [row])
        session.execute(text("UPDATE kept_for_a_test SET more = facts"))

    with pytest.raises(Misplaced, match="more"):
        read(database, row["id"])


@pytest.mark.parametrize("clear", ["words = '张三'", """facts = '{"a": 1}'""", """more = '"sealed"'""", "file = words"])
def test_what_stands_in_clear_is_refused(database: Database, clear: str) -> None:
    (row,) = rows(EMPTY)
    with database.write() as session:
        insert_rows(session, KEPT, [row])
        as_bytes = "'x'" if database.sqlite else "'x'::bytea"
        session.execute(text(f"UPDATE kept_for_a_test SET {clear.replace('= words', '= ' + as_bytes)}"))

    with pytest.raises(Misplaced, match="in clear"):
        read(database, row["id"])


def test_single_columns_come_sealed_and_are_opened_by_name(database: Database) -> None:
    (row,) = rows(FULL)
    with database.write() as session:
        insert_rows(session, KEPT, [row])
    with database.read() as session:
        (words,) = session.exec(select(Kept.words)).all()
        whole = session.execute(KEPT.select()).mappings().one()

    assert (repr(words), f"{words}") == ("<sealed>", "<sealed>")
    assert decrypt_value(VAULT, Kept.words, words, id=row["id"]) == "张三"
    assert decrypt_row(VAULT, KEPT, dict(whole)) == row


def test_nothing_reaches_such_a_column_in_clear(database: Database) -> None:
    (row,) = rows(FULL)
    with database.write() as session, pytest.raises(StatementError) as wrong:
        session.connection().execute(KEPT.insert(), row)
    with database.read() as session, pytest.raises(StatementError):
        session.exec(select(Kept).where(Kept.words == "张三")).all()

    assert isinstance(wrong.value.orig, NotEncrypted)
    assert "张三" not in str(wrong.value)


def test_without_keys_nothing_is_read_or_written(database: Database) -> None:
    (row,) = rows(FULL)
    with database.write() as session:
        insert_rows(session, KEPT, [row])
    with Session(database.engine) as session:
        with pytest.raises(NoVault):
            session.get(Kept, row["id"])
        with pytest.raises(NotEncrypted):
            insert_rows(session, KEPT, rows(FULL))
