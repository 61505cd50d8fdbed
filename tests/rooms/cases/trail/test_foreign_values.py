"""Whatever stands in a row of the trail, verifying goes on and names the row, and the clock signs on or raises the alarm."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from cases.lifecycle import State
from cases.moves import Move, make_moves
from cases.trail.checkpoint_copies import Copies
from cases.trail.checkpointer import Checkpointer
from cases.trail.trail import write
from cases.trail.trail_line import TrailLine
from tests.rooms.cases.trail.strongroom import checkpoint, faults, verified
from tests.rooms.county import CLERK, County
from tests.routes import RULEBOOK

# What SQLite keeps in a column of any kind.
TEXTS = ("CAST(x'62ff61' AS TEXT)", "x'62616e6b'", "'\x01\ufffd' || char(0)")
NUMBERS = ("'x'", "1.5", "CAST(x'ff' AS TEXT)", "9000000000000000000")
TIMES = ("'soon'", "x'ff'", "5", "'0001-01-01T00:00:00+14:00'", "'9999-12-31 23:59:59.999999'")
BYTES = ("'text'", "1000000000000", "CAST(x'ff' AS TEXT)", "x''")
LINE = {
    **dict.fromkeys(("number", "chain", "action", "actor", "who", "unit", "start", '"to"', "note", "details"), TEXTS),
    "details": (*TEXTS, "'[1'", f"'{'[' * 100_000}'"),
    "seq": NUMBERS,
    "at": (*TIMES, "replace(at, ' ', 'T')"),
    **dict.fromkeys(("mac", "content", "content_hash"), BYTES),
}
AROUND = {
    "trail_head": {"number": TEXTS, "chain": TEXTS, "seq": NUMBERS, "link": BYTES},
    "trail_leaf": {"checkpoint": NUMBERS, "place": NUMBERS, "number": TEXTS, "chain": TEXTS, "seq": NUMBERS, "link": BYTES},
    "checkpoint": {"jws": TEXTS},
    "cases": {"trail_seq": NUMBERS, "trail_link": BYTES},
}
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
postgres_only = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def noted(county: County) -> str:
    """A case whose fourth line says why it was returned; two others and a search stand beside it; all is signed."""
    county.asked_into(State.ANSWERED, 2)
    (number,) = county.asked_into(State.AT_DESK)
    with county.database.write() as session:
        make_moves(session, [Move(number, "return", CLERK, note="Illegible.")], county.now, RULEBOOK)
    look_around(county)
    checkpoint(county)
    return number


def look_around(county: County) -> None:
    """A line about no case."""
    with county.database.write() as session:
        write(session, [TrailLine(county.now, "search", "person", "clerk", "police")])


def run(county: County, *statements: str) -> None:
    """These statements as they stand."""
    with county.database.engine.begin() as connection:
        for one in statements:
            connection.exec_driver_sql(one)


@sqlite_only
def test_whatever_stands_in_a_line_its_case_is_named_and_nothing_else(county: County) -> None:
    number = noted(county)
    run(county, "CREATE TABLE kept AS SELECT * FROM trail")
    for column, values in LINE.items():
        for value in values:
            run(county, f"UPDATE trail SET {column} = {value} WHERE number = '{number}' AND seq = 4")
            found = verified(county)
            told = {(fault.number, fault.seq) for fault in found.faults}
            assert (number, 4) in told or any(fault.line for fault in found.faults), (column, value, found.faults)
            assert found.chains - 4 in (0, 1), (column, value)  # a line with another name is a chain of its own
            run(county, "DELETE FROM trail", "INSERT INTO trail SELECT * FROM kept")
    assert faults(county) == []


@sqlite_only
def test_whatever_stands_in_what_was_signed_is_found(county: County) -> None:
    noted(county)
    for table, columns in AROUND.items():
        run(county, f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
        for column, values in columns.items():
            for value in values:
                run(county, f"UPDATE {table} SET {column} = {value} WHERE rowid = (SELECT max(rowid) FROM {table})")
                assert verified(county).count, (table, column, value)
                kept = f"(SELECT {column} FROM kept_{table} WHERE rowid = (SELECT max(rowid) FROM kept_{table}))"
                run(county, f"UPDATE {table} SET {column} = {kept} WHERE rowid = (SELECT max(rowid) FROM {table})")
    assert faults(county) == []


@sqlite_only
@pytest.mark.parametrize(
    ("column", "value"), [("who", TEXTS[0]), ("number", TEXTS[0]), ("at", "'soon'"), ("mac", "'text'"), ("seq", "'x'")]
)
def test_the_clock_signs_the_other_chains_and_raises_the_alarm(county: County, tmp_path: Path, column: str, value: str) -> None:
    clock = Checkpointer(county.database, lambda: county.now, Copies(tmp_path / "checkpoints"), timedelta(minutes=5))
    clock.beat()
    _, number = county.ask(2)
    run(county, f"UPDATE trail SET {column} = {value} WHERE number = '{number}' AND seq = 1")
    county.later(minutes=5)
    with capture_logs() as logs:
        clock.beat()

    assert ("trail_does_not_hold", 1) in [(line["event"], line.get("chains")) for line in logs]
    assert (clock.healthy, verified(county).checkpoints) == (True, 2)
    county.later(hours=60)
    with capture_logs() as logs:
        clock.beat()
        clock.beat()
    assert "trail_was_tampered_with" in [line["event"] for line in logs]


@postgres_only
@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("at", "'infinity'", "altered"),
        ("at", "'-infinity'", "altered"),
        ("at", "'4000-01-01 BC'", "altered"),
        ("details", "repeat('[', 4000) || repeat(']', 4000)", "contents"),
        ("mac", "'\\x'", "altered"),
    ],
)
def test_what_postgresql_takes_and_python_does_not_is_named_too(county: County, column: str, value: str, why: str) -> None:
    number = noted(county)
    cast = "::json" if column == "details" else ""
    with county.database.engine.begin() as connection:
        connection.execute(text(f"UPDATE trail SET {column} = ({value}){cast} WHERE number = '{number}' AND seq = 4"))

    assert faults(county) == [(why, number, 4)]
    assert [line.tampered for line in county.trail(number)[:3]] == [False] * 3
