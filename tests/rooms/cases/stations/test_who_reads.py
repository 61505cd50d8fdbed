"""What was said on a case at a station: who reads it, and whose look takes the mark of what is new away."""

from tests.rooms.cases.stations.house import EAST, EAST1, WEST, at_east, build, done, rule
from tests.rooms.office import Office

WORDS = "补充说明原件"


def handed_on(office: Office) -> str:
    """A case that the eastern station handed to the western one, with a message of the asker since."""
    county = build(office.county, rule(EAST))
    (number,) = at_east(county)
    done(county, number, "hand_to_station", EAST1, station=WEST)
    assert office.client("asker").post(f"/cases/{number}/message", words=WORDS).status_code == 303
    assert county.case(number).desk_unread
    return number


def test_a_station_that_had_the_case_does_not_read_what_is_said_since(office: Office) -> None:
    number = handed_on(office)
    had, has = office.client("east1"), office.client("west1")

    assert WORDS not in had.get(f"/desk/{number}")
    assert had.web.get(f"/api/v1/cases/{number}/messages").json() == {"messages": []}
    assert WORDS in has.web.get(f"/api/v1/cases/{number}/messages").text


def test_only_a_look_of_the_desk_that_has_the_case_takes_its_mark_away(office: Office) -> None:
    number = handed_on(office)
    for who in ("east1", "clerk"):  # of the station that had it, and of the unit above
        desk = office.client(who)
        desk.get(f"/desk/{number}")
        desk.web.get(f"/api/v1/cases/{number}/messages")
        assert office.county.case(number).desk_unread, who
    office.client("west1").get(f"/desk/{number}")
    assert not office.county.case(number).desk_unread
