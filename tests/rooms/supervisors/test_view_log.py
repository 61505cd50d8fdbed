"""Who looked at what: found by person, unit, case, citizen and time; the search leaves its own lines; sheets calculate nothing."""

import csv
import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from access.principal import Principal
from cases.lifecycle import State
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.problem import Problem
from supervisors.views.view_log import KINDS, find_lines, note_search, read_sought
from supervisors.views.view_sheets import as_csv, as_xlsx
from tests.rooms.county import MONDAY, County, counted
from tests.routes import FATHER, RULEBOOK, SON
from web.words.words import ACTIONS

ZONE = RULEBOOK.calendar.zone
WATCHER = Principal("supervisor", "督甲", "data-office", frozenset({"supervisor"}), "zh")
OLD_FORM = FATHER[:6] + FATHER[8:17]


def look(county: County, number: str, who: str, unit: str) -> None:
    with county.database.write() as session:
        trail.write(session, [TrailLine(county.now, "look", "person", who, unit, number)])


def found(county: County, **typed: str) -> list[tuple[str, str]]:
    with county.database.read() as session:
        sought = read_sought(session, typed, county.now, ZONE)
        return [(line.who, line.number) for line in find_lines(session, sought).lines]


def faults(county: County, **typed: str) -> list[tuple[str, str]]:
    with county.database.read() as session, pytest.raises(Problem) as caught:
        read_sought(session, typed, county.now, ZONE)
    return [(fault.field, fault.code) for fault in caught.value.faults]


@pytest.fixture
def looked(county: County) -> County:
    """Two cases: a clerk looked at one, an asker at both, some minutes apart."""
    first, second = county.asked_into(State.AT_DESK, 2)
    for number, who, unit in ((first, "clerk", "police"), (first, "asker", "bank"), (second, "asker", "bank")):
        county.later(minutes=1)
        look(county, number, who, unit)
    county.later(minutes=1)
    county.numbers = (first, second)  # type: ignore[attr-defined]
    return county


def test_by_person_unit_case_and_together(looked: County):
    first, second = looked.numbers  # type: ignore[attr-defined]

    assert found(looked) == [("asker", second), ("asker", first), ("clerk", first)]
    assert found(looked, person="clerk") == found(looked, person="CLERK") == found(looked, person="clerk甲") == [("clerk", first)]
    assert found(looked, unit="bank") == [("asker", second), ("asker", first)]
    assert found(looked, number=first.lower()) == [("asker", first), ("clerk", first)]
    assert found(looked, number=first, unit="bank") == [("asker", first)]


@pytest.mark.parametrize("typed", [FATHER, f" {FATHER[:6]} {FATHER[6:]}", OLD_FORM, SON])
def test_by_the_number_of_a_citizen_in_either_form(looked: County, typed: str):
    assert len(found(looked, subject=typed)) == 3
    assert found(looked, subject="110101199003070011") == []


def test_days_are_the_offices_and_both_ends_count(looked: County):
    monday, sunday = MONDAY.astimezone(ZONE).date(), MONDAY.astimezone(ZONE).date() - timedelta(days=1)

    assert len(found(looked, first=str(monday), last=str(monday))) == 3
    assert found(looked, first=str(sunday), last=str(sunday)) == []
    looked.later(days=8)
    assert found(looked) == []
    assert len(found(looked, first=str(sunday))) == 3


def test_kinds_of_lines(looked: County):
    actions = {"looks": {"look"}, "decisions": set(), "sign_ins": set(), "all": {"ask", "hand_over", "take", "look"}}
    for kind, names in actions.items():
        with looked.database.read() as session:
            lines = find_lines(session, read_sought(session, {"kind": kind}, looked.now, ZONE)).lines
        assert {line.action for line in lines} == names


def test_whatever_is_called_a_look_stands_among_the_looks(looked: County):
    """By its name, so that a new one is not forgotten."""
    called = {"look", "read", "search", "follow", "export", "rows", "verify", "asked", "receipt"}
    others = {"roster_verify", "list_off_asked", "check_asked", "check_not_asked"}  # nobody saw anything by these
    named = {action for action in ACTIONS if called & set(action.split("_"))} - others
    assert named <= set(KINDS["looks"]) <= ACTIONS.keys()
    with looked.database.write() as session:
        trail.write(session, [TrailLine(looked.now, "roster_export", "person", "keeper", "data", details={"people": 2})])
    assert found(looked)[0] == ("keeper", "")


def test_bad_input_names_its_field_and_holds_nothing_that_was_typed(looked: County):
    assert faults(looked, person="没有这个人") == [("person", "nobody")]
    assert faults(looked, subject=FATHER[:-1] + "0") == [("subject", "id_number_check_digit")]
    assert faults(looked, number="20260101-XXX") == [("number", "unknown_case")]
    assert faults(looked, first="2026-13-01") == [("first", "no_day")]
    assert faults(looked, first="2026-03-02", last="2026-03-01") == [("last", "backwards")]
    assert [field for field, _ in faults(looked, person="nobody", subject="91330782MA", last="x")] == ["last", "person", "subject"]
    with looked.database.read() as session, pytest.raises(Problem) as caught:
        read_sought(session, {"subject": FATHER[:-1] + "0"}, looked.now, ZONE)
    assert FATHER[:-1] not in str(caught.value)


def test_pages_follow_each_other(looked: County):
    with looked.database.read() as session:
        sought = read_sought(session, {}, looked.now, ZONE)
        whole = [line.id for line in find_lines(session, sought).lines]
        first = find_lines(session, sought, "", 2)
        second = find_lines(session, sought, first.after, 2)

    assert [*(line.id for line in first.lines), *(line.id for line in second.lines)] == whole
    assert second.after == ""
    assert first.names == {"asker": "asker甲", "clerk": "clerk甲"}


def test_searching_for_a_citizen_is_a_look_at_every_case_that_names_them(looked: County):
    with looked.database.write() as session:
        sought = read_sought(session, {"subject": FATHER}, looked.now, ZONE)
        note_search(session, WATCHER, sought, "search", 3, looked.now)
    for number in looked.numbers:  # type: ignore[attr-defined]
        line = looked.trail(number)[-1]
        assert (line.action, line.who, line.details["cases"]) == ("search", "supervisor", 2)
        assert FATHER not in str(line.model_dump())
    assert ("supervisor", looked.numbers[0]) in found(looked, subject=FATHER)  # type: ignore[attr-defined]


def test_a_search_for_nobody_in_particular_leaves_one_line(looked: County):
    with looked.database.write() as session:
        sought = read_sought(session, {"person": "clerk", "unit": "police"}, looked.now, ZONE)
        note_search(session, WATCHER, sought, "export", 1, looked.now)

    with looked.database.read() as session:
        (line,) = [one for one in find_lines(session, read_sought(session, {}, looked.now, ZONE)).lines if one.who == "supervisor"]
    looked.later(seconds=1)
    with looked.database.write() as session:
        note_search(session, WATCHER, read_sought(session, {"subject": FATHER}, looked.now, ZONE), "read_on", 1, looked.now)
    assert [looked.trail(number)[-1].action for number in looked.numbers] == ["look", "look"]  # type: ignore[attr-defined]
    assert (line.action, line.number, line.details["person"], line.details["unit"]) == ("export", "", ["clerk"], "police")


def test_a_search_costs_two_queries_for_any_number_of_lines(looked: County):
    def cost() -> int:
        with looked.database.read() as session, counted(looked.database) as statements:
            find_lines(session, read_sought(session, {}, looked.now, ZONE))
        return len(statements)

    few = cost()
    for _ in range(60):
        look(looked, looked.numbers[0], "clerk", "police")  # type: ignore[attr-defined]
    assert cost() == few == 2


def test_no_cell_of_a_sheet_calculates():
    nasty = ["=1+1", "+86139", "-2", "@SUM(A1)", "\tx", "plain", "\x00bad"]
    (_, row) = list(csv.reader(io.StringIO(as_csv([nasty[:-1]], ["h"] * 6).decode("utf-8-sig"))))
    assert row == ["'=1+1", "'+86139", "'-2", "'@SUM(A1)", "'\tx", "plain"]

    sheet = load_workbook(io.BytesIO(as_xlsx([nasty], ["h"] * 7))).active
    assert sheet is not None
    cells = next(iter(sheet.iter_rows(min_row=2)))
    assert [(cell.data_type, cell.value) for cell in cells][:2] == [("s", "=1+1"), ("s", "+86139")]
    assert cells[-1].value == "bad"
