"""Applications for permissions: reading the form, and listing those that concern a reader."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, false, or_, select

from access.principal import Principal
from administrators.until_field import read_day
from cases.catalogue.catalogue import Catalogue
from cases.grants.applications import APPLIED, WAITING, Application, Wish
from cases.grants.grants import Grant
from storage.first_rows import FirstRows, first_rows
from storage.problem import N_, FieldFault
from web.form_data import FormData

AT_ONCE = 50
SHOWN = 200
LONGEST = timedelta(days=5 * 366)
NEEDED = N_("This field is needed.")
NO_MATTER = N_("Choose a matter.")
NO_ITEM = N_("Choose at least one item.")


def read_wish(
    unit: str, form_data: FormData, picked: Sequence[str], catalogue: Catalogue, today: date
) -> tuple[Wish | None, list[FieldFault]]:
    """What is applied for, or what is wrong with the form."""
    matter = form_data.get("matter", "")
    items = [code for code in picked if catalogue.allows(matter, code) and code in catalogue.items]
    faults = [] if matter in catalogue.matters else [FieldFault("matter", "unknown", NO_MATTER)]
    faults += [] if items else [FieldFault("picked", "missing", NO_ITEM)]
    texts = {"basis": form_data.get("basis", "").strip()[:500], "file_note": form_data.get("file_note", "").strip()[:100]}
    faults += [FieldFault(name, "missing", NEEDED) for name, text in texts.items() if not text]
    until, wrong = read_day(form_data, today, LONGEST)
    faults += wrong
    return (None if faults else Wish(unit, matter, items, until, texts["basis"], texts["file_note"])), faults


def listed(session: Session, principal: Principal, settled: bool) -> FirstRows[Application]:
    """The applications that concern this reader, those due soonest first; with `settled` also those that are decided."""
    concerns = or_(false(), *_concerns(principal))
    found = select(Application).where(concerns)
    found = found if settled else found.where(col(Application.state).in_(WAITING))
    order = (col(Application.due_at).is_(None), col(Application.due_at), col(Application.id).desc())
    return first_rows(session, found.order_by(*order), SHOWN)


def _concerns(principal: Principal) -> list[ColumnElement[bool]]:
    roles, unit = principal.roles, principal.unit
    if {"supervisor", "admin"} & roles:
        return [col(Application.id).is_not(None)]
    own = [col(Application.unit) == unit] if "asker" in roles else []
    checked = and_(col(Application.holder) == unit, col(Application.conditional), col(Application.state) != APPLIED.value)
    return [*own, *([checked] if "clerk" in roles else [])]


def grants_of(session: Session, unit: str) -> Sequence[Grant]:
    """What this unit was permitted, by matter and item."""
    return session.exec(select(Grant).where(Grant.unit == unit).order_by(col(Grant.matter), col(Grant.item))).all()
