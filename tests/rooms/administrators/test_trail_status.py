"""The administrator sees whether the trail is signed and whole, and can take the checkpoints away."""

import json
from pathlib import Path

from sqlalchemy import update

from cases.lifecycle import State
from cases.trail.checkpoint_copies import read_copies
from cases.trail.checkpoint_key import SigningKey
from cases.trail.trail import write
from cases.trail.trail_line import TrailLine
from cases.trail.trail_verification import note, verify_all
from tests.rooms.administrators.test_status import signals
from tests.rooms.cases.trail.strongroom import TRAIL, tamper
from tests.rooms.county import MACHINE
from tests.rooms.office import Desk, Office, on_both

HEALTH = "/admin/health#trail"


@on_both
def test_a_trail_that_nobody_signs_is_pointed_out(office: Office, desk: Desk) -> None:
    office.county.ask()
    assert HEALTH not in signals(desk.get("/admin"))
    office.county.later(minutes=80)
    desk = office.client()
    assert signals(desk.get("/admin"))[HEALTH] == 1
    assert "Not signed" in desk.get("/admin/health")
    office.assembly.checkpointer().beat()

    assert HEALTH not in signals(desk.get("/admin"))
    assert "no. 1" in desk.get("/admin/health")


@on_both
def test_what_verifying_found_is_shown_with_the_first_fault(office: Office, desk: Desk) -> None:
    number, _ = office.county.ask(2)
    office.assembly.checkpointer().beat()
    verify(office)
    assert "2 lines, 1 checkpoints, 0 faults" in desk.get("/admin/health")
    tamper(office.county, update(TRAIL).where(TRAIL.c.number == number).values(who="somebody"))
    verify(office)
    page = desk.get("/admin/health")

    assert f"{number}: line 1" in page
    assert "Tampered with" in page
    assert signals(desk.get("/admin"))[HEALTH] == 1


def test_a_checkpoint_that_could_not_sign_every_line_is_counted_until_all_is_found_whole(office: Office, desk: Desk) -> None:
    (number,) = office.county.ask()
    tamper(office.county, update(TRAIL).where(TRAIL.c.number == number).values(who="somebody"))
    office.assembly.checkpointer().beat()
    assert "1 checkpoints could not sign every line" in desk.get("/admin/health")
    assert signals(desk.get("/admin"))[HEALTH] == 1
    tamper(office.county, update(TRAIL).where(TRAIL.c.number == number).values(who="asker"))
    verify(office)

    assert HEALTH not in signals(desk.get("/admin"))


def test_checkpoints_can_be_taken_away_and_hold_what_is_in_the_database(office: Office, desk: Desk, tmp_path: Path) -> None:
    office.county.ask()
    office.assembly.checkpointer().beat()
    office.county.move(office.county.ask()[0], "hand_over", MACHINE)
    office.county.later(minutes=6)
    office.assembly.checkpointer().beat()
    file = tmp_path / "taken.jsonl"
    file.write_text(desk.get("/admin/checkpoints.jsonl"))

    assert read_copies([file]) == office.assembly.checkpointer().copies.all()
    assert [json.loads(line)["number"] for line in file.read_text().splitlines()] == [1, 2]


def verify(office: Office) -> None:
    """As `hecha trail verify` does, and notes it."""
    vault = office.county.database.vault
    assert vault is not None
    with office.county.database.snapshot() as session:
        report = verify_all(session, SigningKey(vault), {})
    with office.county.database.write() as session:
        note(session, report, office.county.now, 1.0)


SPOILT = (
    ("who", "CAST(x'62ff61' AS TEXT)"), ("unit", "x'62616e6b'"), ("action", "CAST(x'ff' AS TEXT)"), ("actor", "x'ff'"),
    ("at", "'soon'"), ("at", "'0001-01-01T00:00:00+14:00'"), ("mac", "'text'"), ("content", "1000000000000"),
    ("content", "'text'"), ("content_hash", "'text'"), ("details", "'[1'"), ("note", "x'ff'"), ("seq", "'x'"), ("start", "x'ff'"),
)  # fmt: skip


def test_every_page_with_a_spoilt_line_is_there_and_says_so(office: Office, desk: Desk) -> None:
    (number,) = office.county.asked_into(State.RETURNED)
    with office.county.database.write() as session:
        write(session, [TrailLine(office.county.now, "search", "person", "supervisor", "data-office", number, note="Why")])
    run(office, "CREATE TABLE kept AS SELECT * FROM trail")
    supervisor, asker = office.client("supervisor"), office.client("asker")
    days = {"first": "2000-01-01", "last": "2100-01-01", "kind": "all"}
    for column, value in SPOILT:
        where = f"number = '{number}' AND seq = (SELECT max(seq) FROM kept WHERE number = '{number}')"
        run(office, f"UPDATE trail SET {column} = {value} WHERE {where}")
        page = supervisor.get(f"/board/{number}")
        # What is noted beside the chain is shown nowhere: what was noted stands encrypted.
        assert ("Tampered with" in page) == (column not in ("details", "note")), (column, value)
        run(office, "DELETE FROM trail WHERE seq = 'x'") if column == "seq" else None
        run(office, f"DELETE FROM trail WHERE {where}", f"INSERT INTO trail SELECT * FROM kept WHERE {where}")
    spoil_all = ", ".join(f"{column} = {value}" for column, value in SPOILT if column not in ("at", "seq", "number"))
    run(office, f"UPDATE trail SET {spoil_all} WHERE {where}")
    assert "Tampered with" in supervisor.post("/looks", **days).text
    assert "Tampered with" in supervisor.post("/looks/export", form="csv", **days).text
    assert supervisor.post("/looks/export", form="xlsx", **days).status_code == 200
    assert asker.get(f"/cases/{number}")
    verify(office)
    assert "Tampered with" in desk.get("/admin/health")


def test_a_spoilt_result_of_verifying_is_no_word_of_health(office: Office, desk: Desk) -> None:
    office.county.ask()
    verify(office)
    for column, value in (("faults", "'x'"), ("first_fault", "'{'"), ("lines", "x'ff'"), ("at", "'soon'")):
        run(office, f"UPDATE verification SET {column} = {value}")
        assert "Last verified" in desk.get("/admin/health"), column
    assert "Run hecha trail verify" in desk.get("/admin/health")


def run(office: Office, *statements: str) -> None:
    """These statements as they stand, by somebody who goes around the house."""
    with office.county.database.engine.begin() as connection:
        for one in statements:
            connection.exec_driver_sql(one)
