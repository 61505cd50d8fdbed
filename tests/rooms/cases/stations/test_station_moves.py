"""Routing and handing on within a house: the clock runs on, bounces go to the leader, nobody acts at another's desk."""

import pytest
from sqlmodel import col, select

from access.accounts import Account
from access.freezes import Frozen
from access.refusals import NotAllowed
from access.units import Unit
from cases.actions import ActionContext, MoveRefused, perform
from cases.case import Case
from cases.duty.absence import Absence
from cases.lifecycle import State
from cases.stations.homecoming import any_homeless, bring_home
from cases.view import case_view
from deploy.case_actions_api import action_for
from responders.desk.desk_case_pages import ACTIONS
from responders.desk.desk_piles import LISTS, Desk, count_desk, read_desk
from storage.office_time import office_date
from storage.problem import Problem
from tests.rooms.cases.stations.house import (
    AT_EAST,
    AT_WEST,
    CHIEF,
    EAST,
    EAST1,
    EAST2,
    WEST,
    WEST1,
    at_east,
    build,
    done,
    passed,
    refused,
    rule,
    who,
)
from tests.rooms.county import ASKER, CLERK, MACHINE, SECOND, SUPERVISOR, County, counted, never_remembered
from tests.routes import RULEBOOK

TO_EAST = rule(EAST, "prefix", "330725")


def test_a_case_comes_to_the_desk_that_the_rules_name_and_its_trail_says_which(county: County) -> None:
    build(county, TO_EAST)
    (number,) = at_east(county)
    case = county.case(number)
    assert (case.holder, case.desk, case.told_station, case.state) == ("police", EAST, EAST, State.AT_DESK)
    assert county.trail(number)[-1].details["desk"] == EAST
    county.tick()
    assert county.texts() == [("east1", "desk_new")], "the station's own duty is told, and nobody of the unit"


def test_what_no_rule_fits_stays_with_the_unit_and_a_machines_answer_names_no_station(county: County) -> None:
    build(county, rule(EAST, "prefix", "110101"))
    (number,) = county.ask()
    done(county, number, "hand_over", MACHINE)
    assert county.case(number).desk == "police"
    county.tick()
    assert county.texts() == [("clerk", "desk_new")]
    (found,) = county.ask()
    done(county, found, "find", MACHINE)
    assert county.case(found).told_station == ""


def test_routing_reads_once_for_a_whole_batch(county: County) -> None:
    build(county, TO_EAST)
    few, many = county.ask(2), county.ask(40)

    def statements(numbers: list[str]) -> int:
        with counted(county.database) as made:
            county.moves([*(_over(number) for number in numbers)])
        return len(made)

    with never_remembered():
        assert statements(few) == statements(many)
    assert {county.case(number).station for number in (*few, *many)} == {EAST}


def _over(number: str):
    from tests.rooms.county import wish

    return wish(number, "hand_over", MACHINE)


def test_handing_on_keeps_the_clock_frees_the_case_and_tells_the_new_desk(county: County) -> None:
    build(county, TO_EAST)
    (number,) = at_east(county)
    due = county.case(number).due_at
    done(county, number, "take", EAST1)
    county.later(minutes=30)
    assert refused(county, number, "hand_to_station", EAST2, station=WEST) == "taken"
    case = done(county, number, "hand_to_station", EAST1, station=WEST)
    assert (case.desk, case.taken_by, case.due_at, case.sent_back) == (WEST, "", due, 0)
    county.tick()
    assert county.texts()[-1] == ("west1", "desk_new")
    county.later(minutes=1)
    case = done(county, number, "hand_back", WEST1)
    assert (case.desk, case.due_at) == ("police", due)
    county.tick()
    assert county.texts()[-1] == ("clerk", "desk_new")
    case = done(county, number, "hand_to_station", CLERK, station=EAST)
    case = done(county, number, "take_over", CLERK)
    assert (case.desk, case.taken_by, case.due_at) == ("police", "clerk", due)
    assert [line.action for line in county.trail(number)][-4:] == ["hand_to_station", "hand_back", "hand_to_station", "take_over"]


def test_the_second_bounce_between_the_same_two_goes_to_the_units_leader(county: County) -> None:
    build(county, TO_EAST)
    (number,) = at_east(county)
    case = passed(county, number, [(EAST1, WEST), (WEST1, EAST)])
    assert (case.desk, case.bounced) == (EAST, False), "there and back is once"
    case = passed(county, number, [(EAST1, WEST)])
    assert (case.desk, case.bounced) == ("police", True)
    county.tick()
    assert county.texts()[-1] == ("leader", "desk_bounced")
    case = passed(county, number, [(CLERK, WEST)])
    assert (case.desk, case.bounced) == (WEST, False), "what the unit decides stands"


def test_a_station_that_gives_back_what_it_was_given_twice_brings_it_before_the_leader(county: County) -> None:
    build(county, TO_EAST)
    (number,) = at_east(county)
    case = passed(county, number, [(EAST1, ""), (CLERK, EAST), (EAST1, "")])
    assert (case.desk, case.bounced) == ("police", True)


def test_nobody_acts_at_another_desk_and_the_moves_that_are_offered_say_so(county: County) -> None:
    build(county, TO_EAST)
    (number,) = at_east(county)
    assert refused(county, number, "take", CLERK) == "at_station"
    assert refused(county, number, "answer", CLERK) == "at_station"
    assert refused(county, number, "hand_back", CLERK) == "at_station"
    assert _moves(county, number, CHIEF) == ["hand_to_station", "take_over"]
    assert "take_over" not in _moves(county, number, AT_EAST)
    assert {"take", "answer", "hand_to_station", "hand_back"} <= set(_moves(county, number, AT_EAST))
    with county.database.read() as session:
        acting = ActionContext(session, AT_WEST, county.now, RULEBOOK)
        with pytest.raises(Problem):
            perform(acting, number, action_for(_acting(session, county), number, "take"), {})
    passed(county, number, [(EAST1, WEST)])
    assert _moves(county, number, AT_EAST) == [], "whoever had it sees where it went, and can do nothing more"
    with county.database.read() as session, pytest.raises(MoveRefused) as late:
        perform(_acting(session, county), number, ACTIONS["take"], {})
    assert late.value.refusal.code == "not_here", "and is told so, not that there is no such case"
    (alone,) = county.ask()
    done(county, alone, "hand_over", MACHINE)
    done(county, alone, "take_over", CLERK)
    plain = who("clerk")
    assert {"hand_to_station"} == set(_moves(county, alone, plain)) & {"hand_to_station", "hand_back", "take_over"}


def _acting(session, county: County) -> ActionContext:
    return ActionContext(session, AT_EAST, county.now, RULEBOOK)


def _moves(county: County, number: str, principal) -> list[str]:
    view = case_view(county.case(number), county.trail(number), principal, county.now, RULEBOOK.catalogue)
    return list(view["open_moves"])


def test_a_unit_without_stations_is_offered_nothing_about_them(county: County) -> None:
    (number,) = county.asked_into(State.AT_DESK)
    from access.principal import Principal

    plain = Principal("clerk", "甲", "police", frozenset({"clerk"}), "en")
    assert not {"hand_to_station", "hand_back", "take_over"} & set(_moves(county, number, plain))
    assert refused(county, number, "hand_to_station", CLERK, station=EAST) == "no_station"
    assert refused(county, number, "take_over", CLERK) == "no_station"


def test_over_the_api_a_station_is_named_with_a_reason_and_must_be_the_units(county: County) -> None:
    build(county, TO_EAST)
    (number,) = at_east(county)

    def hand(principal, **said) -> Case:
        with county.database.write() as session:
            acting = ActionContext(session, principal, county.now, RULEBOOK)
            return perform(acting, number, action_for(acting, number, "hand_to_station"), said)

    for said in ({"station": WEST}, {"note": "x"}, {"station": "civil", "note": "x"}, {"station": "police", "note": "x"}):
        with pytest.raises(Problem):
            hand(AT_EAST, **said)
    with pytest.raises(MoveRefused):
        hand(AT_EAST, station=EAST, note="x")
    assert hand(AT_EAST, station=WEST, note="住在城西").station == WEST
    line = county.trail(number)[-1]
    assert (line.note, line.details["desk"], line.unit) == ("住在城西", WEST, EAST)
    asker = Problem, MoveRefused, NotAllowed
    with pytest.raises(asker):
        hand(who("asker", "bank", "", "asker"), station=EAST, note="x")


def test_what_one_desk_of_the_house_wrote_stays_inside_and_the_asker_sees_that_it_was_handed_on(county: County) -> None:
    build(county, TO_EAST)
    (number,) = at_east(county)
    with county.database.write() as session:
        acting = ActionContext(session, AT_EAST, county.now, RULEBOOK)
        perform(acting, number, action_for(acting, number, "hand_to_station"), {"station": WEST, "note": "内部说明"})
    case, lines = county.case(number), county.trail(number)
    asker = case_view(case, lines, who("asker", "bank", "", "asker"), county.now, RULEBOOK.catalogue)
    handed = next(line for line in asker["trail"] if line["action"] == "hand_to_station")
    assert (handed["note"], handed["who"], handed.get("details")) == ("", "", None)
    assert (asker["holder"], asker["station"]) == ("police", WEST)
    chief = case_view(case, lines, CHIEF, county.now, RULEBOOK.catalogue)
    handed = next(line for line in chief["trail"] if line["action"] == "hand_to_station")
    assert (handed["note"], handed["who"]) == ("内部说明", "east1"), "the unit sees all of its stations"


def test_each_open_case_lies_in_one_list_of_one_desk(county: County) -> None:
    """Traps 19 and 20."""
    build(county, TO_EAST)
    numbers = at_east(county, 5)
    done(county, numbers[0], "take_over", CLERK)
    passed(county, numbers[1], [(EAST1, WEST)])
    passed(county, numbers[2], [(EAST1, "")])
    done(county, numbers[3], "take", EAST1)
    done(county, numbers[4], "return", EAST2)
    desks = [(Desk("police"), "clerk"), (Desk(EAST, "police"), "east1"), (Desk(WEST, "police"), "west1")]
    with county.database.read() as session:
        lists = {desk.unit: read_desk(session, desk, name) for desk, name in desks}
        counts = {desk.unit: count_desk(session, desk, name) for desk, name in desks}
    for unit, found in lists.items():
        assert {name: len(found[name]) for name in LISTS} == counts[unit]
    own = [case.number for unit in lists for name in LISTS if name != "stations" for case in lists[unit][name]]
    assert sorted(own) == sorted(numbers)
    assert {case.number for case in lists["police"]["stations"]} == {numbers[1], numbers[3], numbers[4]}
    assert lists[EAST]["stations"] == []


def test_a_station_switched_off_or_frozen_gives_its_open_cases_back_whatever_they_wait_for(county: County) -> None:
    """Trap 24: nobody there must not mean that nobody can act."""
    build(county, TO_EAST)
    new, taken, asked, returned = at_east(county, 4)
    done(county, taken, "take", EAST1)
    done(county, asked, "consult", EAST1)
    done(county, returned, "return", EAST1)
    due = {number: county.case(number).due_at for number in (new, taken, asked, returned)}
    with county.database.write() as session:
        assert not any_homeless(session)
        session.get_one(Unit, EAST).answers = False
        session.flush()
        assert bring_home(session, county.now, RULEBOOK) == 4
        assert not any_homeless(session)
    states = {number: county.case(number) for number in due}
    assert [(one.desk, one.taken_by, one.state) for one in states.values()] == [
        ("police", "", State.AT_DESK),
        ("police", "", State.AT_DESK),
        ("police", "", State.WITH_CONTACT),
        ("police", "", State.RETURNED),
    ]
    assert {number: one.due_at for number, one in states.items()} == due
    assert all(one.wake_at for one in states.values())
    (later,) = county.ask()
    done(county, later, "hand_over", MACHINE)
    assert county.case(later).desk == "police", "and gets no new ones"


def test_a_frozen_station_too(county: County) -> None:
    build(county, TO_EAST)
    (number,) = at_east(county)
    with county.database.write() as session:
        session.add(Frozen(kind="unit", subject=EAST, reason="x", at=county.now, by="supervisor"))
        session.flush()
        assert bring_home(session, county.now, RULEBOOK) == 1
    assert county.case(number).desk == "police"


def test_a_station_where_nobody_is_today_sends_its_case_to_the_unit_which_is_told_at_once(county: County) -> None:
    build(county, rule(WEST, "prefix", "330725"))
    with county.database.write() as session:
        from access.accounts import Account

        session.get_one(Account, "west1").active = False
    (number,) = county.ask()
    done(county, number, "hand_over", MACHINE)
    assert county.case(number).desk == WEST
    county.tick()
    case = county.case(number)
    assert (case.desk, county.trail(number)[-1].action) == ("police", "hand_back")
    assert county.texts() == [("clerk", "desk_new")]


def test_a_station_without_a_leader_is_led_by_the_units(county: County) -> None:
    """Trap 25: a reminder on an unassigned case must reach somebody."""
    build(county, TO_EAST)
    at_east(county)
    for _ in range(4):
        county.tick()
        county.later(minutes=60)
    told = [name for name, _ in county.texts()]
    assert told[:3] == ["east1", "east2", "leader"]


def test_a_corrected_question_is_led_anew_unless_somebody_of_the_house_has_decided(county: County) -> None:
    build(county, rule(EAST, "prefix", "330725"), rule(WEST, "prefix", "330782"))
    moved, decided = at_east(county, 2)
    done(county, decided, "hand_to_station", CLERK, station=WEST)
    for number, clerk in ((moved, EAST1), (decided, WEST1)):
        done(county, number, "return", clerk)
        question = county.case(number).subjects
        people = {role: {"name": one.name, "id_number": f"330782{one.id_number[6:]}"} for role, one in question.items()}  # type: ignore[index]
        done(county, number, "correct", ASKER, question={"subjects": people} if number == moved else {})
        done(county, number, "hand_over", MACHINE)
    assert (county.case(moved).desk, county.case(decided).desk) == (WEST, WEST)


def test_after_an_answer_the_station_is_named_only_where_the_answer_is_its_own(county: County) -> None:
    """Trap 18: what every view says of who answered comes from `told_station`."""
    build(county, TO_EAST)
    by_station, by_machine, put_right = at_east(county, 3)
    done(county, by_station, "answer", EAST1)
    done(county, by_machine, "find", MACHINE)
    done(county, put_right, "answer", EAST1)
    done(county, put_right, "amend", SECOND)
    assert [county.case(one).told_station for one in (by_station, by_machine, put_right)] == [EAST, "", ""]
    done(county, by_station, "dispute", ASKER)
    assert county.case(by_station).desk == EAST, "a disputed answer comes back to whoever gave it"


def test_another_unit_starts_with_no_station(county: County) -> None:
    build(county, TO_EAST)
    (number,) = at_east(county)
    passed(county, number, [(EAST1, WEST)])
    case = done(county, number, "forward", WEST1)
    assert (case.holder, case.station, case.handings) == ("civil", "", "")


def test_a_supervisor_reassigns_among_the_clerks_of_the_desk(county: County) -> None:
    build(county, TO_EAST)
    (number,) = at_east(county)
    with county.database.write() as session:
        boss = who("supervisor", "data-office", "", "supervisor")
        acting = ActionContext(session, boss, county.now, RULEBOOK)
        with pytest.raises(Problem):
            perform(acting, number, action_for(acting, number, "reassign"), {"clerk": "clerk", "note": "x"})
        assert perform(acting, number, action_for(acting, number, "reassign"), {"clerk": "east2", "note": "x"}).taken_by == "east2"
    assert SUPERVISOR.unit == "data-office"


def test_the_case_of_a_station_is_not_an_orphan_of_the_units(county: County) -> None:
    from contacts.departures import take_back

    build(county, TO_EAST)
    (number,) = at_east(county)
    done(county, number, "take", EAST1)
    with county.database.write() as session:
        assert take_back(session, county.now, RULEBOOK) == 0
        assert session.exec(select(col(Case.taken_by)).where(Case.number == number)).one() == "east1"


def test_at_a_station_too_a_substitute_is_told_and_the_answer_says_for_whom(county: County) -> None:
    """Traps 22 and 23: the chain of deputies is followed at the station's own desk."""
    build(county, TO_EAST)
    day = office_date(county.now)
    with county.database.write() as session:
        session.add(Account(username="east3", name="east3甲", unit=EAST, roles=["clerk"], phone="+8613900020014"))
        session.flush()
        days = {"first_day": day, "last_day": day, "entered_by": "east1", "entered_at": county.now}
        for one, other in (("east1", "east2"), ("east2", "east3")):
            session.add(Absence(username=one, unit=EAST, deputy=other, **days))
    (number,) = at_east(county)
    county.tick()
    assert county.texts() == [("east3", "desk_instead")]
    with county.database.write() as session:
        acting = ActionContext(session, who("east3", EAST, "police"), county.now, RULEBOOK)
        perform(acting, number, ACTIONS["take"], {})
        perform(acting, number, ACTIONS["answer"], {"outcome": "confirmed", "source": "archive", "archive": "7-12"})
    assert county.trail(number)[-1].details["instead_of"] == "east1"
