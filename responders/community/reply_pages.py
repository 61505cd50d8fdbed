"""/reply: a contact opens one question with number and code from the text, and answers once."""

import re
from datetime import datetime

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.authentication import Public
from access.units import all_units
from cases.case import Case, question_of
from cases.lifecycle import AT_DESK, WITH_CONTACT
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from contacts.alerts.alerts import Alert
from contacts.alerts.reply_matching import open_question
from contacts.phone_numbers import normalise
from contacts.roster import roster
from contacts.statements import KnownBy
from responders.community.reply_guard import reply_guard
from responders.community.reply_recording import Reply, take_reply
from storage.problem import N_, FieldFault, RosterProblem
from web.context import context_of
from web.form_data import FormData, FormTyped
from web.sign_in.sign_in_flow import client_address_of
from web.words.words import KNOWN_BY, SAID_OUTCOMES

router = APIRouter(include_in_schema=False)
Stranger = Depends(Public())
CODE = re.compile(r"[1-9][0-9]{3}")
TAIL_LENGTH = 4  # characters of the case's number that stand in the text
NO_QUESTION = N_("No question is open under this number and code. Look at the text again, or ring the window.")
TOO_OFTEN = N_("The code was wrong too often. Please ring the window named in the text.")
TAIL = N_("Give also the four characters at which the request ends, as the text says: others have tried codes for this telephone.")
OVER = N_("This question needs no answer any more. If you know something about it, ring the window named in the text. Thank you.")
LEFT = N_("You do not stand in the roster of contacts any more, so nothing is asked of you. Thank you for your help.")
CHOOSE = N_("Choose one of the three answers.")


@router.get("/reply", dependencies=[Stranger])
def show_reply(request: Request) -> Response:
    """The form for number and code."""
    return _code_page(request, {}, None)


def _code_page(request: Request, form_data: FormData, fault: FieldFault | None) -> Response:
    faults = [fault] if fault else []
    status = 422 if faults else 200
    return context_of(request).page(request, "responders/reply.html", status=status, form_data=form_data, faults=faults)


@router.post("/reply", dependencies=[Stranger])
def show_question(request: Request, form_data: FormTyped) -> Response:
    """The question behind number and code. The look is recorded."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        found = _still_asked(session, find_alert(session, form_data, client_address_of(request), now))
        _note_look(session, found, now)
    return _question_page(request, form_data, found, None)


def _still_asked(session: Session, found: Alert | FieldFault) -> Alert | FieldFault:
    """Nobody reads what a question is about once it is settled; while a clerk still looks, a slow contact may answer yet."""
    over = isinstance(found, Alert) and session.get_one(Case, found.about).state not in (AT_DESK, WITH_CONTACT)
    return FieldFault("code", "over", OVER) if over else found


def _note_look(session: Session, found: Alert | FieldFault, now: datetime) -> None:
    if isinstance(found, Alert):
        who = f"contact:{found.recipient}"
        trail.write(session, [TrailLine(now, "look", "contact", who, number=found.about)])


def _question_page(request: Request, form_data: FormData, found: Alert | FieldFault, fault: FieldFault | None) -> Response:
    if isinstance(found, FieldFault):
        return _code_page(request, form_data, found)
    context = context_of(request)
    with context.database.read() as session:
        case = session.get_one(Case, found.about)
        question, item = question_of(case), context.rulebook.catalogue.item(case.item)
        window = all_units(session).phone(case.holder, case.station)
    values = {"item": item, "question": question, "window": window, "form_data": form_data, "faults": [fault] if fault else []}
    return context.page(request, "responders/reply_question.html", status=422 if fault else 200, **values)


@router.post("/reply/answer", dependencies=[Stranger])
def take_answer(request: Request, form_data: FormTyped) -> Response:
    """Records what the contact says. The code is used up with it. The question, shown again, is a look at it too."""
    context, now = context_of(request), context_of(request).now()
    outcome = form_data.get("outcome", "")
    with context.database.write() as session:
        found = find_alert(session, form_data, client_address_of(request), now)
        if isinstance(found, Alert) and outcome in SAID_OUTCOMES:
            words = form_data.get("words", "").strip()[:2000] or context.say(found.locale, SAID_OUTCOMES[outcome])
            known_by = form_data.get("known_by", "")
            reply = Reply(outcome, words, "page", known_by if known_by in KNOWN_BY else KnownBy.NOT_SAID.value)
            take_reply(session, found, reply, now, context.rulebook)
            return RedirectResponse("/reply?flash=replied", 303)
        found = _still_asked(session, found)
        _note_look(session, found, now)
    return _question_page(request, form_data, found, FieldFault("outcome", "missing", CHOOSE))


def find_alert(session: Session, form_data: FormData, source: str, now: datetime) -> Alert | FieldFault:
    """The open question, or why it is not shown; wrong codes are counted for each telephone and for where they come from."""
    try:
        number = normalise(form_data.get("phone", ""))
    except RosterProblem as problem:
        return FieldFault("phone", "roster", problem.message, problem.params)
    guard = reply_guard(session, number, source, now)
    if guard.rests:
        return FieldFault("code", "too_often", TOO_OFTEN)
    tail = form_data.get("tail", "").strip().upper()
    if guard.wary and not tail:
        return FieldFault("tail", "wary", TAIL)
    code = form_data.get("code", "").strip()
    found = open_question(session, number, code, now) if number and CODE.fullmatch(code) else None
    found = found if found and (not guard.wary or (found.about.endswith(tail) and len(tail) == TAIL_LENGTH)) else None
    guard.note(found is not None)
    if found and roster.gone(session, [int(found.recipient)], now):
        return FieldFault("code", "left", LEFT)
    return found or FieldFault("code", "no_question", NO_QUESTION)
