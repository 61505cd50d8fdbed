"""Outcomes that units' own systems did not take, in the browser: one's unit's, for administrators all; to be sent again."""

from collections.abc import Sequence
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from access.webhooks.webhook_calls import fault_words
from cases.notices.outcome_notice import OutcomeNotice, count_given_up, given_up, send_again
from web.context import context_of
from web.form_data import FormTyped

router = APIRouter(include_in_schema=False)
Teller = Annotated[Principal, Depends(Authenticated("asker", "admin"))]
PAGE = 50

log = structlog.get_logger()


@router.get("/notices")
def list_notices(request: Request, principal: Teller, before: Annotated[int, Query(ge=0, lt=2**62)] = 0) -> Response:
    """What was given up, newest first."""
    context, unit = context_of(request), _unit_of(principal)
    with context.database.read() as session:
        found = given_up(session, unit, before, PAGE + 1)
        values = {"count": count_given_up(session, unit), "units": all_units(session)}
    values |= {"notices": found[:PAGE], "following": _following(found), "every": not unit, "why": fault_words}
    return context.page(request, "requesters/notices.html", principal=principal, **values)


@router.post("/notices/again")
def tell_again(request: Request, principal: Teller, form_data: FormTyped) -> Response:
    """One notice, or all of them when none is named, is tried anew from the start."""
    context, unit, named = context_of(request), _unit_of(principal), form_data.get("notice", "")
    ids = [int(named)] if named.isdecimal() and len(named) < 18 else []
    with context.database.write() as session:
        count = send_again(session, context.now(), unit, ids) if ids or not named else 0
    log.info("outcome_notices_sent_again", count=count, who=principal.username)
    return RedirectResponse(f"/notices?flash={'notices_again' if count else 'no_notice'}", 303)


def _unit_of(principal: Principal) -> str:
    return "" if "admin" in principal.roles else principal.unit


def _following(found: Sequence[OutcomeNotice]) -> int:
    return (found[PAGE - 1].id or 0) if len(found) > PAGE else 0
