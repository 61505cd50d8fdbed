"""What the roster's pages share: access check, typed values, field errors, the line on the trail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response
from pydantic import ValidationError
from sqlmodel import Session

from access.accounts import names_of
from access.authentication import Authenticated
from access.principal import Principal
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from contacts.roster import areas, roster, roster_words
from contacts.roster.changes import Change
from contacts.roster.roster import Area, Contact, ContactEntry
from storage.json import Json
from storage.problem import FieldFault, Problem, RosterProblem, faults_of
from web.context import context_of
from web.form_data import FormData, filled

KEEPERS = ("keeper", "admin")
Keeper = Annotated[Principal, Depends(Authenticated(*KEEPERS))]
Reader = Annotated[Principal, Depends(Authenticated(*KEEPERS, "supervisor"))]  # of what names nobody
FIELDS = frozenset(ContactEntry.model_fields) - {"area"}


@dataclass
class Written:
    """What a keeper typed into which form of the page, and what is wrong with it; empty when the page is just opened."""

    form_data: FormData = field(default_factory=dict)
    faults: Sequence[FieldFault] = ()
    form: str = ""

    def of(self, form: str) -> "Written":
        """The same for one of the page's forms: empty where another one was sent."""
        return self if form == self.form else Written(form=form)


def show(request: Request, principal: Principal, template: str, written: Written | None = None, **values: object) -> Response:
    """A page of the roster's; 422 where something that was typed is wrong."""
    written = written or Written()
    status = 422 if written.faults else 200
    known = {"principal": principal, "written": written, "say_roster": roster_words, "area_names": {}, "names": {}}
    return context_of(request).page(request, f"contacts/{template}.html", status=status, **{**known, **values})


def keeps(principal: Principal) -> bool:
    """Whether this person keeps the roster, and does not only read how many can be reached."""
    return bool(principal.roles & set(KEEPERS))


def changers(session: Session, changes: Iterable[Change]) -> dict[str, str]:
    """The names of those who made these changes, by user name."""
    return names_of(session, {change.who for change in changes})


def entered(form_data: FormData) -> Json:
    """The fields of a contact that were filled in."""
    return {name: value for name, value in filled(form_data).items() if name in FIELDS}


def faults_in(problem: ValidationError | RosterProblem) -> Sequence[FieldFault]:
    """What is wrong, field by field."""
    if isinstance(problem, ValidationError):
        return faults_of(problem)
    return [FieldFault(problem.field, "roster", problem.message, problem.params)]


def note(session: Session, principal: Principal, action: str, now: datetime, **details: object) -> None:
    """A line on the trail: who did or looked at what in the roster."""
    trail.write(session, [TrailLine.of_person(principal, now, action, details=details)])


def area_of(session: Session, code: str) -> Area:
    """The area in the address; raises Problem 404."""
    try:
        return areas.get(session, code)
    except RosterProblem as problem:
        raise Problem([FieldFault("area", "unknown_area", problem.message, problem.params)], 404) from None


def contact_of(session: Session, code: str, contact: int) -> Contact:
    """The person in the address; raises Problem 404, also where they do not belong to that area."""
    try:
        found = roster.get(session, contact)
        areas.get(session, code)
        if found.area != code:
            raise RosterProblem("area", "This person does not stand in the roster of this area.")
    except RosterProblem as problem:
        raise Problem([FieldFault(problem.field, "unknown", problem.message, problem.params)], 404) from None
    return found
