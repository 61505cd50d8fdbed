"""/roster/{code}/{contact}/number: checking a number by a texted code."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from contacts.roster import number_checks
from contacts.roster.keeper_forms import Keeper, Written, contact_of, note, show
from contacts.roster.number_checks import Said
from contacts.roster.people_pages import contact_page, number_card
from storage.problem import N_, FieldFault, RosterProblem
from web.context import context_of
from web.form_data import FormTyped

router = APIRouter(include_in_schema=False)
WRONG = {
    Said.WRONG: N_("This is not the code that was sent. Have it read out once more."),
    Said.TOO_OFTEN: N_("The code was wrong too often and is void now. Send a new one."),
    Said.NOTHING_OPEN: N_("No code is open for this number. Send a new one."),
}


@router.post("/roster/{code}/{contact:int}/number")
def send_code(request: Request, code: str, contact: int, principal: Keeper) -> Response:
    """Texts a code to the contact; the page then waits for it."""
    context, now = context_of(request), context_of(request).now()
    try:
        with context.database.write() as session:
            contact_of(session, code, contact)
            number_checks.send_code(session, contact, principal.username, now)
            note(session, principal, "roster_code", now, contact=contact, area=code)
    except RosterProblem as problem:
        fault = FieldFault("code", "not_sent", problem.message, problem.params)
        return contact_page(request, principal, code, contact, Written({}, [fault], "number"))
    return RedirectResponse(f"/roster/{code}/{contact}?flash=code#number", 303)


@router.get("/roster/{code}/{contact:int}/number")
def show_number(request: Request, code: str, contact: int, principal: Keeper) -> Response:
    """What became of the text so far: a piece of the page, asked for again and again while a code is out."""
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        person = contact_of(session, code, contact)
        values = {"person": person, **number_card(session, contact, now)}
    piece = show(request, principal, "number_text", **values)
    if values["number"]["waiting"] is None:
        piece.headers["HX-Refresh"] = "true"  # the contact replied, or the code ran out: the whole page tells it
    return piece


@router.post("/roster/{code}/{contact:int}/code")
def take_code(request: Request, code: str, contact: int, principal: Keeper, form_data: FormTyped) -> Response:
    """The code as the contact read it out; a few wrong ones void it."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        contact_of(session, code, contact)
        said = number_checks.read_back(session, contact, form_data.get("code", ""), principal.username, now)
        if said == Said.PROVEN:
            note(session, principal, "roster_verify", now, contact=contact, area=code)
    if said == Said.PROVEN:
        return RedirectResponse(f"/roster/{code}/{contact}?flash=proven#number", 303)
    fault = FieldFault("code", said.value, WRONG[said])
    return contact_page(request, principal, code, contact, Written({}, [fault], "number"))
