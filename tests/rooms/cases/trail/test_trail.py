"""The trail: lines are only added, read in order, and found by the broadcaster."""

from cases.lifecycle import MOVES
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from tests.rooms.county import MACHINE, MONDAY, County, counted

LINE = TrailLine(MONDAY, "look", "person", "clerk")


def test_lines_come_back_oldest_first_with_their_blanks(county: County):
    with county.database.write() as session:
        trail.write(session, [LINE._replace(number="A", note=str(n)) for n in range(5)] + [LINE._replace(number="B")])
    lines = county.trail("A")

    assert [line.note for line in lines] == list("01234")
    assert (lines[0].unit, lines[0].start, lines[0].to, lines[0].details) == ("", "", "", {})
    assert lines[0].at == MONDAY
    assert lines[0].at.tzinfo is not None
    assert len(county.trail("A", "B")) == 6


def test_lines_cost_three_statements_however_many_they_are_and_none_cost_none(county: County):
    numbers = county.ask(20)
    with county.database.write() as session, counted(county.database) as statements:
        trail.write(session, [LINE._replace(number=number) for number in numbers for _ in range(5)])
        trail.write(session, [])

    assert len(statements) == 3  # the ends of the chains, held; the lines; the new ends


def test_what_is_new_is_found_newest_first_and_at_most_so_much(county: County):
    with county.database.write() as session:
        trail.write(session, [LINE._replace(number=str(n)) for n in range(10)])
        (last, *_), *_ = trail.since(session, 0)
        trail.write(session, [LINE._replace(number="new")])

        assert [number for _, number, _ in trail.since(session, last)] == ["new"]
        assert [number for _, number, _ in trail.since(session, 0, at_most=3)] == ["new", "9", "8"]


def test_movers_are_told_by_their_moves_alone(county: County):
    (number,) = county.ask()
    county.move(number, "hand_over", MACHINE)
    with county.database.write() as session:
        trail.write(session, [LINE._replace(number=number)])

        assert trail.movers(session, [number, "none"], MOVES) == {number: [("hand_over", "machine")]}
