"""Lists that grow with use end somewhere, and say how many more there are and where."""

import re
from typing import Any

import pytest
from sqlmodel import Session, select

from access.units import Unit
from cases.case import asked_before, question_of
from cases.lifecycle import State
from cases.question import Question
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.database import Database
from storage.first_rows import first_rows
from tests.kinds import once
from tests.rooms.county import County
from tests.rooms.office import Office
from tests.routes import FATHER, SON, kinship


@pytest.mark.parametrize(
    ("at_most", "skip", "shown", "more"), [(2, 0, ["a", "b"], 1), (2, 2, ["c"], 0), (3, 0, ["a", "b", "c"], 0), (2, 9, [], 0)]
)
def test_the_first_rows_say_how_many_more_there_are(
    database: Database, at_most: int, skip: int, shown: list[str], more: int
) -> None:
    with database.write() as session:
        session.add_all(Unit(code=code, name_zh=code, name_en=code) for code in "abc")
        session.flush()
        found = first_rows(session, select(Unit).where(Unit.code < "d").order_by(Unit.code), at_most, skip)

        assert ([unit.code for unit in found], found.more, found.total) == (shown, more, len(shown) + more)


def before(session: Session, county: County, question: Question) -> Any:
    return asked_before(session, question, "bank", county.now)


@once
def test_of_what_was_asked_lately_a_few_are_shown_and_the_others_counted(county: County) -> None:
    """Six hundred lines once pushed the form down by 16,000 px."""
    numbers = county.ask(30)
    with county.database.read() as session:
        found = before(session, county, question_of(county.case(numbers[0])))

    assert (len(found), found.more) == (5, 25)


@once
def test_the_same_pair_under_another_name_was_not_asked_before(county: County) -> None:
    county.ask()
    other = {"person": {"name": "吴一", "id_number": SON}, "relative": {"name": "别人", "id_number": FATHER}}
    question = Question.model_validate(kinship("B-9", subjects=other))
    with county.database.read() as session:
        assert before(session, county, question) == []


def test_the_pages_say_how_many_more(office: Office) -> None:
    county = office.county
    (number,) = county.asked_into(State.AT_DESK)
    numbers = county.asked_into(State.AT_DESK, 6)
    with county.database.write() as session:
        look = TrailLine(county.now, "look", "person", "clerk", "police", number)
        trail.write(session, [look] * 60)
    clerk = office.client("clerk")
    shown = clerk.get(f"/desk/{number}")

    assert len(re.findall(rf'<li><a href="/desk/({"|".join(numbers)})"', shown)) == 5
    assert "and 1 more" in shown
    assert "Looked at 61 times" in shown
    assert "11 earlier lines are not shown here" in shown


def test_a_search_that_is_cut_short_says_so(office: Office) -> None:
    office.county.ask(27)
    shown = office.client("supervisor").post("/board/find", q="B-").text

    assert "The newest 25 cases that fit" in shown
    assert "27" not in re.findall(r"(\d+) cases", shown)
