"""What the moves within a house change: handing to a station, back to the unit, taken over by it. The clock runs on through all.

Between the same two desks a case goes there and back once. Whoever then passes it on again sends it to the unit instead, whose
leader is told at once: as the second forward of a case goes to the supervisor.
"""

from collections.abc import Callable
from typing import Any

from cases.case import Case
from cases.lifecycle import AT_DESK, CLERK, TABLE, WITH_CONTACT
from cases.move_context import Changes, MoveContext, NotNow, Wished, to_desk, wake
from cases.stations.placing import BOUNCED, PASSED, SETTLED, Handing, times_between, with_handing

THERE_AND_BACK = 2
CLAIM_OFFICE_MINUTES = 45  # as in cases/effects.py: a clerk who took a case and went silent loses it after this
AT_OWN_DESK = frozenset({"hand_to_station", "take_over"})  # what the holder's clerks do with a case that is at a station
AT_STATION = frozenset({"hand_back"})  # what only a station's clerks do with it
DESK_MOVES = frozenset(rule.move for rule in TABLE if CLERK in rule.actors and {AT_DESK, WITH_CONTACT} & set(rule.start))


def only_at_own_desk(case: Case, move: Wished, name: str) -> None:
    """Raises NotNow for a clerk whose desk has not got the case: the holder's while a station has it, a station's afterwards."""
    mover = move.mover
    if mover.actor != CLERK or not case.open or name not in DESK_MOVES:
        return
    if case.station and mover.unit == case.holder and name not in AT_OWN_DESK:
        raise NotNow("at_station", "This case is at a station: take it over first.")


def of_house(moves: list[str], case: Case, unit: str, stations: bool) -> list[str]:
    """Those of these moves that a clerk of this unit can make; `stations`: whether the unit has stations or is one."""
    if not case.open:
        return moves
    if unit not in (case.desk, case.holder):
        return [move for move in moves if move not in DESK_MOVES]
    if unit == case.station:
        return [move for move in moves if move != "take_over"]
    if case.station:
        return [move for move in moves if move in AT_OWN_DESK or move not in DESK_MOVES]
    own = {"hand_to_station"} if stations else set[str]()
    return [move for move in moves if move in own or move not in AT_OWN_DESK | AT_STATION]


def reaching(case: Case, context: MoveContext) -> Changes:
    """What changes about the desk when a case comes to one from the machine, or from its asker after an answer."""
    return {"station": context.router.station_for(case)}


def of_who_says(case: Case, move: Wished, name: str) -> Changes:
    """What changes about the desk when the holder's own clerk puts a station's answer right: it is the holder's then."""
    own = move.mover.actor == CLERK and move.mover.unit == case.holder and name in ("amend", "withdraw_answer")
    return {"station": ""} if own and case.station else {}


def _hand_to_station(case: Case, move: Wished, context: MoveContext) -> Changes:
    station = str(move.given["station"])
    if move.mover.unit == case.desk:
        _only_taker(case, move)  # the holder takes from its station's clerk, too
    if not context.router.stations.belongs(station, case.holder):
        raise NotNow("no_station", "There is no such station here, or it has no cases now.")
    if station == case.station:
        raise NotNow("same_station", "The case is with this station already.")
    return _handed(case, case.desk, station, context)


def _hand_back(case: Case, move: Wished, context: MoveContext) -> Changes:
    if not case.station:
        raise NotNow("no_station", "This case is at no station.")
    if move.mover.actor == CLERK:
        _only_taker(case, move)
        return _handed(case, case.station, "", context)
    home: Changes = {"station": "", "handings": with_handing(case.handings, Handing(case.station, SETTLED, case.holder))}
    if case.state == AT_DESK:
        return {**to_desk(context), **home}
    return {**home, "taken_by": "", "taken_at": None}  # the contacts are asked on, and the asker reminded, as before


def _handed(case: Case, source: str, station: str, context: MoveContext) -> Changes:
    to = station or case.holder
    bounce = times_between(case.handings, source, to) >= THERE_AND_BACK and source != case.holder
    handing = Handing(source, BOUNCED, case.holder) if bounce else Handing(source, PASSED, to)
    return {**to_desk(context), "station": "" if bounce else station, "handings": with_handing(case.handings, handing)}


def _take_over(case: Case, move: Wished, context: MoveContext) -> Changes:
    if not case.station:
        raise NotNow("no_station", "This case is at no station.")
    handings = with_handing(case.handings, Handing(case.station, SETTLED, case.holder))
    claim = wake(context.office(CLAIM_OFFICE_MINUTES), "claim")
    taken = {"state": AT_DESK.value, "taken_by": move.mover.who, "taken_at": context.now}
    return {"station": "", "handings": handings, **taken, **claim}


def _only_taker(case: Case, move: Wished) -> None:
    if case.taken_by and case.taken_by != move.mover.who:
        raise NotNow("taken", "{clerk} has taken this case.", clerk=case.taken_by)


STATION_EFFECTS: dict[str, Callable[[Case, Any, MoveContext], Changes]] = {
    "hand_to_station": _hand_to_station,
    "hand_back": _hand_back,
    "take_over": _take_over,
}
