"""A police house with two stations in the county: their clerks, and rules that lead there."""

from collections.abc import Iterable, Sequence
from typing import Any

from access.accounts import Account
from access.principal import Principal
from access.units import Unit
from cases.case import Case
from cases.duty.standing_order import Duty
from cases.lifecycle import DELIVERED, Actor
from cases.moves import Mover, Refusal
from cases.stations.placing import DESKS
from cases.stations.rules import StationRule
from responders.desk.desk_piles import LISTS, Desk, read_desk
from tests.rooms.county import MACHINE, County

EAST, WEST = "police-east", "police-west"
EAST1, EAST2 = Mover(Actor.CLERK, "east1", EAST), Mover(Actor.CLERK, "east2", EAST)
WEST1 = Mover(Actor.CLERK, "west1", WEST)
PEOPLE = (("east1", EAST, "+8613900020011"), ("east2", EAST, "+8613900020012"), ("west1", WEST, "+8613900020013"))


def build(county: County, *rules: StationRule) -> County:
    """The county with the two stations, three clerks at them, and these rules."""
    with county.database.write() as session:
        for code, name in ((EAST, "城东派出所"), (WEST, "城西派出所")):
            session.add(Unit(code=code, name_zh=name, name_en=code, answers=True, parent="police", window_phone=""))
        session.flush()
        session.add_all(Account(username=n, name=f"{n}甲", unit=unit, roles=["clerk"], phone=phone) for n, unit, phone in PEOPLE)
        session.flush()
        session.add_all(Duty(username=n, unit=unit, place=place) for place, (n, unit, _) in enumerate(PEOPLE, 1))
        session.add_all(StationRule(**one.model_dump()) for one in rules)  # one may serve many tests
    return county


def rule(station: str, kind: str = "every", value: str = "", item: str = "") -> StationRule:
    """A rule of the police."""
    return StationRule(unit="police", item=item, kind=kind, value=value, station=station)


def who(username: str, unit: str = "police", parent: str = "", *roles: str) -> Principal:
    """Somebody of the house."""
    return Principal(username, f"{username}甲", unit, frozenset(roles or {"clerk"}), "en", parent=parent, stations=True)


CHIEF, AT_EAST, AT_WEST = who("clerk"), who("east1", EAST, "police"), who("west1", WEST, "police")


def at_east(county: County, count: int = 1) -> list[str]:
    """So many cases that the rules have led to the eastern station; there must be one that leads there."""
    numbers = county.ask(count)
    for number in numbers:
        done(county, number, "hand_over", MACHINE)
        assert county.case(number).station == EAST
    return numbers


def done(county: County, number: str, name: str, mover: Mover, **given: Any) -> Case:
    """Makes a move that must succeed."""
    result = county.move(number, name, mover, **given)
    assert isinstance(result, Case), result
    return result


def refused(county: County, number: str, name: str, mover: Mover, **given: Any) -> str:
    """Why a move was not made."""
    result = county.move(number, name, mover, **given)
    assert isinstance(result, Refusal), result
    return result.code


def passed(county: County, number: str, way: Sequence[tuple[Mover, str]]) -> Case:
    """Handed on from hand to hand: by whom, and to which station ('' back to the unit)."""
    for mover, to in way:
        done(county, number, "hand_to_station" if to else "hand_back", mover, **({"station": to} if to else {}))
    return county.case(number)


def _has_news(case: Case) -> bool:
    """Trap 19: an answered case with a message that no clerk has read lies at the desk too."""
    return case.desk_unread and case.state in DELIVERED


def lie_once(county: County, cases: Iterable[Case], *others: tuple[str, str]) -> None:
    """Each case that a desk has lies in one list of one desk, the one that the case itself names. `others`: unit and clerk."""
    desks = [(Desk("police"), "clerk"), (Desk(EAST, "police"), "east1"), (Desk(WEST, "police"), "west1")]
    desks += [(Desk(unit), clerk) for unit, clerk in others]
    with county.database.read() as session:
        lists = {desk.unit: read_desk(session, desk, name) for desk, name in desks}
    own = {unit: [case for name in LISTS if name != "stations" for case in found[name]] for unit, found in lists.items()}
    lying = [(case.number, unit) for unit, found in own.items() for case in found]
    assert sorted(lying) == sorted((one.number, one.desk) for one in cases if one.state in DESKS or _has_news(one))
    beside = {case.number for case in lists["police"]["stations"]}
    assert beside == {number for number, unit in lying if unit in (EAST, WEST)}, "the unit sees what lies at its stations"
    for case in cases:
        assert case.told_station in ("", case.station)
        assert not case.station or case.holder == "police", "another unit has none of its stations"
