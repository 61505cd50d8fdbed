"""Making a move from a page: one transaction, and the field errors for the page to show."""

from collections.abc import Mapping

from access.principal import Principal
from cases.actions import NO_MOVE, Action, ActionContext, MoveRefused, perform
from storage.problem import FieldFault, Problem
from web.context import Context


def try_action(
    context: Context, principal: Principal, number: str, action: Action | None, data: Mapping[str, object]
) -> list[FieldFault]:
    """Makes the move in a transaction of its own; what is wrong with it, for the page to show; empty when it was made.

    Raises Problem (404) where the page has no such move (`action` is None) or this person no such case, and NotAllowed.
    """
    if action is None:
        raise Problem([FieldFault("move", "unknown_move", NO_MOVE)], 404)
    try:
        with context.database.write() as session:
            perform(ActionContext(session, principal, context.now(), context.rulebook), number, action, data)
    except MoveRefused as refused:
        why = refused.refusal
        return [FieldFault("", why.code, why.message, dict(why.params))]
    except Problem as problem:
        if problem.status == 404:
            raise
        return list(problem.faults)
    return []
