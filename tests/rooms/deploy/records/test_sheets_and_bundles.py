"""Queries in sheets and bundles: a line for each row of a record, a column for each field of the list; how a bundle asks."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from cases.bundles.expanding import expand, question_for
from cases.bundles.loading import load_bundles
from cases.bundles.people import Person
from cases.case import Case
from cases.catalogue.catalogue import OURS, CatalogueProblem
from cases.question import Subject
from requesters.batches.batch_columns import batch_kind, question_in
from requesters.batches.batch_sheets import Line, results_sheet
from tests.routes import CATALOGUE

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ITEM = CATALOGUE.item("household_page")
PERSON = Subject(name="吴一", id_number="330725196205140015")
MORTGAGE = (OURS / "bundles" / "mortgage.toml").read_text(encoding="utf-8")


def case(mode: str, finding: dict[str, Any], **details: str) -> Case:
    """An answered case about a household, as it stands in the database."""
    asked: dict[str, Any] = {
        "item": ITEM.code,
        "matter": "mortgage",
        "mode": mode,
        "subjects": {"person": PERSON},
        "details": details,
    }
    asked |= {"wanted": {"address": "text", "member_name": "text"}, "reference": "B-1", "purpose": "x", "year": None}
    stands: dict[str, Any] = {
        "number": "H-1",
        "unit": "bank",
        "state": "answered",
        "source": "record",
        "answered_at": NOW,
        "amended_at": None,
    }
    return Case.model_construct(**asked, **stands, outcome=finding["outcome"], finding={"source": "record", "words": "", **finding})


def lines(one: Case, now: datetime = NOW) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(results_sheet(ITEM, [Line(2, one)], lambda _locale, text, **_: text, "en", now))).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


RECORD = {"outcome": "confirmed", "records": [{"address": "A1", "member_name": "吴一"}, {"address": "A1", "member_name": "吴二"}]}


def test_a_sheet_of_answers_has_the_fields_of_the_list_as_columns_and_a_line_for_each_row() -> None:
    head, *rows = lines(case("query", RECORD))

    assert head[-2:] == ["Registered address", "Name of the member"]
    assert [row[-2:] for row in rows] == [["A1", "吴一"], ["A1", "吴二"]]
    assert {row[1] for row in rows} == {"H-1"}


def test_what_has_expired_stands_in_no_sheet() -> None:
    rows = lines(case("query", RECORD), NOW + timedelta(days=(ITEM.valid_days or 0) + 1))[1:]

    assert [row[-2:] for row in rows] == [[None, None]]


def test_a_sheet_of_compares_says_of_each_field_how_it_compares() -> None:
    found = {"outcome": "contradicted", "facts": {"address": "agrees", "member_name": "differs"}}
    rows = lines(case("compare", found, address="A1", member_name="吴三"))[1:]

    assert [row[-2:] for row in rows] == [["match", "no match"]]


def test_the_sheet_of_questions_asks_how_and_what_is_stated() -> None:
    columns = {column.field for column in batch_kind(ITEM, CATALOGUE).columns}
    row = {"mode": "compare", "details.address": "A1", "subjects.person.name": "吴一", "matter": "mortgage"}

    assert {"mode", "details.address", "details.born"} <= columns
    assert "mode" not in {column.field for column in batch_kind(CATALOGUE.item("kinship"), CATALOGUE).columns}
    assert {name: question_in(row, ITEM)[name] for name in ("mode", "details")} == {"mode": "compare", "details": {"address": "A1"}}


QUESTION = """
[[questions]]
code = "page"
item = "household_page"
label = { zh = "户口簿", en = "Household page" }
subjects = { person = "borrower" }
"""


def bundles(folder: Path, question: str) -> Any:
    """A city's mortgage that also looks the household up."""
    (folder / "bundles").mkdir(exist_ok=True)
    text = MORTGAGE.replace('code = "mortgage"', 'code = "home"', 1).replace("[[results]]", f"{question}\n[[results]]", 1)
    (folder / "bundles" / "home.toml").write_text(text, encoding="utf-8")
    return load_bundles(CATALOGUE, [folder])


def test_a_bundle_says_how_it_asks_a_query(tmp_path: Path) -> None:
    kind = bundles(tmp_path, QUESTION + 'mode = "query"')["home"]
    people = {"borrower": [Person(name=PERSON.name, id_number=PERSON.id_number)]}
    planned = next(one for one in expand(kind, people) if one.code == "page")

    assert question_for(kind, planned, people, {"purpose": "x", "reference": "B-1"}).mode == "query"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (QUESTION, "questions.page.mode: must be one of"),
        (QUESTION.replace('"household_page"', '"marriage_record"') + 'mode = "compare"', "questions.page.mode: must be one of"),
        (QUESTION.replace('"household_page"', '"real_estate"') + 'mode = "query"', '"real_estate" gives back no fields'),
    ],
)
def test_a_bundle_that_does_not_say_so_is_refused(tmp_path: Path, question: str, told: str) -> None:
    with pytest.raises(CatalogueProblem) as caught:
        bundles(tmp_path, question)

    assert told in str(caught.value)
