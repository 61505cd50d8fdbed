"""`hecha who-asked`: a person's right to know who asked about them, by one command that leaves its line."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from cases.case import Case
from cases.question import Question
from cases.retention import block
from cases.trail.trail import Trail
from deploy.cli.app import app
from deploy.cli.who_asked import NO_NUMBER, read_number, role_of
from deploy.operations.retention import wipe
from storage.database import Database
from tests.routes import FATHER, SON, Doors, kinship, open_doors
from tests.vaults import SECRET_KEYS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the same statements on both
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
STRANGER = "330725196205140023"


@dataclass
class Counter:
    """Where the person asks."""

    doors: Doors
    numbers: list[str]

    def ask(self, typed: str, *options: str) -> tuple[int, str]:
        """What the command says to this number on its standard input."""
        done = CliRunner().invoke(app, ["who-asked", "--reference", "GDPR-7", "--lang", "en", *options], input=typed + "\n")
        return done.exit_code, done.output


@pytest.fixture
def counter(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter:
    doors = open_doors(database, NOW, [])
    settings = {"HOME": str(tmp_path / "home"), "DATABASE_URL": database.url, "SECRET_KEYS": SECRET_KEYS}
    for name, value in settings.items():
        monkeypatch.setenv(f"HECHA_{name}", value)
    monkeypatch.setenv("COLUMNS", "240")
    return Counter(doors, doors.ask("B-1", "B-2"))


def test_each_case_is_told_with_who_what_why_and_who_looked(counter: Counter) -> None:
    code, said = counter.ask(SON, "--json")
    told = json.loads(said)

    assert code == 0
    assert {one["number"] for one in told} == set(counter.numbers)
    assert {(one["asked_by"], one["item"], one["as_what"], one["purpose"]) for one in told} == {
        ("Bank", "Kinship", "Person", "close a card")
    }
    again = json.loads(counter.ask(SON, "--json")[1])
    assert [look["what"] for look in again[0]["looks"]] == ["A person told who had asked about them"]


def test_whoever_else_is_named_in_the_case_is_not_told_of(counter: Counter) -> None:
    for options in ((), ("--json",)):
        said = counter.ask(SON, *options)[1]
        assert all(word not in said for word in ("吴大", FATHER, SON))


def test_the_old_number_of_fifteen_digits_finds_the_same(counter: Counter) -> None:
    assert len(json.loads(counter.ask(FATHER[:6] + FATHER[8:17], "--json")[1])) == 2
    assert len(json.loads(counter.ask(FATHER, "--json")[1])) == 2


def test_the_table_names_the_cases(counter: Counter) -> None:
    said = counter.ask(SON)[1]

    assert "2 cases name this person or enterprise." in said
    assert all(number in said for number in counter.numbers)


def test_whom_nobody_asked_about_is_told_so_and_a_wrong_number_is_refused(counter: Counter) -> None:
    assert counter.ask(STRANGER) == (0, "Nobody has asked about this person or enterprise in the time that is kept.\n")
    assert counter.ask("330725196205140016") == (2, f"{NO_NUMBER}\n")


def test_it_is_trailed_on_every_case_without_the_number(counter: Counter) -> None:
    counter.ask(SON)

    with counter.doors.database.read() as session:
        lines = session.exec(select(Trail).where(Trail.action == "who_asked")).all()
    assert sorted(line.number for line in lines) == ["", *sorted(counter.numbers)]
    assert {(line.who, line.note) for line in lines} == {("hecha who-asked", "GDPR-7")}
    assert all(SON not in f"{line.note}{line.details}" for line in lines)


def test_blocked_cases_are_told_and_deleted_ones_are_gone(counter: Counter) -> None:
    first, second = counter.numbers
    with counter.doors.database.write() as session:
        for number in counter.numbers:
            session.get_one(Case, number).closed_at = NOW
        session.flush()
        block(session, [first], NOW)
        wipe(session, [second], NOW)

    told = json.loads(counter.ask(SON, "--json")[1])
    assert [(one["number"], one["as_what"], one["purpose"]) for one in told] == [(first, "Person", "close a card")]


def test_a_blocked_case_is_opened_for_proof_with_a_reason_and_only_then(counter: Counter) -> None:
    first, second = counter.numbers
    with counter.doors.database.write() as session:
        block(session, [first], NOW)
    opened = CliRunner().invoke(app, ["blocked", first, "--reason", "court file 7"])

    assert json.loads(opened.output)["subjects"]["relative"]["id_number"] == FATHER
    assert CliRunner().invoke(app, ["blocked", second, "--reason", "x"]).exit_code == 2
    assert CliRunner().invoke(app, ["blocked", first]).exit_code == 2
    with counter.doors.database.read() as session:
        lines = session.exec(select(Trail).where(Trail.who == "hecha blocked")).all()
    assert [(line.number, line.action, line.note) for line in lines] == [(first, "look", "court file 7")]


def test_the_number_is_never_an_argument(counter: Counter) -> None:
    assert CliRunner().invoke(app, ["who-asked", SON, "--reference", "x"]).exit_code == 2


def test_numbers_are_read_as_people_type_them(counter: Counter) -> None:
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in SON)

    assert len(json.loads(counter.ask(f"  {full_width} ", "--json")[1])) == 2
    assert read_number(str(kinship()["purpose"])) is None


def test_a_passports_number_is_read_behind_its_country_and_of_another_country_is_somebody_elses(counter: Counter) -> None:
    asked = kinship()
    asked["subjects"]["person"] = {"name": "A", "document": {"kind": "passport", "country": "USA", "number": "E12345678"}}
    case = Question.model_validate({"item": "kinship", **asked})
    own, other = read_number("USA e12345678"), read_number("CAN E12345678")

    assert read_number("E12345678") is None, "others may have it, too"
    assert own
    assert other
    assert (role_of(case, own), own.is_of_another(case)) == ("person", False)
    assert (role_of(case, other), other.is_of_another(case)) == ("", True)
    assert read_number("H12345678") == read_number("H1234567802"), "the permit alone: of a passport the country would be named"
