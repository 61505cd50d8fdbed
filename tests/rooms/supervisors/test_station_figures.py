"""What supervisors and leaders see of stations: rows under their unit whose lists hold as many, and a leader's own figures."""

from cases.lifecycle import State
from supervisors.board.board import Moment, read_board
from supervisors.board.case_lists import CaseListFilter, cases_behind
from supervisors.board.own_unit import Pile, read_own_station, read_own_unit
from tests.rooms.cases.stations.house import EAST, EAST1, WEST, at_east, build, done, passed, rule
from tests.rooms.county import ASKER, CLERK, MACHINE, County
from tests.rooms.office import Office
from tests.routes import RULEBOOK


def house(county: County) -> list[str]:
    """Six cases: two new at the eastern station, one taken there, one returned from it, one western, one of the unit's own."""
    build(county, rule(EAST, "prefix", "330725"))
    numbers = at_east(county, 6)
    done(county, numbers[2], "take", EAST1)
    done(county, numbers[3], "return", EAST1)
    passed(county, numbers[4], [(EAST1, WEST)])
    done(county, numbers[5], "take_over", CLERK)
    return numbers


def test_each_figure_of_a_station_has_the_list_behind_it(county: County) -> None:
    """Traps 18 and 20: counted is what lies at the station's desk, and nothing else."""
    numbers = house(county)
    moment = Moment.of(county.now, RULEBOOK.calendar)
    with county.database.read() as session:
        board = read_board(session, moment)
        listed = cases_behind(session, CaseListFilter("open", "police", station=EAST), moment).cases
    shown = {code: (one.open, one.at_desk, one.returned) for code, one in board.stations.items()}
    assert shown == {EAST: (4, 3, 1), WEST: (1, 1, 0)}
    assert {case.number for case in listed} == {*numbers[:4]}
    assert all(case.told_station == EAST for case in listed)
    (police,) = [row for row in board.units if row.code == "police"]
    assert police.backlog.open == 6, "the unit's own row has them all"
    done(county, numbers[3], "correct", ASKER)
    with county.database.read() as session:
        assert read_board(session, moment).stations[EAST].open == 3, "what is with the machine lies at no desk"


def test_a_leaders_figures_have_the_stations_in_them_and_say_which_pile_is_whose(county: County) -> None:
    numbers = house(county)
    done(county, numbers[0], "answer", EAST1)
    county.later(minutes=1)  # the latest moment is no part of a figure
    due = county.case(numbers[1]).due_at
    moment = Moment.of(county.now, RULEBOOK.calendar)
    with county.database.read() as session:
        unit = read_own_unit(session, "police", moment, RULEBOOK.calendar)
        east = read_own_station(session, EAST, moment, RULEBOOK.calendar)
    assert (unit.backlog.open, unit.stations[EAST].open, unit.stations[WEST].open) == (5, 3, 1)
    assert unit.piles == [
        Pile("clerk", 1, 0, due),
        Pile("east1", 1, 0, due, EAST),
        Pile("", 1, 0, due, EAST),
        Pile("", 1, 0, due, WEST),
    ]
    assert (east.backlog.open, east.backlog.at_desk, east.month.answered, unit.month.answered) == (3, 2, 1, 1)
    assert {pile.clerk for pile in east.piles} == {"east1", ""}


def test_a_machines_answer_is_never_a_stations(county: County) -> None:
    build(county, rule(EAST, "prefix", "330725"))
    (number,) = at_east(county)
    done(county, number, "find", MACHINE)
    county.later(minutes=1)
    with county.database.read() as session:
        east = read_own_station(session, EAST, Moment.of(county.now, RULEBOOK.calendar), RULEBOOK.calendar)
    assert (east.month.answered, county.case(number).state) == (0, State.ANSWERED)


def test_board_list_and_case_page_name_the_same_holder(office: Office) -> None:
    """Trap 18."""
    numbers = house(office.county)
    watcher = office.client("supervisor", "zh")
    name = "police（城东派出所）"
    assert name in watcher.get("/board/cases?what=open")
    assert name in watcher.get(f"/board/{numbers[0]}")
    assert name in office.client("asker", "zh").get(f"/cases/{numbers[0]}")
    assert "城东派出所" in watcher.get("/board")
    assert 'id="stations"' in office.client("leader", "zh").get("/unit")
