"""/cases/{number}/receipt.pdf: the answer on one page, sealed by the unit that answered."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request, Response

from access.authentication import Authenticated
from access.principal import Principal
from access.refusals import NotAllowed
from access.units import all_units
from cases.actions import seen_case
from cases.case import Case
from cases.errands.errand import errand_of
from cases.lifecycle import ANSWERED, CLOSED
from cases.seals import Seal
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from requesters.receipts.issued_receipts import IssuedReceipt
from requesters.receipts.paper import SEAL_BOX, Paper, make_page
from requesters.receipts.receipt_paper import on_errand, receipt_paper
from requesters.receipts.record_paper import has_expired
from requesters.receipts.seal_picture import picture_of
from storage.late_modules import Late
from storage.problem import N_, FieldFault, Problem
from web.context import Context, context_of
from web.downloads import download
from web.reader_mark import reader_mark

if TYPE_CHECKING:
    from requesters.receipts import sealing
else:
    sealing = Late("requesters.receipts.sealing")  # with pyHanko, which serve does without until the first receipt

router = APIRouter(prefix="/api/v1", tags=["cases"])
MARK_LETTERS = 12  # of the serial stand on the paper, so that paper and certificate can be compared
BLOCKED = N_("The case was closed long ago: its answer is blocked, and no receipt is made of it any more.")
EXPIRED = N_("The answer has expired: its fields are not shown any more, and no receipt is made of it. Ask again.")
NOT_ANSWERED = N_("There is no answer yet that a receipt could show.")


@router.get("/cases/{number}/receipt.pdf", response_class=Response)
def fetch_receipt(request: Request, number: str, principal: Annotated[Principal, Depends(Authenticated(scope="read"))]) -> Response:
    """The receipt of an answered case, for the asking unit and supervisors. Who fetched it stands on it and on the trail."""
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        case = seen_case(session, number, principal)
        if case.unit != principal.unit and "supervisor" not in principal.roles:
            raise NotAllowed
        if case.blocked_at:
            raise Problem([FieldFault("number", "blocked", BLOCKED)], 409)
        if case.state not in (ANSWERED, CLOSED) or not case.finding:
            raise Problem([FieldFault("number", "not_answered", NOT_ANSWERED)], 409)
        units, errand = all_units(session), errand_of(session, case.number)
    catalogue = context.rulebook.catalogue
    if has_expired(case, catalogue.item(case.item), context.today()):
        raise Problem([FieldFault("number", "expired", EXPIRED)], 409)
    seal = context.seals.seal_of(units[case.holder], now)
    mark, kinds = reader_mark(principal, units, now), (catalogue.item(case.item), catalogue.matter(case.matter))
    paper = receipt_paper(case, kinds, units, mark, f"{context.public_url}/verify", context.say)
    sealed = seal_paper(on_errand(paper, errand), seal, now)
    _record(context, case, principal, (sealed, seal), now)
    return download(sealed, "application/pdf", f"{case.number}.pdf")


def seal_paper(paper: Paper, seal: Seal, now: datetime, about: str = "") -> bytes:
    """The paper as a sealed PDF: there is no other way in which a receipt leaves the house. `about`: what the seal says it is."""
    page = make_page(paper, seal.serial[:MARK_LETTERS].upper(), now)
    return sealing.put_seal(page, seal, picture_of(seal), SEAL_BOX, about or paper.about, now)


def _record(context: Context, case: Case, principal: Principal, made: tuple[bytes, Seal], now: datetime) -> None:
    """Before anybody gets it: that this file is one of ours, and who fetched it."""
    sealed, seal = made
    digest = hashlib.sha256(sealed).hexdigest()
    line = TrailLine.of_person(principal, now, "receipt", case.number, details={"sha256": digest})
    with context.database.write() as session:
        answered_at = case.stands_since or now
        session.add(IssuedReceipt(sha256=digest, number=case.number, serial=seal.serial, at=now, answered_at=answered_at))
        trail.write(session, [line])
