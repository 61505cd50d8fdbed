"""/api/v1/cases/{number}/statements: what contacts said about a case."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from access.authentication import Authenticated
from access.principal import Principal
from access.refusals import NotAllowed
from cases.actions import seen_case
from cases.views import record_view
from contacts import statements
from contacts.alerts.unclear_replies import UnclearReply, unclear_of
from contacts.statements import Statement
from storage.json import Json
from web.context import context_of

SHOWN = (
    "id", "contact_name", "contact_role", "area", "channel", "call", "known_by", "outcome", "words", "written_by", "said_at",
    "confirmed_by",
)  # fmt: skip
router = APIRouter(prefix="/api/v1", tags=["desk"])


@router.get("/cases/{number}/statements")
def list_statements(
    request: Request,
    number: str,
    principal: Annotated[Principal, Depends(Authenticated("clerk", "supervisor", scope=("desk", "board")))],
) -> Json:
    """Statements about a case, and replies that could not be read as one, oldest first.

    For the clerks of the answering unit and supervisors only.
    """
    context = context_of(request)
    with context.database.read() as session:
        case = seen_case(session, number, principal)
        if principal.unit not in (case.holder, case.station) and "supervisor" not in principal.roles:
            raise NotAllowed
    record_view(context.database, case, principal, context.now())
    with context.database.read() as session:
        if case.blocked_at:
            return {"statements": [], "unclear": []}
        unclear = [_unclear(one) for one in unclear_of(session, case.number)]
        return {"statements": [shown(said) for said in statements.for_case(session, case.number)], "unclear": unclear}


def _unclear(one: UnclearReply) -> Json:
    return {name: getattr(one, name) for name in ("id", "contact_name", "words", "at")}


def shown(said: Statement) -> Json:
    """A statement as the clerk sees it: who, when, by which channel, how they know, in which words."""
    return {name: getattr(said, name) for name in SHOWN}
