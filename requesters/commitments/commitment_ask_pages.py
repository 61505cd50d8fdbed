"""/commitments/new/{code}: the form of a commitment. What comes of it is a draft, which the person reads and signs."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from access.principal import Principal
from cases.certificates.certificate import CODE
from cases.certificates.directory import takings_of
from cases.commitments.commitment import CommitmentState
from cases.commitments.days import latest_day
from requesters.ask.asking_for_oneself import AskingForOneself
from requesters.ask.pledge_pages import pledge_first
from requesters.ask.typed_documents import typed_document
from requesters.commitments.acting import Acting, own_commitment
from requesters.commitments.commitment_form import (
    OTHER,
    WHO,
    echo_of_person,
    form_faults,
    matters_for,
    request_data,
    sentences,
    typed_of,
)
from requesters.commitments.drafting import by_commitment, draft, drop_draft, read_request
from requesters.own_cases.unread import note_view
from storage.json import Json
from storage.problem import FieldFault, Problem
from web.context import Context, context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
Asker = Annotated[Principal, Depends(AskingForOneself("asker"))]


@dataclass
class Sheet:
    """The form as it is shown: for which certificate, empty or with what was typed and what is wrong with it."""

    code: str
    form_data: FormData = field(default_factory=dict)
    faults: Sequence[FieldFault] = ()
    key: str = ""


@router.get("/commitments/new")
def go_to_form(principal: Asker, certificate: Annotated[str, Query(pattern=CODE)], matter: str = "") -> Response:
    """The form of the certificate that is named, for those who come from the directory."""
    told = f"?{urlencode({'matter': matter[:64]})}" if matter else ""
    return RedirectResponse(f"/commitments/new/{certificate}{told}", 303)


@router.get("/commitments/new/{code}")
def show_form(request: Request, code: str, principal: Asker, matter: str = "", again: str = "") -> Response:
    """The form: empty, or filled in with the unit's draft `again`, whose person it shows: the look is recorded."""
    context = context_of(request)
    if way := pledge_first(context, principal):
        return way
    form_data = _again(context, principal, again) if again else {"matter": matter[:64]}
    return _form_page(request, context, principal, Sheet(code, form_data))


def _again(context: Context, principal: Principal, number: str) -> FormData:
    with context.database.read() as session:
        one = own_commitment(session, number, principal)
        form_data = typed_of(one) if one.state == CommitmentState.DRAFTED else {}
    note_view(context, [one.number], principal, context.now())
    return {**form_data, "again": one.number}


def _form_page(request: Request, context: Context, principal: Principal, sheet: Sheet) -> Response:
    locale = context.locale(request, principal)
    with context.database.read() as session:
        certificate, terms = by_commitment(session, sheet.code)
        takings = takings_of(session, [sheet.code])[sheet.code]
    matters = matters_for(principal.unit, takings, context.rulebook.catalogue, locale)
    typed = _with_matter_in_words(sheet.form_data, [one.code for one in matters])
    if terms.paper_follows:
        typed = {"due_on": latest_day(context.rulebook.calendar, context.today(), terms.paper_days).isoformat(), **typed}
    values: dict[str, Any] = {
        "certificate": certificate, "terms": terms, "form_data": typed, "faults": sheet.faults, "role": WHO, "matters": matters,
        "other": OTHER, "key": sheet.key or secrets.token_urlsafe(12), **_shown(context, terms, typed, locale),
    }  # fmt: skip
    status = 422 if sheet.faults else 200
    return context.page(request, "requesters/commitment_form.html", status=status, principal=principal, **values)


def _with_matter_in_words(typed: FormData, codes: Sequence[str]) -> FormData:
    matter = typed.get("matter", "")
    if not matter and len(codes) == 1:
        return {**typed, "matter": codes[0]}
    return typed if matter in ("", OTHER, *codes) else {**typed, "matter": OTHER, "matter_words": matter}


def _shown(context: Context, terms: Any, typed: FormData, locale: str) -> Json:
    document = typed_document(WHO, typed)
    return {"document": document, "echo": echo_of_person(typed, context.today()), "reads": sentences(terms, typed, locale)}


@router.post("/commitments/new/{code}/check")
def check_form(request: Request, code: str, principal: Asker, form_data: FormTyped) -> Response:
    """What can be said of a form that is still being filled in: its number, and the sentences as they will stand."""
    context = context_of(request)
    with context.database.read() as session:
        _, terms = by_commitment(session, code)
    values = _shown(context, terms, form_data, context.locale(request, principal))
    return context.page(
        request, "requesters/commitment_check.html", principal=principal, role=WHO, form_data=form_data, terms=terms, **values
    )


@router.post("/commitments/new/{code}")
def prepare(request: Request, code: str, principal: Asker, form_data: FormTyped) -> Response:
    """Makes the text and goes to the page that the person reads and signs; with faults the form comes back as it was typed.

    Sent twice, it prepares one. With `again` it takes the place of that draft.
    """
    context = context_of(request)
    key, again = form_data.get("key", "")[:128], form_data.get("again", "")
    try:
        with context.database.read() as session:
            _, terms = by_commitment(session, code)
        asked = read_request(request_data(code, terms, form_data), context.today())
        with context.database.write() as session:
            acting = Acting(session, principal, context.now(), context.rulebook)
            number = draft(acting, asked, key)
            if again and again != number:
                drop_draft(acting, again)
    except Problem as problem:
        if problem.status == 404:
            raise
        # A key that was used for another request would refuse this one for ever: the form gets a new one.
        return _form_page(request, context, principal, Sheet(code, form_data, form_faults(problem.faults, form_data)))
    return RedirectResponse(f"/commitments/{number}", 303)
