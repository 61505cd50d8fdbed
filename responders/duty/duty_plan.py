"""Duty planning: forms and changes of shifts, absences with deputies, and the standing order."""

from datetime import date, timedelta
from typing import Any, Literal

from sqlmodel import Session

from cases.actions import ActionContext, Form
from cases.duty.absence import Absence
from cases.duty.rota import Rota, read_rotas
from cases.duty.standing_order import Duty, Shift
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from contacts.departures import take_back
from storage.days import TypedDay
from storage.json import Json
from storage.problem import N_, FieldFault, Problem

AHEAD = timedelta(days=366)
NOT_YOURS = N_("The leader of your unit arranges this. You may hand over your own days and take others'.")
NO_CLERK = N_("This person is no clerk of your unit.")
NO_OFFICE_DAY = N_("The offices are closed on this day.")
NOT_THEN = N_("Choose a day from today on, at most a year ahead.")
BACKWARDS = N_("The last day must not be before the first.")
OVER = N_("This time is over already.")
AWAY_THEN = N_("For these days an absence is entered already.")
DEPUTY_SELF = N_("Nobody can stand in for themselves.")
DEPUTY_AWAY = N_("This colleague is away at that time too. Choose somebody else, or nobody.")
AWAY_ON_IT = N_("This person is away on that day. Choose somebody else.")
NO_ABSENCE = N_("There is no such absence any more.")


class ShiftForm(Form):
    """Who stands first on a day; nobody named: as the standing order has it."""

    day: TypedDay
    username: str = ""


class AbsenceForm(Form):
    """Both days count. `username` is empty for oneself."""

    username: str = ""
    first_day: TypedDay
    last_day: TypedDay
    deputy: str = ""


class OrderForm(Form):
    """A change of the standing order."""

    username: str
    change: Literal["up", "down", "lead", "follow", "add", "off"]


class Planner:
    """Changes one unit's plan for one clerk; raises Problem where this clerk may not, or where it cannot be."""

    def __init__(self, acting: ActionContext) -> None:
        self.session: Session = acting.session
        self.principal, self.now = acting.principal, acting.now
        self.rulebook, self.calendar = acting.rulebook, acting.rulebook.calendar
        self.today = self.calendar.day_at(acting.now)
        self.rota = read_rotas(acting.session, [self.principal.unit], self.today, self.today + AHEAD)[self.principal.unit]

    @property
    def arranges(self) -> bool:
        """Whether this clerk plans for everybody."""
        return arranges(self.rota, self.principal.username, self.today)

    def set_shift(self, form: ShiftForm) -> None:
        """Somebody stands first on a day: the leader says who; others give their own days away or take one."""
        if not self.today <= form.day <= self.today + AHEAD:
            raise _fault("day", "not_then", NOT_THEN)
        if not self.calendar.is_working(form.day):
            raise _fault("day", "closed", NO_OFFICE_DAY)
        if form.username and form.username not in self.rota.people:
            raise _fault("username", "not_a_clerk", NO_CLERK)
        if form.username and self.rota.absence(form.username, form.day):
            raise _fault("username", "away", AWAY_ON_IT)
        if not (self.arranges or form.username == self.principal.username or self._stands_first(form.day)):
            raise _fault("username", "not_yours", NOT_YOURS)
        self._write_shift(form)
        self._note("duty_shift", {"day": form.day.isoformat(), "clerk": form.username})

    def _stands_first(self, day: date) -> bool:
        there = self.rota.there(day)
        return bool(there) and self.principal.username in (there[0].account.username, there[0].instead_of)

    def _write_shift(self, form: ShiftForm) -> None:
        unit = self.principal.unit
        old = self.session.get(Shift, (unit, form.day))
        if old:
            self.session.delete(old)
            self.session.flush()
        if form.username:
            entered: dict[str, Any] = {"entered_by": self.principal.username, "entered_at": self.now}
            self.session.add(Shift(unit=unit, day=form.day, username=form.username, **entered))

    def add_absence(self, form: AbsenceForm) -> None:
        """Somebody will be away, or is."""
        who = form.username or self.principal.username
        if who not in self.rota.people:
            raise _fault("username", "not_a_clerk", NO_CLERK)
        if who != self.principal.username and not self.arranges:
            raise _fault("username", "not_yours", NOT_YOURS)
        self._check_days(form, who)
        self._check_deputy(form, who)
        entered: dict[str, Any] = {"entered_by": self.principal.username, "entered_at": self.now}
        days: dict[str, date] = {"first_day": form.first_day, "last_day": form.last_day}
        self.session.add(Absence(username=who, unit=self.principal.unit, deputy=form.deputy, **{**entered, **days}))
        self.session.flush()
        take_back(self.session, self.now, self.rulebook, [who] if form.first_day <= self.today else ())
        self._note("duty_away", {"clerk": who, "deputy": form.deputy, **{name: day.isoformat() for name, day in days.items()}})

    def _check_days(self, form: AbsenceForm, who: str) -> None:
        if form.last_day < form.first_day:
            raise _fault("last_day", "backwards", BACKWARDS)
        if form.last_day < self.today:
            raise _fault("last_day", "over", OVER)
        if form.last_day > self.today + AHEAD:
            raise _fault("last_day", "not_then", NOT_THEN)
        if self._away(who, form):
            raise _fault("first_day", "away_then", AWAY_THEN)

    def _check_deputy(self, form: AbsenceForm, who: str) -> None:
        if form.deputy and form.deputy not in self.rota.people:
            raise _fault("deputy", "not_a_clerk", NO_CLERK)
        if form.deputy == who:
            raise _fault("deputy", "oneself", DEPUTY_SELF)
        if form.deputy and self._away(form.deputy, form):
            raise _fault("deputy", "away", DEPUTY_AWAY)

    def _away(self, who: str, form: AbsenceForm) -> bool:
        mine = (one for one in self.rota.absences if one.username == who and one.ended_at is None)
        return any(one.first_day <= form.last_day and form.first_day <= one.last_day for one in mine)

    def end_absence(self, absence: int) -> None:
        """Somebody is back, or will not go: it counts no more from now on."""
        found = self.session.get(Absence, absence)
        if found is None or found.unit != self.principal.unit or found.ended_at:
            raise Problem([FieldFault("absence", "unknown", NO_ABSENCE)], 404)
        if found.username != self.principal.username and not self.arranges:
            raise _fault("absence", "not_yours", NOT_YOURS)
        found.ended_at, found.ended_by = self.now, self.principal.username
        self._note("duty_back", {"clerk": found.username})

    def change_order(self, form: OrderForm) -> None:
        """Moves somebody in the standing order, puts them into it or takes them out, or lets them lead."""
        if not self.arranges:
            raise _fault("username", "not_yours", NOT_YOURS)
        if form.username not in self.rota.people:
            raise _fault("username", "not_a_clerk", NO_CLERK)
        CHANGES[form.change](self, form.username)
        self._note("duty_order", {"clerk": form.username, "change": form.change})

    def _move(self, username: str, by: int) -> None:
        names = [duty.username for duty in self.rota.order]
        if username not in names:
            return
        place = names.index(username)
        names.insert(min(max(0, place + by), len(names) - 1), names.pop(place))
        by_name = {duty.username: duty for duty in self.rota.order}
        for place, name in enumerate(names, 1):
            by_name[name].place = place

    def _lead(self, username: str, leads: bool) -> None:
        for duty in self.rota.order:
            if duty.username == username:
                duty.leader = leads

    def _add(self, username: str) -> None:
        if username not in {duty.username for duty in self.rota.order}:
            place = max((duty.place for duty in self.rota.order), default=0) + 1
            self.session.add(Duty(username=username, unit=self.principal.unit, place=place))

    def _off(self, username: str) -> None:
        for duty in self.rota.order:
            if duty.username == username:
                self.session.delete(duty)

    def _note(self, action: str, details: Json) -> None:
        trail.write(self.session, [TrailLine.of_person(self.principal, self.now, action, actor="clerk", details=details)])


CHANGES = {
    "up": lambda plan, who: plan._move(who, -1),
    "down": lambda plan, who: plan._move(who, 1),
    "lead": lambda plan, who: plan._lead(who, True),
    "follow": lambda plan, who: plan._lead(who, False),
    "add": lambda plan, who: plan._add(who),
    "off": lambda plan, who: plan._off(who),
}


def arranges(rota: Rota, username: str, today: date) -> bool:
    """Whether somebody plans for the whole unit: its leader does, and who stands in for them; with no leader there everybody."""
    leaders = {duty.username for duty in rota.order if duty.leader}
    there = {stand.account.username for stand in rota.there(today) if stand.leader}
    return not there or username in leaders | there


def _fault(field: str, code: str, message: str) -> Problem:
    return Problem([FieldFault(field, code, message)])
