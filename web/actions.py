"""A move made from a page: in a transaction of its own, and what is wrong with it comes back for the page to show."""

from collections.abc import Mapping
from typing import Any

from access.principal import Visitor
from cases.actions import NO_CASE, Doer, Doing, MoveRefused, do
from storage.problem import FieldFault, Problem
from web.context import House


def try_move(house: House, visitor: Visitor, number: str, doing: Doing | None, data: Mapping[str, Any]) -> list[FieldFault]:
    """Makes the move in a transaction of its own; what is wrong with it, for the page to show; empty when it was made.

    Raises Problem (404) where the page has no such move (`doing` is None) or this person no such case, and NotAllowed.
    """
    if doing is None:
        raise Problem([FieldFault("move", "unknown_move", NO_CASE)], 404)
    try:
        with house.database.write() as session:
            do(Doer(session, visitor, house.now(), house.rulebook), number, doing, data)
    except MoveRefused as refused:
        why = refused.refusal
        return [FieldFault("", why.code, why.message, dict(why.params))]
    except Problem as problem:
        if problem.status == 404:
            raise
        return list(problem.faults)
    return []
