"""/api/v1/cases and items: submit a question, read a case or a list, see what may be asked."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from access.authentication import Authenticated
from access.principal import Principal
from access.refusals import NotAllowed
from cases.bundles.bundle import Bundle
from cases.case import Case, typed_number
from cases.case_filter import Filter, page_of
from cases.catalogue.matter import Matter
from cases.grants.grants import granted
from cases.lifecycle import SETTLED
from cases.question import Question
from cases.rechecks.own_check import MATTER as CHECK_MATTER
from cases.view import case_row
from cases.views import Look
from requesters.ask.accepting import accepting_of, read_view
from requesters.ask.asking_for_oneself import AskingForOneself
from requesters.ask.stopping import count_refused
from requesters.ask.submit import Submission, read_question
from storage.json import Json
from storage.problem import N_, FieldFault, Problem
from web.context import Context, Listener, context_of
from web.hanging_up import news_for
from web.json_reply import as_json

router = APIRouter(prefix="/api/v1")
Asker = Annotated[Principal, Depends(AskingForOneself("asker", scope="ask"))]
Chooser = Annotated[Principal, Depends(Authenticated("asker", scope=("ask", "read", "batches")))]
READER = Authenticated(scope="read")
Anybody = Annotated[Principal, Depends(READER)]
LONGEST_WAIT = 60
BAD_CURSOR = N_("This cursor did not come from here.")


@router.post("/cases", status_code=201, tags=["cases"], response_model=None,
             openapi_extra={"requestBody": {"content": {"application/json": {"schema": Question.model_json_schema(
                 ref_template="#/components/schemas/{model}")}}, "required": True}})  # fmt: skip
async def ask_question(
    request: Request,
    principal: Asker,
    body: Annotated[Json, Body()],
    idempotency_key: Annotated[str, Header(max_length=128)] = "",
) -> Response:
    """Asks a question. The same Idempotency-Key with the same body gives the same case; with another body it is refused.

    What is refused because no certificate of it is needed (`not_needed`) is counted for the reform office, once for a key.
    """
    context = context_of(request)
    question = read_question(body, context.now(), context.rulebook)
    submission = Submission(question, principal.unit, principal.username, idempotency_key)
    try:
        shown = await accepting_of(request).ask(submission, principal)
    except Problem as problem:
        await run_in_threadpool(count_refused, context, submission, problem.faults)
        raise
    return as_json(shown, 201, {"Location": f"/api/v1/cases/{shown['number']}"})


@router.get("/cases/{number}", tags=["cases"], response_model=Json)
async def read_case(
    request: Request,
    number: str,
    principal: Anybody,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait for the answer")] = 0,
) -> Response:
    """One case. With `wait` the reply comes as soon as the case is answered, or after so many seconds as it stands."""
    context, number = context_of(request), typed_number(number)
    with context.watch.listener([f"settled:{number}"]) as listener:  # open before the look: nothing is missed between
        seen = await context.looks.do(Look(number, principal, context.now()))  # nothing is shown before the trail says so
        if wait and seen.state not in SETTLED:
            shown = await _settled(request, number, wait, listener)
        else:
            shown = await run_in_threadpool(_shown, context, number, principal)
    return as_json(shown)


async def _settled(request: Request, number: str, seconds: float, listener: Listener) -> Json:
    """The case once it is settled, or after so many seconds as it stands, for whoever waits as they are then.

    Raises NotSignedIn, NotAllowed or Problem: a key may have been revoked, a role lost while it waited; ClientDisconnect.
    """
    end = time.monotonic() + seconds  # a clock that is set back must not make anybody wait for hours
    while True:
        await news_for(request, listener, max(0.0, min(end - time.monotonic(), 5.0)))
        principal = await READER(request)
        over = listener.ended or time.monotonic() >= end
        shown = await run_in_threadpool(_shown, context_of(request), number, principal)
        if over or shown["state"] in SETTLED:
            return shown


def _shown(context: Context, number: str, principal: Principal) -> Json:
    with context.database.read(by_key=True) as session:
        return read_view(session, context, number, principal)[1]


@router.get("/cases", tags=["cases"])
def list_cases(
    request: Request,
    principal: Anybody,
    state: Annotated[list[str] | None, Query()] = None,
    item: str = "",
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Json:
    """What the unit asked, newest first; for a clerk what it holds, for a supervisor all. `next` is the next page's cursor."""
    context = context_of(request)
    filters = replace(_seen_by(principal), states=state or (), item=item, after=read_cursor(cursor))
    with context.database.read() as session:
        cases = page_of(session, filters, limit)
    return {"cases": [case_row(case, context.now(), principal) for case in cases], "next": cursor_after(cases, limit)}


def _seen_by(principal: Principal) -> Filter:
    """The cases that this person may see, as Principal.may_see says of one. Raises NotAllowed for who sees none."""
    if "supervisor" in principal.roles:
        return Filter()
    if not {"asker", "clerk"} & principal.roles:
        raise NotAllowed
    if "asker" in principal.roles:
        return Filter(unit=principal.unit)
    return Filter(station=principal.unit) if principal.parent else Filter(holder=principal.unit)


def cursor_after(cases: Sequence[Case | Bundle], limit: int) -> str | None:
    """The cursor of the page after these; None where they are the last."""
    return f"{cases[-1].asked_at.isoformat()}~{cases[-1].number}" if len(cases) == limit else None


def read_cursor(cursor: str) -> tuple[datetime, str] | None:
    """Where the page before ended. Raises Problem."""
    if not cursor:
        return None
    moment, _, number = cursor.replace(" ", "+").partition("~")
    try:
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            raise ValueError
        return at.astimezone(UTC), number
    except (ValueError, OverflowError):
        raise Problem([FieldFault("cursor", "wrong_form", BAD_CURSOR)]) from None


@router.get("/items", tags=["catalogue"])
def list_items(request: Request, principal: Chooser, q: str = "") -> Json:
    """The items that this unit may ask today, with the fields each needs."""
    context = context_of(request)
    pairs = granted_pairs(context, principal)
    found = context.rulebook.catalogue.search(q, principal.locale, {item for item, _ in pairs})
    return {
        "items": [
            {**item.field_schema(principal.locale), "matters": sorted(m for i, m in pairs if i == item.code)} for item in found
        ]
    }


@router.get("/matters", tags=["catalogue"])
def list_matters(request: Request, principal: Chooser) -> Json:
    """The matters for which this unit may ask something, with the items of each, and the fields of records that it gets of them."""
    context = context_of(request)
    pairs = granted_pairs(context, principal)
    matters = [context.rulebook.catalogue.matters[code] for code in sorted({matter for _, matter in pairs})]
    return {
        "matters": [
            {
                "code": m.code,
                "title": m.title.say(principal.locale),
                "items": (items := sorted(i for i, x in pairs if x == m.code)),
                **_lists(m, items),
            }
            for m in matters
        ]
    }


def _lists(matter: Matter, items: Sequence[str]) -> Json:
    """Which fields of records the matter gets, and of which it may compare values, by item."""
    lists = {"fields": matter.fields, "compares": matter.compares}
    return {name: {item: list(said[item]) for item in items if said.get(item)} for name, said in lists.items()}


def granted_pairs(context: Context, principal: Principal) -> set[tuple[str, str]]:
    """The (item, matter) pairs that this principal's unit may ask today, as far as the catalogue still has them."""
    today = context.today()
    with context.database.read() as session:
        pairs = granted(session, principal.unit, today)
    catalogue = context.rulebook.catalogue
    pairs = {(item, matter) for item, matter in pairs if matter != CHECK_MATTER}  # for that one the system itself asks
    return {(item, matter) for item, matter in pairs if item in catalogue.items and catalogue.allows(matter, item)}
