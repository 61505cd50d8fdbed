"""/api/v1/contacts: the roster over the API, for keepers to write and clerks to look up; sheets with preview."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlmodel import Session, col, select

from access.authentication import Authenticated
from access.principal import Principal
from cases.actions import seen_case
from cases.lifecycle import Actor
from cases.roles import actors_of
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from cases.views import record_view
from contacts.roster import roster, roster_sheets
from contacts.roster.roster import MOST_PLACE, Area, Contact, ContactEntry
from contacts.roster.roster_imports import Planned, plan_book
from storage.days import TypedDay
from storage.json import Json
from storage.problem import N_, FieldFault, Problem, faults_of, field_path
from storage.sheets.files import read_book
from storage.sheets.limits import MOST_BYTES, BadFile
from storage.sheets.rows import RowFault
from storage.sheets.table import Book
from web.context import Context, context_of

router = APIRouter(prefix="/api/v1", tags=["roster"])
Keeper = Annotated[Principal, Depends(Authenticated("keeper", scope="roster"))]
Reader = Annotated[Principal, Depends(Authenticated("keeper", "clerk", "supervisor", scope="roster"))]
ENVELOPE = 64 * 1024  # what a form adds to the file inside it
KEPT_IN = {"active", "ref", "phone_index"}
MOST_TOLD = 1000  # faults in one answer
AND_MORE = N_("... and {count} more.")
ACCOUNT = N_("Nothing was written. Rows in the file: {rows} = {good} in order + {bad} that cannot be taken + {left_out} left out.")
NEED_CASE = N_("Name the open case for which you ask.")
NEED_AREA = N_("Name the community by its whole code.")
NOT_OPEN = N_("The roster stands beside open cases of your own unit.")
NO_CONTACT = N_("There is no such contact in the roster.")


class Changes(BaseModel):
    """The fields of a contact that change; the others stay."""

    model_config = ConfigDict(extra="forbid")

    area: str = Field(default="", max_length=32)
    name: str = Field(default="", max_length=64)
    role: str = ""
    phone: str = Field(default="", max_length=32)
    place_in_order: int = Field(default=1, ge=1, le=MOST_PLACE)
    note: str = Field(default="", max_length=500)
    left_on: TypedDay | None = None
    away_until: TypedDay | None = None


class NewContact(Changes):
    """A new contact."""

    area: str = Field(min_length=1, max_length=32)
    name: str = Field(min_length=1, max_length=64)
    role: str = "secretary"


@router.get("/contacts")
def list_contacts(
    request: Request,
    principal: Reader,
    area: str = "",
    q: str = "",
    case: Annotated[str, Query(description="For a clerk: the open case of the unit for which somebody of the area is asked")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> Json:
    """Contacts by area and order; `area` is a code, or the beginning of one; `q` is part of a name or of an area's name.

    Keepers read all of it, supervisors without telephones and notes; clerks one community's people beside an open case of their
    unit (`case`, and `area` as a whole code). Who read it stands on the trail.
    """
    context, full = context_of(request), "keeper" in principal.roles
    if not full and "supervisor" not in principal.roles:
        return _beside(context, principal, case, area.strip())
    found = select(Contact, Area).join(Area).where(col(Contact.active), col(Contact.area).startswith(area.strip(), autoescape=True))
    wanted = q.strip()
    found = found.order_by(Contact.area, col(Contact.place_in_order), col(Contact.id))
    with context.database.read() as session:
        rows = session.exec(found if wanted else found.limit(limit)).all()  # names are sealed: looked through here
        fits = [(one, area) for one, area in rows if wanted in one.name or wanted in area.name]
        shown = [_shown(contact, area, full) for contact, area in fits[:limit]]
    with context.database.write() as session:
        _note(session, context, principal, "roster_read", {"area": area.strip(), "people": len(shown)})
    return {"contacts": shown}


def _beside(context: Context, principal: Principal, number: str, area: str) -> Json:
    """The people of a community for whoever answers this case; the look at it is recorded."""
    faults = [FieldFault(name, "missing", message) for name, message, given in
              (("case", NEED_CASE, number), ("area", NEED_AREA, area)) if not given]  # fmt: skip
    if faults:
        raise Problem(faults)
    of_area = select(Contact, Area).join(Area).where(col(Contact.active), Contact.area == area)
    with context.database.read() as session:
        case = seen_case(session, number, principal)
        if not case.open or Actor.CLERK not in actors_of(principal, case):
            raise Problem([FieldFault("case", "not_open", NOT_OPEN)], 403)
        rows = session.exec(of_area.order_by(col(Contact.place_in_order), col(Contact.id))).all()
        shown = [_shown(contact, one) for contact, one in rows]
    record_view(context.database, case, principal, context.now(), area if shown else "")
    return {"contacts": shown}


@router.post("/contacts", status_code=201)
def add_contact(request: Request, response: Response, body: NewContact, principal: Keeper) -> Json:
    """Adds a contact."""
    context = context_of(request)
    with context.database.write() as session:
        contact = roster.add(session, _entry(body), principal.username, context.now())
        _note(session, context, principal, "roster_add", {"contact": contact.id})
        response.headers["Location"] = f"/api/v1/contacts/{contact.id}"
        return _shown(contact, session.get_one(Area, contact.area))


def _entry(body: NewContact) -> ContactEntry:
    try:
        return ContactEntry.model_validate(body.model_dump())
    except ValidationError as error:  # the roster is narrower than what the body may be
        raise Problem(faults_of(error)) from None


@router.patch("/contacts/{contact_id}")
def change_contact(request: Request, contact_id: int, body: Changes, principal: Keeper) -> Json:
    """Changes the fields that are given."""
    context, changes = context_of(request), body.model_dump(exclude_unset=True)
    with context.database.write() as session:
        _known(session, contact_id)
        contact = roster.change(session, contact_id, changes, principal.username, context.now())
        _note(session, context, principal, "roster_change", {"contact": contact_id, "fields": sorted(changes)})
        return _shown(contact, session.get_one(Area, contact.area))


@router.delete("/contacts/{contact_id}", status_code=204)
def remove_contact(request: Request, contact_id: int, principal: Keeper) -> None:
    """Takes a contact off the roster; what they said stays with its cases."""
    context = context_of(request)
    with context.database.write() as session:
        _known(session, contact_id)
        roster.remove(session, contact_id, principal.username, context.now())
        _note(session, context, principal, "roster_remove", {"contact": contact_id})


@router.post("/contacts/import", max_body_size=MOST_BYTES + ENVELOPE)
def import_contacts(request: Request, file: UploadFile, principal: Keeper, dry_run: bool = False, complete: bool = False) -> Json:
    """Takes a sheet of contacts, or a workbook with areas and contacts. With `dry_run` it only says what would change.

    One bad row keeps everything out; all bad rows are named by number and reason. With `complete` whoever is missing
    from the sheet is taken off the roster, in the areas that the sheet names. `row_count` = `added` + `changed` + `same` +
    `left_out`; the rows that were left out are named, and the hidden sheets that were not read.
    """
    context, book = context_of(request), _read_file(file)
    with context.database.read() if dry_run else context.database.write() as session:
        planned = plan_book(session, book, complete)
        if planned.faults:
            raise Problem(_refusal(planned))
        summary = planned.plan.summary()
        counts = {name: summary[name] for name in ("added", "changed", "removed", "same")}
        if not dry_run and planned.plan.rows:
            roster_sheets.apply(session, planned.plan, principal.username, context.now())
            _note(session, context, principal, "roster_import", counts)
    if dry_run:  # it says who stands in the roster now
        with context.database.write() as session:
            _note(session, context, principal, "roster_read", counts)
    left = [{"sheet": one.sheet, "row": one.row, "message": context.say(principal.locale, one.message)} for one in planned.left_out]
    account = {"row_count": planned.counts["rows"], "left_out": len(left), "left_out_rows": left}
    return {**summary, **account, "sheets_not_read": list(planned.not_read), "dry_run": dry_run}


def _refusal(planned: Planned) -> list[FieldFault]:
    """What is wrong, as far as one answer takes it, the rows that were left out, and what became of all rows."""
    told = [_fault(fault) for fault in planned.faults[:MOST_TOLD]]
    if more := len(planned.faults[MOST_TOLD:]):
        told.append(FieldFault("rows", "and_more", AND_MORE, {"count": more}))
    told += [replace(_fault(fault), code="left_out") for fault in planned.left_out[:MOST_TOLD]]
    if more := len(planned.left_out[MOST_TOLD:]):
        told.append(FieldFault("rows", "left_out", AND_MORE, {"count": more}))
    counts = planned.counts
    good = counts["add"] + counts["change"] + counts["same"]
    figures = {"rows": counts["rows"], "good": good, "bad": counts["bad"], "left_out": counts["left_out"]}
    return [*told, FieldFault("rows", "account", ACCOUNT, figures)]


def _read_file(file: UploadFile) -> Book:
    try:
        return read_book(file.filename or "", file.file.read(MOST_BYTES + 1))
    except BadFile as bad:
        raise Problem([FieldFault("file", "bad_file", bad.message, bad.params)]) from None


def _fault(fault: RowFault) -> FieldFault:
    return FieldFault(field_path("rows", fault.row, *filter(None, [fault.field])), "bad_row", fault.message, fault.params)


def _known(session: Session, contact_id: int) -> None:
    contact = session.get(Contact, contact_id)
    if contact is None or not contact.active:
        raise Problem([FieldFault("contact", "unknown_contact", NO_CONTACT)], 404)


def _note(session: Session, context: Context, principal: Principal, action: str, details: Json) -> None:
    trail.write(session, [TrailLine.of_person(principal, context.now(), action, details=details)])


def _shown(contact: Contact, area: Area, full: bool = True) -> Json:
    plain = contact.model_dump(exclude=KEPT_IN if full else KEPT_IN | {"phone", "note"})
    return {**plain, "area_name": area.name, "takes_sms": contact.takes_sms}
