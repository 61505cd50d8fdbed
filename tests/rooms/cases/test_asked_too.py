"""Asked twice: a case knows the others in which its unit asked the same near that time, and no other unit's."""

from datetime import timedelta

from cases.case_search import asked_too
from cases.lifecycle import State
from tests.rooms.county import County

WEEK = timedelta(days=7)


def twins(county: County, number: str) -> list[str]:
    with county.database.read() as session:
        return [case.number for case in asked_too(session, county.case(number), WEEK)]


def test_the_same_question_of_the_same_unit_in_that_time(county: County) -> None:
    (old,) = county.ask()
    county.later(days=8)
    (first,), (other,) = county.ask(), county.ask(unit="court")
    county.later(days=1)
    (second,) = county.ask()

    assert (twins(county, first), twins(county, second), twins(county, old), twins(county, other)) == ([second], [first], [], [])


def test_what_was_never_sent_is_none_and_three_are_enough(county: County) -> None:
    (first,) = county.ask()
    county.asked_into(State.REFUSED)
    assert twins(county, first) == []
    county.ask(5)
    assert len(twins(county, first)) == 3
