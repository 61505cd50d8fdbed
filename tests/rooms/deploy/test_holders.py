"""Holders that are not there: told at the start, by the doctor and on a page; refused when asked, never an error page."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from alembic import command
from rich.console import Console
from sqlalchemy import update
from sqlmodel import SQLModel
from typer import Exit

from access.units import Units
from cases.catalogue import catalogue
from cases.grants.grants import Grant
from cases.grants.pledges import sign
from deploy.cli import joining
from deploy.migrate import config_for
from deploy.operations import consoles
from deploy.operations.doctor import examine
from deploy.settings import Settings
from tests.rooms.administrators.test_status import signals
from tests.rooms.office import Desk, Office, on_both
from tests.routes import kinship

UNIT = SQLModel.metadata.tables["unit"]
UNTIL = date(2026, 12, 31)


def grant(office: Office, *items: str) -> None:
    pledge = office.assembly.rulebook.pledge
    assert pledge is not None
    with office.county.database.write() as session:
        sign(session, "asker", "bank", pledge, office.county.now)
        session.add_all(Grant(unit="bank", item=item, matter="close_relative_card", until=UNTIL) for item in items)


def change(office: Office, unit: str, **columns: bool) -> None:
    with office.county.database.engine.begin() as connection:
        connection.execute(update(UNIT).where(UNIT.c.code == unit).values(columns))


@on_both
def test_who_asks_what_nobody_answers_is_told_so_and_no_case_comes_of_it(office: Office) -> None:
    grant(office, "kinship")
    change(office, "police", answers=False)
    asker = office.client("asker")
    assert "nobody answers at present" in asker.get("/ask")
    assert "Nobody answers this item at present: the unit police" in asker.get("/ask/kinship", 422)
    sent = asker.web.post("/api/v1/cases", json=kinship(), headers={"X-CSRF-Token": asker.csrf})

    assert (sent.status_code, [one["code"] for one in sent.json()["errors"]]) == (422, ["nobody_answers"])


def test_a_unit_that_does_not_ask_asks_nothing_whatever_it_is_granted(office: Office) -> None:
    grant(office, "kinship")
    change(office, "bank", asks=False)
    asker = office.client("asker")
    sent = asker.web.post("/api/v1/cases", json=kinship(), headers={"X-CSRF-Token": asker.csrf})

    assert (sent.status_code, [one["code"] for one in sent.json()["errors"]]) == (403, ["does_not_ask"])


@on_both
def test_what_leads_to_nobody_is_counted_named_and_shown(office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (number,) = office.county.ask()
    grant(office, "kinship", "no_such_item")
    assert signals(desk.get("/admin"))["/admin/health#holders"] == 1  # no such item
    change(office, "police", answers=False)
    change(office, "bank", asks=False)
    assert signals(desk.get("/admin"))["/admin/health#holders"] == 5
    page = desk.get("/admin/health")
    monkeypatch.setattr(consoles.console, "_file", told := StringIO())
    joining.tell_gaps(office.assembly)

    for words in ("1 open cases wait at police", "1 open cases were asked by bank", "2 permissions are of bank", "no_such_item"):
        assert words in page
    assert "police" in told.getvalue()
    assert office.client("supervisor").get(f"/board/{number}")


def test_a_unit_that_is_gone_is_shown_by_its_code() -> None:
    units = Units()

    assert (units["ghost"].name("en"), units["ghost"].answers, "ghost" in units, units.get("ghost")) == (
        "ghost",
        False,
        False,
        None,
    )


def test_the_doctor_names_them(office: Office, tmp_path: Path) -> None:
    grant(office, "kinship")
    change(office, "police", answers=False)
    with office.assembly.database.engine.begin() as connection:
        command.stamp(config_for(connection), "head")
    words = StringIO()
    examine(office.assembly.settings, Console(file=words, width=400))

    assert "1 permissions are for kinship, which nobody answers: the unit police" in words.getvalue()


@pytest.mark.parametrize(
    ("file", "content", "wanted"),
    [
        ("days.csv", "day,working,source\n2026-05-09,working,国办发\n".encode("gbk"), "days.csv: must be CSV in UTF-8"),
        ("days.csv", b"date,working\n2026-05-09,working\n", "line 1: must be day,working,source; there is no column day"),
        ("days.csv", b"day,working\n2026-05-09,yes\n", "days.csv: line 2: working must be `working` or `off`"),
        ("matters/x.toml", "title = '借款'".encode("gbk"), "x.toml: must be TOML in UTF-8"),
        ("pledge.toml", b"version = 1\n", "pledge.toml: version"),
        ("handlers/death.py", b"def find(:\n", "death.py, line 1: cannot be read: SyntaxError"),
        ("handlers/deth.py", b"def find(r, q): ...\n", "there is no item `deth`; call it death.py"),
    ],
)
def test_a_file_of_a_citys_own_that_cannot_be_used_is_named_with_what_would_be_right(
    tmp_path: Path, file: str, content: bytes, wanted: str
) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_bytes(content)
    words = StringIO()
    settings = Settings(home=tmp_path, holidays=tmp_path / file if file == "days.csv" else None)
    examine(settings, Console(file=words, width=80))

    assert wanted in words.getvalue()
    if not file.startswith("handlers"):
        with pytest.raises(Exit):
            joining.joined(settings)


def test_a_file_of_a_citys_own_may_begin_with_a_mark_of_utf_8(tmp_path: Path) -> None:
    (tmp_path / "matters").mkdir()
    text = (Path(catalogue.__file__).parent / "matters" / "mortgage.toml").read_text().replace('"mortgage"', '"loan"')
    (tmp_path / "matters" / "loan.toml").write_text(text, encoding="utf-8-sig")

    assert "loan" in catalogue.load([tmp_path]).matters
