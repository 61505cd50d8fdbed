"""Rating an answer, by page and API. The table of ratings: cases/statistics/ratings.py."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request
from pydantic import Field
from sqlmodel import Session

from access.authentication import Authenticated
from access.principal import Principal
from access.refusals import NotAllowed
from cases.actions import Form, read_form, seen_case
from cases.case import Case
from cases.lifecycle import Actor
from cases.roles import actors_of
from cases.statistics.ratings import BEST, can_be_rated, keep_rating
from storage.json import Json
from storage.problem import N_, FieldFault, Problem
from web.context import Context, context_of
from web.form_data import FormData, filled

router = APIRouter(prefix="/api/v1", tags=["cases"])
Asker = Annotated[Principal, Depends(Authenticated("asker", scope="ask"))]
NOT_ANSWERED = N_("There is no answer yet that could be rated.")


class RatingForm(Form):
    """Both marks from 1 (poor) to 5 (very good)."""

    timeliness: int = Field(ge=1, le=BEST)
    usefulness: int = Field(ge=1, le=BEST)
    note: str = Field(default="", max_length=500)


@router.post("/cases/{number}/rating")
def rate_answer(request: Request, number: str, principal: Asker, body: Annotated[Json, Body()]) -> Json:
    """Rates the answer of one's own unit's case; rated again, the new marks stand. 409 while there is no answer."""
    rate(context_of(request), principal, number, body)
    return {"number": number.strip().upper(), **read_form(RatingForm, body).model_dump(exclude={"seen"})}


def rate(context: Context, principal: Principal, number: str, data: Json) -> None:
    """Keeps the rating. Raises Problem or NotAllowed."""
    form = read_form(RatingForm, data)
    with context.database.write() as session:
        case = _answered(session, number, principal)
        keep_rating(session, case, principal, (form.timeliness, form.usefulness), form.note, context.now())


def _answered(session: Session, number: str, principal: Principal) -> Case:
    case = seen_case(session, number, principal)
    if Actor.ASKER not in actors_of(principal, case):
        raise NotAllowed
    if not can_be_rated(case):
        raise Problem([FieldFault("", "not_answered", NOT_ANSWERED)], 409)
    return case


def rate_typed(context: Context, principal: Principal, number: str, form_data: FormData) -> list[FieldFault]:
    """Keeps what was chosen on the page; what is wrong with it, field by field. Raises Problem where there is no such case."""
    try:
        rate(context, principal, number, filled(form_data))
    except Problem as problem:
        if problem.status == 404:
            raise
        return list(problem.faults)
    return []
