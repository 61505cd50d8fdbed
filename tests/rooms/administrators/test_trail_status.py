"""The administrator sees whether the trail is signed and whole, and can take the checkpoints away."""

import json
from pathlib import Path

from sqlalchemy import update

from cases.trail.checkpoint_copies import read_copies
from cases.trail.checkpoint_key import SigningKey
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
