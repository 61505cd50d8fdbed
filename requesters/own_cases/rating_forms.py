"""Marks: how an asker rates an answer. What is kept of them stands in cases/ratings.py."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Body, Depends, Request
from pydantic import Field
from sqlmodel import Session

from access.authentication import Door
from access.principal import Visitor
from access.refusals import NotAllowed
from cases.actions import Form, read_form, seen_case
from cases.case import Case
from cases.lifecycle import Actor
from cases.ratings import BEST, can_be_rated, keep_rating
from cases.roles import actors_of
from storage.problem import N_, FieldFault, Problem
from web.context import House, house_of
from web.form_data import Typed, filled

router = APIRouter(prefix="/api/v1", tags=["cases"])
Asker = Annotated[Visitor, Depends(Door("asker", scope="ask"))]
NOT_ANSWERED = N_("There is no answer yet that could be rated.")


class RatingForm(Form):
    """Both marks from 1 (poor) to 5 (very good)."""

    timeliness: int = Field(ge=1, le=BEST)
    usefulness: int = Field(ge=1, le=BEST)
    note: str = Field(default="", max_length=500)


@router.post("/cases/{number}/rating")
def rate_answer(request: Request, number: str, visitor: Asker, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
    """Rates the answer of one's own unit's case; rated again, the new marks stand. 409 while there is no answer."""
    rate(house_of(request), visitor, number, body)
    return {"number": number.strip().upper(), **read_form(RatingForm, body).model_dump(exclude={"seen"})}


def rate(house: House, visitor: Visitor, number: str, data: dict[str, Any]) -> None:
    """Keeps the rating. Raises Problem or NotAllowed."""
    form = cast(RatingForm, read_form(RatingForm, data))
    with house.database.write() as session:
        case = _answered(session, number, visitor)
        keep_rating(session, case, visitor, (form.timeliness, form.usefulness), form.note, house.now())


def _answered(session: Session, number: str, visitor: Visitor) -> Case:
    case = seen_case(session, number, visitor)
    if Actor.ASKER not in actors_of(visitor, case):
        raise NotAllowed
    if not can_be_rated(case):
        raise Problem([FieldFault("", "not_answered", NOT_ANSWERED)], 409)
    return case


def rate_typed(house: House, visitor: Visitor, number: str, typed: Typed) -> list[FieldFault]:
    """Keeps what was chosen on the page; what is wrong with it, field by field. Raises Problem where there is no such case."""
    try:
        rate(house, visitor, number, filled(typed))
    except Problem as problem:
        if problem.status == 404:
            raise
        return list(problem.faults)
    return []
