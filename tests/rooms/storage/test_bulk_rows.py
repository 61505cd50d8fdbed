"""Many rows in one statement are what the same rows one at a time would be, on both databases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from storage.bulk_rows import among, insert_rows, update_rows
from storage.database import Database

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
        assert update_rows(session, TRAIL, keys, changes) == count
        assert update_rows(session, TRAIL, keys, [{**row, "seen": "other"} for row in changes]) == 0
        assert update_rows(session, TRAIL, keys, []) == 0

    with database.read() as session:
        notes = session.execute(select(TRAIL.c.note).order_by(TRAIL.c.id)).scalars().all()
        assert notes == [f"new {n}" if n < count else "" for n in range(4)]
        found = session.execute(select(TRAIL.c.number).where(among(session, TRAIL.c.number, ["n1", "n3", "n9"]))).scalars()
        assert sorted(found) == ["n1", "n3"]
