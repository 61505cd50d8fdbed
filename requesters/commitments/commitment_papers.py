"""The papers of a commitment: the sealed file for the person and the unit, and the page to be signed by hand before that."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import Session

from access.authentication import Authenticated
from access.principal import Principal
from access.units import Units, all_units
from cases.attachments.attachment import Attachment, attachments_of, picture_of
from cases.commitments.commitment import Commitment, CommitmentState
from cases.documents.known_kinds import KINDS
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from requesters.ask.asking_for_oneself import AskingForOneself
from requesters.commitments.acting import own_commitment
from requesters.commitments.signing import SIGNATURE, SIGNED_PAGE, picture_used
from requesters.receipts.commitment_paper import MOST_PHOTOS, CommitmentPaper, print_unsigned, seal_commitment
from requesters.receipts.issued_receipts import IssuedReceipt
from requesters.receipts.paper import Pair, Row
from storage.problem import N_, FieldFault, Problem
from web.context import Context, context_of
from web.downloads import download
from web.reader_mark import reader_mark

router = APIRouter()
Asker = Annotated[Principal, Depends(AskingForOneself("asker"))]
Reader = Annotated[Principal, Depends(Authenticated("asker", scope="read"))]
BLOCKED = N_("Its time was over long ago: it is blocked, and no paper is made of it any more.")
NOT_SIGNED = N_("It is not signed yet.")
SIGNED_ALREADY = N_("It is signed already: fetch the sealed commitment.")
PUT_OFF = ("补交期限经申请改为{day}", "The day for the paper was put off, on request, to {day}")


@router.get("/commitments/{number}/to-sign.pdf", include_in_schema=False)
def fetch_page_to_sign(request: Request, number: str, principal: Asker) -> Response:
    """The page to be signed by hand. It carries no seal. Who fetched it stands on it and on the trail."""
    context = context_of(request)
    with context.database.read() as session:
        one, units = own_commitment(session, number, principal), all_units(session)
    if one.state != CommitmentState.DRAFTED:
        raise Problem([FieldFault("number", "signed", SIGNED_ALREADY)], 409)
    printed = print_unsigned(_paper(context, one, units, principal), context.now())
    with context.database.write() as session:
        trail.write(session, [TrailLine.of_person(principal, context.now(), "look", one.number)])
    return download(printed, "application/pdf", f"{one.number}-to-sign.pdf")


@router.get("/api/v1/commitments/{number}/paper.pdf", response_class=Response, tags=["commitments"])
def fetch_paper(request: Request, number: str, principal: Reader) -> Response:
    """The sealed commitment, for the unit that took it. Who fetched it stands on it and on the trail."""
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        one, units = own_commitment(session, number, principal), all_units(session)
        if one.blocked_at:
            raise Problem([FieldFault("number", "blocked", BLOCKED)], 409)
        if one.signed_at is None:
            raise Problem([FieldFault("number", "not_signed", NOT_SIGNED)], 409)
        pictures = _pictures(session, one)
    seal = context.seals.seal_of(units[one.unit], now)
    sealed = seal_commitment(_paper(context, one, units, principal, pictures), seal, now)
    digest = hashlib.sha256(sealed).hexdigest()
    with context.database.write() as session:
        session.add(IssuedReceipt(sha256=digest, number=one.number, serial=seal.serial, at=now, answered_at=one.signed_at))
        trail.write(session, [TrailLine.of_person(principal, now, "receipt", one.number, details={"sha256": digest})])
    return download(sealed, "application/pdf", f"{one.number}.pdf")


def _pictures(session: Session, one: Commitment) -> dict[str, Any]:
    kept = attachments_of(session, one.number)
    signature, page = picture_used(kept, SIGNATURE), picture_used(kept, SIGNED_PAGE)
    return {"signature": _page(session, signature, 1) if signature else b"", "photos": _photos(session, page)}


def _photos(session: Session, entry: Attachment | None) -> list[bytes]:
    return [_page(session, entry, n) for n in range(1, min(entry.pages, MOST_PHOTOS) + 1)] if entry else []


def _page(session: Session, entry: Attachment, page: int) -> bytes:
    return picture_of(session, entry, page) or b""


def _paper(
    context: Context, one: Commitment, units: Units, principal: Principal, pictures: dict[str, Any] | None = None
) -> CommitmentPaper:
    unit = units[one.unit]
    return CommitmentPaper(
        number=one.number, unit=(unit.name_zh, unit.name_en), text=one.text, rows=_rows(one), notes=_notes(one),
        watermark=reader_mark(principal, units, context.now()), verify_url=f"{context.public_url}/verify",
        signed_at=one.signed_at, witness=one.witness_name, **(pictures or {}),
    )  # fmt: skip


def _rows(one: Commitment) -> list[Row]:
    subject = one.subject
    if subject is None:
        return []
    kind = KINDS[subject.document_kind].title if subject.document_kind else None
    document: Pair = (kind.zh, kind.en) if kind else ("证件", "Document")
    named = "  ".join(filter(None, (subject.name, subject.other_name)))
    return [
        (("承诺人", "Who commits"), (named, "")),
        (document, (subject.number, "")),
        (("业务编号", "File number"), (one.reference, "")),
    ]


def _notes(one: Commitment) -> list[Pair]:
    if one.due_on is None or one.due_on == one.first_due_on:
        return []
    return [(PUT_OFF[0].format(day=one.due_on), PUT_OFF[1].format(day=one.due_on))]
