"""A clerk fills in the fields of a record that the matter needs: as typed, row by row, and nothing else."""

from typing import Any

import pytest
from sqlmodel import select

from cases.case import Case
from cases.lifecycle import State
from tests.kinds import once
from tests.rooms.county import County
from tests.rooms.responders.test_moves import make, wrong

pytestmark = once
WANTED = {"event": "choice", "registered_on": "date", "spouse": "text"}
GIVEN: dict[str, Any] = {"outcome": "confirmed", "archive": "7-12"}


@pytest.fixture
def number(county: County) -> str:
    """A case that `clerk` has taken, had it asked for the registrations of marriage that a mortgage needs."""
    found = county.asked_into(State.AT_DESK)[0]
    about(county, found, item="marriage_record", matter="mortgage", mode="query", wanted=WANTED, details={})
    return found


def about(county: County, number: str, **asked: Any) -> None:
    with county.database.write() as session:
        session.exec(select(Case).where(Case.number == number)).one().sqlmodel_update(asked)


def test_fields_of_a_page_are_rows_and_days_are_read_as_people_type_them(county: County, number: str) -> None:
    """A row in which nothing was typed is no row; what is empty on record is given as a dash."""
    typed = {
        "records.0.event": "marriage", "records.0.registered_on": "1979年3月5日", "records.0.spouse": " 吴 燕 ",
        "records.1.event": "", "records.1.spouse": "", "records.2.event": "divorce", "records.2.registered_on": "19840701",
        "records.2.spouse": "－",
    }  # fmt: skip
    case = make(county, number, "answer", **GIVEN, **typed)

    assert case.finding is not None
    assert case.finding["records"] == [
        {"event": "marriage", "registered_on": "1979-03-05", "spouse": "吴 燕"},
        {"event": "divorce", "registered_on": "1984-07-01"},
    ]
    assert case.finding["source"] == "archive"


def test_each_mistake_is_told_of_its_own_field(county: County, number: str) -> None:
    typed = {"records.0.event": "wedding", "records.1.registered_on": "5 March", "records.1.spouse_number": "1"}

    assert wrong(county, number, "answer", **GIVEN, **typed) == [
        ("records.0.event", "wrong_value"),
        ("records.1.registered_on", "wrong_value"),
        ("records.1.spouse_number", "field_not_needed"),
        ("records.0.registered_on", "missing"),
        ("records.0.spouse", "missing"),
        ("records.1.event", "missing"),
        ("records.1.spouse", "missing"),
    ]
    assert wrong(county, number, "answer", **GIVEN, **{"records.0.spouse": "吴燕"}) == [
        ("records.0.event", "missing"),
        ("records.0.registered_on", "missing"),
    ]


def test_where_there_is_a_record_its_fields_are_given_and_elsewhere_none(county: County, number: str) -> None:
    assert wrong(county, number, "answer", **GIVEN) == [("records", "records_deny_outcome")]
    case = make(county, number, "answer", outcome="no_record", archive="7-12", **{"records.0.spouse": "吴燕"})

    assert case.finding is not None
    assert (case.outcome, case.finding.get("records")) == ("no_record", None)


def test_programs_send_rows_as_they_are(county: County, number: str) -> None:
    rows = [{"event": "marriage", "registered_on": "1979-03-05", "spouse": "吴燕"}]
    case = make(county, number, "answer", **GIVEN, records=rows)

    assert case.finding is not None
    assert case.finding["records"] == rows


def test_whoever_only_compares_is_told_of_no_record(county: County, number: str) -> None:
    about(county, number, mode="compare", details={"spouse": "吴燕"}, wanted={"spouse": "text"}, matter="close_relative_card")

    assert wrong(county, number, "answer", outcome="no_record") == [("outcome", "tells_of_records")]
    case = make(county, number, "answer", outcome="contradicted", archive="7-12", **{"facts.spouse": "differs"})
    assert case.finding is not None
    assert (case.finding["facts"], case.finding.get("records")) == ({"spouse": "differs"}, None)
