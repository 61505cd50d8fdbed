"""/reform/revisions: the documents that still demand what nobody may demand: the list, one of them, a new one."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import select

from access.accounts import names_of
from access.principal import Principal
from access.units import all_units
from cases.certificates.certificate import Certificate
from cases.certificates.directory import directory
from cases.trail.differences import differences
from reform.changes import ReformAct, acts_about, note_acts
from reform.known_words import known_words
from reform.monitoring.sighting import GONE, Sighting
from reform.page_frame import Reformer, known, show
from reform.revisions.revision import ENTERED, Revision, RevisionState, enter_revision, revisions
from reform.revisions.revision_words import REVISION_FIELDS, STATE_WORDS
from storage.days import NotADay, read_day
from storage.problem import N_, FieldFault
from web.context import context_of
from web.form_data import FormData, FormTyped, whole_number

router = APIRouter(include_in_schema=False)
SHOWN = 200
LIMITS = {"title": 120, "document_number": 60, "clause": 300, "issuer": 80, "note": 300}
NO_REVISION = N_("There is no such document.")
MISSING = N_("This field is needed.")
TOO_LONG = N_("This may have at most {max_length} characters.")
NO_UNIT = N_("There is no such unit.")
NO_STATE = N_("Choose how far it is.")
NOT_GONE = N_("Choose a certificate that is cancelled or not needed: any other may be demanded.")
WHY_KEPT = N_("Say why it stays as it is.")
ELSEWHERE = N_("Somebody else changed this document in the meantime. What you typed stands below; look at it once more and save.")


@router.get("/reform/revisions")
def show_revisions(request: Request, principal: Reformer, done: bool = False) -> Response:
    """What waits, late ones on top; or what is done."""
    context = context_of(request)
    with context.database.read() as session:
        found, units, certificates = revisions(session, SHOWN, done), all_units(session), directory(session)
    values = {"found": found, "units": units, "certificates": certificates, "states": STATE_WORDS, "done": done}
    return show(request, principal, "revisions", **values, today=context.today())


@router.get("/reform/revisions/new")
def show_new(request: Request, principal: Reformer, certificate: str = "", sighting: int | None = None) -> Response:
    """An empty form; from a monitoring report with what stands there."""
    typed = {"certificate": certificate, "state": RevisionState.OPEN.value}
    if sighting is not None:
        with context_of(request).database.read() as session:
            seen = session.get(Sighting, sighting)
        if seen is not None:
            typed |= {"certificate": seen.certificate, "unit": seen.asked_by, "note": seen.why, "sighting": str(seen.id)}
    return _form(request, principal, None, typed)


@router.post("/reform/revisions/new")
def add_revision(request: Request, principal: Reformer, form_data: FormTyped) -> Response:
    """Enters a document."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        values, faults = _read(form_data, all_units(session), directory(session), None)
        if not faults:
            number = whole_number(form_data.get("sighting", ""))
            seen = session.get(Sighting, number) if number else None
            enter_revision(session, principal, now, values, seen.id if seen else None)
    if faults:
        return _form(request, principal, None, form_data, faults)
    return RedirectResponse("/reform/revisions?flash=revision_saved", 303)


@router.get("/reform/revisions/{revision_id}")
def show_revision(request: Request, principal: Reformer, revision_id: int) -> Response:
    """One document, its form and its history."""
    with context_of(request).database.read() as session:
        one = known(session.get(Revision, revision_id), "revision", NO_REVISION)
    typed = {name: str(getattr(one, name) or "") for name in ENTERED} | {"version": str(one.version)}
    return _form(request, principal, one, typed)


@router.post("/reform/revisions/{revision_id}")
def save_revision(request: Request, principal: Reformer, revision_id: int, form_data: FormTyped) -> Response:
    """Changes a document's entry; of two people the second loses nothing of what they typed."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        found = select(Revision).where(Revision.id == revision_id).with_for_update()
        one = known(session.exec(found).first(), "revision", NO_REVISION)
        values, faults = _read(form_data, all_units(session), directory(session), one)
        if form_data.get("version", "") != str(one.version):
            faults, form_data = [FieldFault("", "changed", ELSEWHERE), *faults], {**form_data, "version": str(one.version)}
        changed = differences(one.model_dump(include=set(ENTERED)), values)
        if changed and not faults:
            one.sqlmodel_update({**values, "version": one.version + 1, "changed_at": now})
            note_acts(session, principal, now, [ReformAct("revision", str(one.id), "revision_change", changed)])
    if faults:
        return _form(request, principal, one, form_data, faults)
    return RedirectResponse("/reform/revisions?flash=revision_saved", 303)


def _read(
    form_data: FormData, units: Mapping[str, Any], certificates: Mapping[str, Certificate], old: Revision | None
) -> tuple[dict[str, Any], list[FieldFault]]:
    values: dict[str, Any] = {name: form_data.get(name, "").strip() for name in ("unit", "certificate", "state", *LIMITS)}
    faults = [FieldFault(name, "missing", MISSING) for name in ("title", "unit") if not values[name]]
    faults += [
        FieldFault(name, "too_long", TOO_LONG, {"max_length": most}) for name, most in LIMITS.items() if len(values[name]) > most
    ]
    if values["unit"] and values["unit"] not in units:
        faults.append(FieldFault("unit", "unknown", NO_UNIT))
    certificate = certificates.get(values["certificate"])
    stays = old is not None and old.certificate == values["certificate"]
    if certificate is None or (certificate.certificate_class not in GONE and not stays):
        faults.append(FieldFault("certificate", "not_gone", NOT_GONE))
    if values["state"] not in set(RevisionState):
        faults.append(FieldFault("state", "not_a_choice", NO_STATE))
    if values["state"] == RevisionState.KEPT and not values["note"]:
        faults.append(FieldFault("note", "missing", WHY_KEPT))
    values["due_on"], wrong = _day(form_data.get("due_on", "").strip())
    return values, faults + wrong


def _day(text: str) -> tuple[date | None, list[FieldFault]]:
    try:
        return (read_day(text) if text else None), []
    except NotADay as wrong:
        return None, [FieldFault("due_on", "wrong_kind", wrong.message)]


def _form(
    request: Request, principal: Principal, one: Revision | None, form_data: FormData, faults: Sequence[FieldFault] = ()
) -> Response:  # fmt: skip
    context = context_of(request)
    locale = context.locale(request, principal)
    with context.database.read() as session:
        units, certificates = all_units(session), directory(session)
        changes = acts_about(session, "revision", str(one.id)) if one else []
        names = names_of(session, {act.who for act in changes})
    states = {code: context.say(locale, word) for code, word in STATE_WORDS.items()}
    states |= {code: certificate.title.say(locale) for code, certificate in certificates.items()}
    values: dict[str, Any] = {
        "one": one,
        "form_data": form_data,
        "units": units,
        "certificates": certificates,
        "changes": changes,
        "names": names,
    }
    values |= {"gone": GONE, "states": STATE_WORDS, "fields": REVISION_FIELDS}
    values |= {"known": known_words(units, context.rulebook.catalogue, locale, states)}
    return show(request, principal, "revision", **values, faults=faults)
