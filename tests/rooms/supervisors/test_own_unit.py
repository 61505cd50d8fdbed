"""Who leads a unit sees its board, its month and its clerks' piles; nobody else does, and no other unit's."""

from datetime import timedelta

import pytest

from cases.lifecycle import State
from supervisors.board.board import Moment
from supervisors.board.own_unit import Pile, read_own_unit
from tests.rooms.county import CLERK, MACHINE, SECOND, County
from tests.rooms.office import Office
from tests.routes import RULEBOOK


def test_the_figures_are_the_units_own(county: County) -> None:
    held = county.asked_into(State.AT_DESK, 2)
    (theirs,) = county.asked_into(State.AT_DESK)
    county.move(theirs, "forward", CLERK)
    (loose, second) = county.ask(2)
    for number in (loose, second):
        county.move(number, "hand_over", MACHINE)
    county.move(second, "take", SECOND)
    county.asked_into(State.ANSWERED)
    county.asked_into(State.RETURNED)
    due = county.case(held[0]).due_at
    county.now = due + timedelta(minutes=1)
    with county.database.read() as session:
        found = read_own_unit(session, "police", Moment.of(county.now, RULEBOOK.calendar), RULEBOOK.calendar)

    assert (found.backlog.open, found.backlog.overdue, found.backlog.returned) == (5, 4, 1)
    assert found.piles == [Pile("clerk", 2, 2, due), Pile("second", 1, 1, due), Pile("", 1, 1, due)]
    assert (found.month.answered, found.before.answered) == (1, 0)


@pytest.mark.parametrize(("who", "status"), [("leader", 200), ("clerk", 403), ("asker", 403), ("supervisor", 403)])
def test_only_the_leader_sees_it(office: Office, who: str, status: int) -> None:
    (number,) = office.county.asked_into(State.AT_DESK)
    page = office.client(who).get("/unit", status)

    assert ('id="piles"' in page) == (status == 200)
    assert number not in page, "figures, and nobody's case"


def test_the_way_there_stands_on_the_leaders_duty_page_alone(office: Office) -> None:
    assert 'href="/unit"' in office.client("leader").get("/duty")
    assert 'href="/unit"' not in office.client("clerk").get("/duty")


def test_a_supervisor_reads_how_many_can_be_reached_and_nobodys_name(office: Office) -> None:
    page = office.client("supervisor").get("/roster")

    assert "丹溪社区" in page
    assert [one for one in ("金书记", "何主任", "/roster/areas/new", "/roster/people", 'href="/roster/3307') if one in page] == []
    assert office.client("supervisor").get("/roster/330782001001", 403)
    assert office.client("clerk").get("/roster", 403)
