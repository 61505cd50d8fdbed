"""/board/commitments: numbers and states of all commitments for supervisors, papers that were missed first; nobody's name."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlmodel import Session, col, func, select

from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from cases.certificates.directory import directory
from cases.commitments.commitment import Commitment, CommitmentState, PaperState
from storage.first_rows import FirstRows, first_rows
from web.context import context_of

router = APIRouter(include_in_schema=False)
Supervisor = Annotated[Principal, Depends(Authenticated("supervisor"))]
SHOWN = 100


@router.get("/board/commitments")
def list_commitments(request: Request, principal: Supervisor) -> Response:
    """How many there are of each state, the papers that were missed, and the newest: number, unit, certificate and state."""
    context = context_of(request)
    with context.database.read() as session:
        late = select(Commitment).where(
            Commitment.paper == PaperState.MISSED.value, Commitment.state == CommitmentState.SIGNED.value
        )
        missed = first_rows(session, late.order_by(col(Commitment.due_on), col(Commitment.number)), SHOWN)
        signed = select(Commitment).where(col(Commitment.signed_at).is_not(None)).order_by(col(Commitment.signed_at).desc())
        newest = FirstRows(session.exec(signed.limit(SHOWN)))
        values = {"counts": _counts(session), "units": all_units(session), "certificates": directory(session)}
    return context.page(request, "supervisors/commitments.html", principal=principal, missed=missed, newest=newest, **values)


def _counts(session: Session) -> Sequence[tuple[str, int]]:
    found = select(Commitment.state, func.count()).where(Commitment.state != CommitmentState.DRAFTED.value)
    counted = dict(session.exec(found.group_by(col(Commitment.state))).all())
    return [(state.value, counted[state.value]) for state in CommitmentState if state.value in counted]
