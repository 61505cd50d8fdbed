"""The rota: which of a unit's clerks is on duty on a day, in which order, and who deputises for whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from access.accounts import Account
from access.freezes import is_free
from cases.calendar.deadlines import Calendar
from cases.duty.absence import Absence
from cases.duty.standing_order import Duty, Shift
from storage.office_time import office_date

CLERK = "clerk"


@dataclass(frozen=True, slots=True)
class Stand:
    """Somebody at a place of one day's order. `instead_of` is the user name of the colleague whose place it is, or ''."""

    account: Account
    leader: bool = False
    instead_of: str = ""


@dataclass
class Rota:
    """Everything that decides who of one unit is there. `people` are its active clerks and those in its order, by user name."""

    unit: str
    order: Sequence[Duty] = ()
    people: Mapping[str, Account] = field(default_factory=dict)
    shifts: Mapping[date, Shift] = field(default_factory=dict)
    absences: Sequence[Absence] = ()

    def absence(self, username: str, day: date) -> Absence | None:
        """Why somebody is not there on this day; None when they are."""
        return next((one for one in self.absences if one.username == username and one.covers(day)), None)

    def deputy(self, username: str, day: date) -> str:
        """Who stands in for somebody on this day: the end of the chain, where a deputy is away and has one too; '' for nobody."""
        passed, named = {username}, self._named(username, day)
        while named and named not in passed:  # two who stand in for each other are both away
            if named in self.people and self.absence(named, day) is None:
                return named
            passed.add(named)
            named = self._named(named, day)
        return ""

    def _named(self, username: str, day: date) -> str:
        absence = self.absence(username, day)
        return absence.deputy if absence else ""

    def stands_in_for(self, username: str, day: date) -> set[str]:
        """In whose places somebody stands on this day, chains of deputies followed to their end."""
        away = {one.username for one in self.absences if one.covers(day)}
        return {one for one in away if self.deputy(one, day) == username}

    def at_place_of(self, username: str, day: date) -> Stand | None:
        """Who is to be told on this day what somebody would be told: they, or who stands in for them; None for nobody."""
        return next(self._present([username], day, leader=False), None)

    def there(self, day: date) -> list[Stand]:
        """Who is there on this day: clerks in their order, the shift's first; each leader with the flag at the end."""
        shift = self.shifts.get(day)
        first = [shift.username] if shift else []
        clerks = self._present([*first, *(duty.username for duty in self.order if not duty.leader)], day, leader=False)
        leaders = self._present([duty.username for duty in self.order if duty.leader], day, leader=True)
        return [*_once(clerks), *_once(leaders)]

    def _present(self, wanted: Iterable[str], day: date, leader: bool) -> Iterator[Stand]:
        for username in wanted:
            if username in self.people and self.absence(username, day) is None:
                yield Stand(self.people[username], leader)
            elif deputy := self.deputy(username, day):
                yield Stand(self.people[deputy], leader, username)


def _once(stands: Iterable[Stand]) -> Iterable[Stand]:
    # Who stands in for a colleague takes the earlier of the two places.
    found: dict[str, Stand] = {}
    for stand in stands:
        found.setdefault(stand.account.username, stand)
    return found.values()


def read_rotas(session: Session, units: Iterable[str], first: date, last: date) -> dict[str, Rota]:
    """The rotas of these units for these days. Four queries, whatever the number of units, people and days."""
    codes = list(units)
    rotas = {code: Rota(code) for code in codes}
    orders = _orders(session, codes)
    people = _people(session, codes, {duty.username for order in orders.values() for duty in order})
    absences, shifts = _absences(session, codes, first, last), _shifts(session, codes, first, last)
    for code, rota in rotas.items():
        rota.order, rota.people = orders[code], people[code]
        rota.absences, rota.shifts = absences[code], shifts[code]
    return rotas


def _orders(session: Session, codes: Sequence[str]) -> Mapping[str, list[Duty]]:
    found: dict[str, list[Duty]] = defaultdict(list)
    order = select(Duty).where(col(Duty.unit).in_(codes)).order_by(col(Duty.place), col(Duty.username))
    for duty in session.exec(order):
        found[duty.unit].append(duty)
    return found


def _people(session: Session, codes: Sequence[str], ordered: Collection[str]) -> Mapping[str, dict[str, Account]]:
    found: dict[str, dict[str, Account]] = defaultdict(dict)
    there = (col(Account.unit).in_(codes), col(Account.active), is_free(col(Account.username), col(Account.unit)))
    accounts = select(Account).where(*there).order_by(col(Account.username))
    for account in session.exec(accounts):
        if CLERK in account.roles or account.username in ordered:
            found[account.unit][account.username] = account
    return found


def _absences(session: Session, codes: Sequence[str], first: date, last: date) -> Mapping[str, list[Absence]]:
    found: dict[str, list[Absence]] = defaultdict(list)
    within = (col(Absence.last_day) >= first, col(Absence.first_day) <= last, col(Absence.ended_at).is_(None))
    absences = select(Absence).where(col(Absence.unit).in_(codes), *within).order_by(col(Absence.first_day), col(Absence.id))
    for one in session.exec(absences):
        found[one.unit].append(one)
    return found


def _shifts(session: Session, codes: Sequence[str], first: date, last: date) -> Mapping[str, dict[date, Shift]]:
    found: dict[str, dict[date, Shift]] = defaultdict(dict)
    shifts = select(Shift).where(col(Shift.unit).in_(codes), col(Shift.day) >= first, col(Shift.day) <= last)
    for shift in session.exec(shifts):
        found[shift.unit][shift.day] = shift
    return found


def office_days(calendar: Calendar, first: date, count: int) -> list[date]:
    """The next so many working days, `first` included when it is one."""
    days: list[date] = []
    day = first
    while len(days) < count:
        if calendar.is_working(day):
            days.append(day)
        day += timedelta(days=1)
    return days


def on_duty(session: Session, units: Iterable[str], now: datetime) -> dict[str, list[Stand]]:
    """Who is there today, by unit and in order: shifts, absences and deputies looked at; leaders stand at the end with the flag."""
    today = office_date(now)
    return {code: rota.there(today) for code, rota in read_rotas(session, units, today, today).items()}
