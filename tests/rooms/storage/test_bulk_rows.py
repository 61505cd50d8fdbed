"""Many rows in one statement are what the same rows one at a time would be, on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from storage.bulk_rows import among, insert_rows, update_rows, upsert_rows
from storage.database import Database
from storage.engine import WriteInLook
from storage.postgresql.pipeline import StaleRows

TRAIL = SQLModel.metadata.tables["trail"]
AT = datetime(2026, 9, 1, 8, 30, 0, 123456, tzinfo=UTC)
ODD = {"deep": {"list": [1, None, "二"]}, "words": "欧阳𬀩 \"quoted\" 'single' %s :rows"}


def line(number: str, **more: object) -> dict[str, object]:
    """A row of the trail."""
    row = {"at": AT, "number": number, "action": "look", "actor": "person", "who": "bank1", "unit": "", "start": "", "to": ""}
    return {**row, "seq": 1, "mac": b"mark", "note": "", "details": {}, **more}


@pytest.mark.parametrize("count", [1, 3])
def test_what_goes_in_comes_out_in_its_order(database: Database, count: int) -> None:
    rows = [line(f"n{n}", note=ODD["words"], details=ODD) for n in range(count)]
    with database.write() as session:
        insert_rows(session, TRAIL, rows)
        insert_rows(session, TRAIL, [])

    with database.read() as session:
        got = session.execute(select(*(TRAIL.c[name] for name in rows[0])).order_by(TRAIL.c.id)).mappings()
        assert [dict(row) for row in got] == rows


@pytest.mark.parametrize("count", [1, 3])
def test_rows_are_changed_where_all_keys_agree(database: Database, count: int) -> None:
    with database.write() as session:
        insert_rows(session, TRAIL, [line(f"n{n}") for n in range(4)])
    keys = {"number": "which", "action": "seen"}
    changes = [{"which": f"n{n}", "seen": "look", "note": f"new {n}", "details": ODD} for n in range(count)]
    with database.write() as session:
        update_rows(session, TRAIL, keys, changes, all_of_them=True)
        update_rows(session, TRAIL, keys, [{**row, "seen": "other", "note": "nobody's"} for row in changes])
        update_rows(session, TRAIL, keys, [])

    with database.read() as session:
        notes = session.execute(select(TRAIL.c.note).order_by(TRAIL.c.id)).scalars().all()
        assert notes == [f"new {n}" if n < count else "" for n in range(4)]
        found = session.execute(select(TRAIL.c.number).where(among(session, TRAIL.c.number, ["n1", "n3", "n9"]))).scalars()
        assert sorted(found) == ["n1", "n3"]


MACHINE = SQLModel.metadata.tables["machine"]


@pytest.mark.parametrize("how", [insert_rows, upsert_rows])
def test_columns_that_nobody_names_hold_what_their_table_says(database: Database, how: Callable[..., None]) -> None:
    with database.write() as session:
        how(session, MACHINE, [{"unit": "police", "found_at": AT}])
    with database.read() as session:
        row = session.execute(select(MACHINE)).one()
    assert (row.running, row.records, row.ills, row.answered, row.version, row.items) == (True, True, {}, 0, "", [])


def lines(database: Database, *batches: list[str], stale: str = "") -> None:
    """These lines in one transaction, batch after batch; and the notes of the first and of a stale one changed."""
    with database.write() as session:
        for numbers in batches:
            insert_rows(session, TRAIL, [line(number) for number in numbers])
        if stale:
            changes = [{"which": number, "note": "new"} for number in (batches[0][0], stale)]
            update_rows(session, TRAIL, {"number": "which"}, changes, all_of_them=True)


def numbers(database: Database) -> list[str]:
    """The lines that are there."""
    with database.read() as session:
        return list(session.execute(select(TRAIL.c.number).order_by(TRAIL.c.id)).scalars())


def test_what_changes_nothing_of_what_it_should_undoes_all(database: Database) -> None:
    """Also what went before in the same transaction, and the next one on the same connection knows nothing of it."""
    with pytest.raises(StaleRows):
        lines(database, ["n0"], stale="n1")
    lines(database, ["n2"])

    assert numbers(database) == ["n2"]


def test_whoever_looks_in_the_same_transaction_sees_what_was_queued(database: Database) -> None:
    found = select(TRAIL.c.number, TRAIL.c.note).order_by(TRAIL.c.number)
    with database.write() as session:
        insert_rows(session, TRAIL, [line("n1"), line("n2")])
        assert session.execute(found).all() == [("n1", ""), ("n2", "")]
        update_rows(session, TRAIL, {"number": "which"}, [{"which": "n1", "note": "new"}])
        with session.begin_nested() as inner:
            update_rows(session, TRAIL, {"number": "which"}, [{"which": "n2", "note": "undone"}])
            inner.rollback()
        assert session.execute(found).all() == [("n1", "new"), ("n2", "")]
    with database.read() as session:
        assert session.execute(found).all() == [("n1", "new"), ("n2", "")]


def test_what_is_queued_and_then_given_up_is_never_sent(database: Database) -> None:
    def give_up() -> None:
        with database.write() as session:
            insert_rows(session, TRAIL, [line("n1")])
            raise InterruptedError

    with pytest.raises(InterruptedError):
        give_up()
    lines(database, ["n2"])

    assert numbers(database) == ["n2"]


def test_a_row_that_is_refused_takes_the_commit_with_it(database: Database) -> None:
    """Two lines at one place of a chain; what was queued before and behind them is not kept either."""
    with pytest.raises(IntegrityError):
        lines(database, ["n1"], ["n2", "n2"], ["n3"])

    assert numbers(database) == []


def test_looking_refuses_what_would_be_queued(database: Database) -> None:
    if not database.sqlite:
        with pytest.raises(WriteInLook), database.read() as session:
            insert_rows(session, TRAIL, [line("n1")])
