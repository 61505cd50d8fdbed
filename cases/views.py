"""Records that somebody viewed a case, a line on the trail: `look` for a page or reply, `follow` for a page that stays open."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, and_, col, or_, select

from access.principal import Principal
from cases.actions import no_case
from cases.case import Case, CaseState, finding_states
from cases.roles import may_see
from cases.trail import trail
from cases.trail.chain_tips import locking_cases, tips_of_cases
from cases.trail.trail import Trail
from cases.trail.trail_line import TrailLine
from storage.database import Database
from storage.read_together import read_together

LATELY = timedelta(minutes=10)  # so long a look speaks for the parts of the page that was opened with it
FOLLOWED = timedelta(hours=1)  # and so long a line that somebody follows a case: its stream comes back every few minutes


class Look(NamedTuple):
    """Who looked at which case when, and at the people of which area where some stood beside it."""

    number: str
    principal: Principal
    at: datetime
    area: str = ""


def record_views(database: Database, looks: Sequence[Look]) -> list[None]:
    """Writes that these cases were looked at, in one transaction; nothing for each, once it is safe."""
    with database.write(by_key=True, quiet=True) as session:  # a look changes nothing that anybody waits for
        trail.write(session, [_line(one) for one in looks])
    return [None] * len(looks)


def _line(one: Look) -> TrailLine:
    return TrailLine.of_person(one.principal, one.at, "look", one.number, details={"area": one.area} if one.area else {})


def look_at(database: Database, looks: Sequence[Look]) -> list[CaseState | Exception]:
    """The same, and where each of these cases stands; for who may not see one the Problem that there is none, and no line."""
    numbers = {one.number for one in looks}
    with database.write(by_key=True, quiet=True) as session:
        tips, states = read_together(session, [locking_cases(session, numbers), finding_states(session, numbers)])
        found = {state.number: state for state in (CaseState(*row) for row in states)}
        seen = [state if (state := found.get(one.number)) and may_see(one.principal, state) else None for one in looks]
        lines = [_line(one) for one, state in zip(looks, seen, strict=True) if state]
        trail.write_at(session, lines, tips_of_cases(tips))
    return [state or no_case() for state in seen]


def record_view(database: Database, case: Case, principal: Principal, now: datetime, area: str = "") -> None:
    """Writes that this principal looked at this case now."""
    record_views(database, [Look(case.number, principal, now, area)])


def record_part(database: Database, case: Case, principal: Principal, now: datetime, area: str = "") -> None:
    """The same for a part of the case's page, or the page again: not where a look of the last minutes says so already.

    For the people of an area only a look that names this area does.
    """
    with database.read() as session:
        at_area = _looked_at_area(session, case, principal, now, area) if area else False
        known = at_area if area else bool(_looked(session, [case.number], principal, now))
    if not known:
        record_view(database, case, principal, now, area)


def record_look(database: Database, number: str, principal: Principal, now: datetime) -> None:
    """The same for a part of what has this number and is no case, such as a commitment."""
    with database.read() as session:
        known = bool(_looked(session, [number], principal, now))
    if not known:
        record_views(database, [Look(number, principal, now)])


def record_following(database: Database, case: Case, principal: Principal, now: datetime) -> None:
    """Writes that this principal has the case open and sees what becomes of it, once an hour."""
    record_following_all(database, [case.number], principal, now)


def record_following_all(database: Database, numbers: Collection[str], principal: Principal, now: datetime) -> None:
    """The same for a page that shows several cases. One read and at most one write."""
    with database.read() as session:
        fresh = sorted(set(numbers) - _looked(session, numbers, principal, now))
    if fresh:
        with database.write(quiet=True) as session:
            trail.write(session, [TrailLine.of_person(principal, now, "follow", number) for number in fresh])


def _looked(session: Session, numbers: Collection[str], principal: Principal, now: datetime) -> set[str]:
    look = and_(col(Trail.action) == "look", col(Trail.at) > now - LATELY)
    follow = and_(col(Trail.action) == "follow", col(Trail.at) > now - FOLLOWED)
    mine = (col(Trail.number).in_(numbers), col(Trail.who) == principal.username)
    return set(session.exec(select(Trail.number).where(*mine, or_(look, follow)).distinct()))


def _looked_at_area(session: Session, case: Case, principal: Principal, now: datetime, area: str) -> bool:
    mine = (col(Trail.number) == case.number, col(Trail.who) == principal.username, col(Trail.action) == "look")
    lately = session.exec(select(Trail).where(*mine, col(Trail.at) > now - LATELY))  # details are sealed: looked through here
    return any(line.details.get("area") == area for line in lately)
