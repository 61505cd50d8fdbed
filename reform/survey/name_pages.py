"""/reform/survey/names: which certificate each name in the sheets means; one choice a name, for all units at once."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from access.principal import Principal
from cases.certificates.changes import Editor
from cases.certificates.directory import all_certificates, directory
from reform.page_frame import Reformer, show
from reform.survey.answer import returns
from reform.survey.joining import APART, OWN, join_names, shown
from reform.survey.names import names_in_use, proposals
from reform.survey.purposes import purposes_of
from storage.problem import FieldFault, Problem
from web.context import context_of
from web.form_data import FormData, FormTyped, whole_number

router = APIRouter(include_in_schema=False)
PAGE_SIZE = 15
OTHER = "?"  # the choice is written beside it
JOINED = "joined"


class Refused(NamedTuple):
    """Choices that cannot be taken, by the form of the name: what was chosen, what was written beside it, what is wrong."""

    choices: Mapping[str, str] = MappingProxyType({})
    others: Mapping[str, str] = MappingProxyType({})
    faults: Sequence[tuple[str, FieldFault]] = ()


NOTHING = Refused()


@router.get("/reform/survey/names")
def show_names(request: Request, principal: Reformer, which: str = "", page: Annotated[int, Query(ge=1, le=1000)] = 1) -> Response:
    """Names that mean no certificate yet, those with the most papers first; or those that mean one."""
    return _page(request, principal, which == JOINED, page)


def _page(request: Request, principal: Principal, joined: bool, page: int, refused: Refused = NOTHING) -> Response:
    with context_of(request).database.read() as session:
        certificates, known = all_certificates(session), directory(session)
        rows = names_in_use(session, joined, PAGE_SIZE, (page - 1) * PAGE_SIZE)
        purposes = purposes_of(session, {one.name.form for one in rows})
        came = bool(rows or returns(session))
    likely = {one.name.form: proposals(one.name.name, certificates) for one in rows} if not joined else {}
    places = {one.name.form: f"choice_{place}" for place, one in enumerate(rows)}
    faults = [FieldFault(places.get(form, ""), one.code, one.message, one.params) for form, one in refused.faults]
    values = {"rows": rows, "joined": joined, "page": page, "certificates": certificates, "known": known, "likely": likely}
    values |= {"OWN": OWN, "APART": APART, "OTHER": OTHER, "shown": shown, "purposes": purposes, "came": came}
    values |= {"pages": page + -(-rows.more // PAGE_SIZE), "choices": refused.choices, "others": refused.others}
    return show(request, principal, "survey_names", faults=faults, **values)


@router.post("/reform/survey/names")
def choose_names(request: Request, principal: Reformer, form_data: FormTyped) -> Response:
    """Joins the names for which something was chosen; the others go on waiting."""
    context, joined = context_of(request), form_data.get("which") == JOINED
    choices, others = (_by_form(form_data, name) for name in ("choice", "other"))
    chosen = {form: others.get(form, "") if choice == OTHER else choice for form, choice in choices.items()}
    try:
        if chosen:
            with context.database.write() as session:
                join_names(Editor(session, principal, context.now(), context.rulebook), chosen)
    except Problem as problem:
        forms = list(chosen)
        faults = [(forms[int(tail)] if (tail := one.field.rpartition("_")[2]).isdecimal() else "", one) for one in problem.faults]
        page = min(1000, whole_number(form_data.get("page", "")) or 1)
        return _page(request, principal, joined, page, Refused(choices, others, faults))
    said = "names_joined" if chosen else "nothing_chosen"
    return RedirectResponse(f"/reform/survey/names?which={JOINED if joined else ''}&flash={said}", 303)


def _by_form(form_data: FormData, name: str) -> dict[str, str]:
    places = [place for place in range(PAGE_SIZE) if form_data.get(f"{name}_{place}") and f"form_{place}" in form_data]
    return {form_data[f"form_{place}"]: form_data[f"{name}_{place}"].strip() for place in places}
