"""Substitution: what is answered in somebody's place says so, to its unit with the name and to others without."""

from datetime import date, timedelta

import pytest

from access.principal import Principal
from cases.duty.absence import Absence
from cases.lifecycle import Actor
from cases.moves import Mover
from cases.view import case_view
from contacts.departures import take_back
from tests.rooms.county import MACHINE, SUPERVISOR, County
from tests.rooms.office import Office
from tests.rooms.responders.test_moves import clerk, make
from tests.routes import RULEBOOK

ANSWER = {"outcome": "confirmed", "archive": "7-12"}


def away(county: County, username: str, deputy: str, last: int = 6) -> None:
    """Somebody is away from today on."""
    days = {"first_day": date(2026, 3, 2), "last_day": date(2026, 3, last), "entered_at": county.now}
    with county.database.write() as session:
        session.add(Absence(username=username, unit="police", deputy=deputy, entered_by=username, **days))


def at_desk(county: County) -> str:
    """A case nobody has taken, of which the first on duty was told."""
    (number,) = county.ask()
    county.move(number, "hand_over", MACHINE)
    county.tick()
    return number


def places(county: County, number: str) -> list[tuple[str, str]]:
    """Each move of the clerks and in whose place it was made."""
    lines = [line for line in county.trail(number) if line.action in ("take", "answer")]
    return [(line.action, str(line.details.get("instead_of", ""))) for line in lines]


def test_trap_22_and_23_an_answer_at_the_end_of_a_chain_says_for_whom_it_was(county: County):
    """Traps 22 and 23: A is away and named B, B is away and named C: C answers for A, taken before or not."""
    away(county, "clerk", "second")
    away(county, "second", "leader")
    taken, at_once = at_desk(county), at_desk(county)
    make(county, taken, "take", clerk("leader"))
    make(county, taken, "answer", clerk("leader"), **ANSWER)
    make(county, at_once, "answer", clerk("leader"), **ANSWER)

    assert places(county, taken) == [("take", "clerk"), ("answer", "clerk")]
    assert places(county, at_once) == [("answer", "clerk")]


def test_what_waits_for_nobody_away_is_ones_own_work(county: County):
    plain = at_desk(county)
    make(county, plain, "answer", clerk("second"), **ANSWER)
    away(county, "leader", "second")
    other = at_desk(county)
    make(county, other, "take", clerk("second"))
    make(county, other, "answer", clerk("second"), **ANSWER)

    assert places(county, plain) == [("answer", "")]
    assert places(county, other) == [("take", ""), ("answer", "")], "the leader was not told yet: it waited for the clerk"


def test_what_was_taken_for_somebody_stays_so_when_they_are_back(county: County):
    away(county, "clerk", "second", last=2)
    number = at_desk(county)
    make(county, number, "take", clerk("second"))
    county.later(days=1)
    make(county, number, "answer", clerk("second"), **ANSWER)

    assert places(county, number) == [("take", "clerk"), ("answer", "clerk")]


def test_what_was_taken_from_somebody_away_waits_in_their_place(county: County):
    """The clerk who left stood third in the order: the ladder told somebody else, and it is the substitute's all the same."""
    number = at_desk(county)
    county.move(number, "take", Mover(Actor.CLERK, "leader", "police"))
    county.later(minutes=1)
    away(county, "leader", "second")
    with county.database.write() as session:
        assert take_back(session, county.now, RULEBOOK) == 1
    make(county, number, "answer", clerk("second"), **ANSWER)

    assert places(county, number)[-1] == ("answer", "leader")


def test_what_was_given_to_a_clerk_is_their_own(county: County):
    away(county, "clerk", "second")
    number = at_desk(county)
    county.move(number, "reassign", SUPERVISOR, clerk="second")
    make(county, number, "answer", clerk("second"), **ANSWER)

    assert places(county, number) == [("answer", "")]


@pytest.mark.parametrize(
    ("locale", "own", "others"), [("en", "standing in for clerk甲", "by a substitute"), ("zh", "代clerk甲办理", "代办")]
)
def test_the_desk_reads_for_whom_and_the_asker_that_it_was_a_substitute(office: Office, locale: str, own: str, others: str):
    county = office.county
    away(county, "clerk", "second")
    number = at_desk(county)
    county.later(seconds=1)
    desk = office.client("second", locale)
    assert desk.post("/desk/next").headers["location"].startswith(f"/desk/{number}")
    desk.post(f"/desk/{number}/answer", **ANSWER, seen=str(county.case(number).version))
    assert county.case(number).state == "answered"

    page, asked = desk.get(f"/desk/{number}"), office.client("asker", locale).get(f"/cases/{number}")
    assert page.count(own) == 3, "who answered, and on the trail the taking and the answer"
    assert asked.count(f">{others}<") == 2
    assert [name for name in ("clerk甲", "second甲") if name in asked] == []
    assert own in office.client("supervisor", locale).get(f"/board/{number}")


def test_programs_of_the_asker_read_no_name(county: County):
    away(county, "clerk", "second")
    number = at_desk(county)
    make(county, number, "answer", clerk("second"), **ANSWER)
    asker = Principal("asker", "甲", "bank", frozenset({"asker"}), "en")
    view = case_view(county.case(number), county.trail(number), asker, county.now + timedelta(hours=1), RULEBOOK.catalogue)
    (line,) = [line for line in view["trail"] if line["action"] == "answer"]

    assert (line["by_substitute"], line["who"], "details" in line) == (True, "", False)
