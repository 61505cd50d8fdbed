"""The desk's lists (new, mine, colleagues', with contacts, waiting for the asker ...): which cases, and how many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, text
from sqlalchemy import case as when
from sqlmodel import Session, and_, col, or_, select

from access.principal import Principal
from cases.case import AT_STATION, HAS_UNREAD, IS_OPEN, Case
from cases.lifecycle import AT_DESK, DELIVERED, RETURNED, WITH_CONTACT
from contacts.statements import Statement

LISTS = ("new", "mine", "colleagues", "with_contact", "paused", "returned", "messages", "arbitration", "stations")
_DELIVERED = [state.value for state in sorted(DELIVERED)]
OWN = frozenset({"mine", "colleagues"})  # these two differ from clerk to clerk
AT_MOST = 100
ON_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose desk it is: a unit's, or that of a station of `parent`.

    A case stands in one list of one desk. Beside them `stations` shows a unit what lies at its stations' desks.
    """

    unit: str
    parent: str = ""

    @property
    def holds(self) -> ColumnElement[bool]:
        """The condition of the cases that its clerks see."""
        return col(Case.station) == self.unit if self.parent else col(Case.holder) == self.unit


def desk_of(principal: Principal) -> Desk:
    """The desk at which somebody works."""
    return Desk(principal.unit, principal.parent)


def read_desk(session: Session, desk: Desk, username: str, at_most: int = AT_MOST) -> dict[str, Sequence[Case]]:
    """The lists of this desk as this clerk sees them, each at most so long: a query for each."""
    which = _list_of(desk, username)
    of_unit = _of_unit(desk)
    return {
        name: session.exec(select(Case).where(of_unit, which == name).order_by(col(Case.due_at), Case.number).limit(at_most)).all()
        for name in LISTS
    }


def count_desk(session: Session, desk: Desk, username: str) -> dict[str, int]:
    """How long each list is in full."""
    which = _list_of(desk, username).label("which")
    found = session.exec(select(which, func.count()).where(_of_unit(desk)).group_by(text("which")))
    counts = {str(name): int(count) for name, count in found}
    return {name: counts.get(name, 0) for name in LISTS}


def read_pile(session: Session, desk: Desk, username: str, pile: str, page: int = 1) -> list[Case]:
    """One page of one list, and one case more where there is a further page."""
    return _page(session, page, _of_unit(desk), _list_of(desk, username) == pile)


def read_new(session: Session, desk: Desk, username: str) -> list[Case]:
    """The first of what waits for a clerk, without what this one asked: nobody answers their own question."""
    return _page(session, 1, _of_unit(desk), _list_of(desk, username) == "new", col(Case.asked_by) != username)


def _page(session: Session, page: int, *which: ColumnElement[bool]) -> list[Case]:
    found = select(Case).where(*which).order_by(col(Case.due_at), Case.number)
    return list(session.exec(found.offset((page - 1) * ON_A_PAGE).limit(ON_A_PAGE + 1)))


@dataclass(frozen=True)
class Tally:
    """How long the lists of a unit's desk are: those that everybody has, and of the cases taken how many by whom."""

    everybody: Mapping[str, int]
    taken: Mapping[str, int] = field(default_factory=dict)

    def of(self, username: str) -> dict[str, int]:
        """How long each list is for this clerk."""
        mine = self.taken.get(username, 0)
        return dict.fromkeys(LISTS, 0) | dict(self.everybody) | {"mine": mine, "colleagues": sum(self.taken.values()) - mine}


def tally(session: Session, desk: Desk) -> Tally:
    """Counts a desk for all its clerks. One query."""
    which = _list_of(desk, "").label("which")
    taken = when((which == "colleagues", col(Case.taken_by)), else_="").label("taken")
    found = session.exec(select(which, taken, func.count()).where(_of_unit(desk)).group_by(text("which"), text("taken"))).all()
    by_clerk = {str(who): int(count) for name, who, count in found if name == "colleagues"}
    return Tally({str(name): int(count) for name, _, count in found if name != "colleagues"}, by_clerk)


def stated_cases(session: Session, cases: Sequence[Case]) -> set[str]:
    """Those of these cases at the desk to which a contact has said something that no answer has used yet; their numbers."""
    here = (col(Case.number).in_([case.number for case in cases]), col(Case.state) == AT_DESK.value)
    news = or_(col(Case.answered_at).is_(None), col(Statement.said_at) > col(Case.answered_at))
    said = select(Statement.about).join(Case, col(Case.number) == col(Statement.about)).where(*here, news)
    return set(session.exec(said.distinct()).all())


def first_pile(counts: dict[str, int]) -> str:
    """The list with which the desk opens: the first with something in it."""
    return next((name for name in LISTS if counts[name]), LISTS[0])


def _of_unit(desk: Desk) -> ColumnElement[bool]:
    here = and_(IS_OPEN, col(Case.state).in_([AT_DESK.value, WITH_CONTACT.value, RETURNED.value]))
    # What was answered and has a message that nobody read is nowhere else.
    return and_(desk.holds, or_(here, and_(HAS_UNREAD, col(Case.state).in_(_DELIVERED))))


def _list_of(desk: Desk, username: str) -> ColumnElement[str]:
    at_desk = col(Case.state) == AT_DESK.value
    elsewhere = [] if desk.parent else [(AT_STATION, "stations")]
    return when(
        *elsewhere,
        (col(Case.state).in_(_DELIVERED), "messages"),
        (col(Case.arbitration), "arbitration"),
        (col(Case.paused_until).is_not(None), "paused"),
        (and_(at_desk, col(Case.taken_by) == ""), "new"),
        (and_(at_desk, col(Case.taken_by) == username), "mine"),
        (at_desk, "colleagues"),
        (col(Case.state) == WITH_CONTACT.value, "with_contact"),
        else_="returned",
    )
