"""/api/v1/commitments: a unit's own system prepares a commitment, sends the signature, and reads what became of it."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, File, Form, Header, Query, Request, Response, UploadFile

from access.authentication import Authenticated
from access.principal import Principal
from cases.commitments.commitment import Commitment, CommitmentState
from cases.rechecks.listed import listed_of
from cases.rechecks.read_hearing import write_view
from requesters.ask.asking_for_oneself import AskingForOneself
from requesters.commitments.acting import Acting, own_commitment
from requesters.commitments.drafting import CommitmentRequest, draft, read_request
from requesters.commitments.own_commitments import page_of
from requesters.commitments.signing import PAPER, SCREEN, Signing, check_signing, sign
from requesters.own_cases.unread import note_view
from storage.json import Json
from storage.problem import N_, FieldFault, Problem
from web.attachments.receiving import MOST_BODY, Sent
from web.context import Context, context_of
from web.json_reply import as_json

router = APIRouter(prefix="/api/v1", tags=["commitments"])
Asker = Annotated[Principal, Depends(AskingForOneself("asker", scope="ask"))]
Reader = Annotated[Principal, Depends(Authenticated("asker", scope="read"))]
BODY = CommitmentRequest.model_json_schema(ref_template="#/components/schemas/{model}")
NO_WAY = N_("Say how it was signed: screen or paper.")


@router.post("/commitments", status_code=201, response_model=None,
             openapi_extra={"requestBody": {"content": {"application/json": {"schema": BODY}}, "required": True}})  # fmt: skip
def prepare(
    request: Request,
    principal: Asker,
    body: Annotated[Json, Body()],
    idempotency_key: Annotated[str, Header(max_length=128)] = "",
) -> Response:
    """Prepares a commitment: the reply holds the whole text, which the person must read before signing. Unsigned it counts for
    nothing, and is deleted after three days. The same Idempotency-Key with the same body gives the same one. `standing`: earlier
    commitments of this person that were decided not to hold, for the clerk; that they were shown is recorded.
    """
    context = context_of(request)
    asked = read_request(body, context.today())
    with context.database.write() as session:
        number = draft(Acting(session, principal, context.now(), context.rulebook), asked, idempotency_key)
    with context.database.read() as session:
        one = own_commitment(session, number, principal)
    view = _looked_at(context, one, principal)
    return as_json(view, 201, {"Location": f"/api/v1/commitments/{number}"})


@router.post("/commitments/{number}/signature", response_model=None, max_body_size=MOST_BODY)
def send_signature(
    request: Request,
    number: str,
    principal: Asker,
    file: Annotated[UploadFile, File(description="PNG or JPEG of the signature; or the signed page, photographed or as PDF")],
    how: Annotated[str, Form(description="screen or paper")],
    witness: Annotated[str, Form(max_length=64, description="The clerk before whom the person signed")] = "",
) -> Response:
    """Signs it. Sent twice, it is signed once; afterwards nothing of it changes."""
    context = context_of(request)
    if how not in (SCREEN, PAPER):
        raise Problem([FieldFault("how", "not_a_choice", NO_WAY)])
    with context.database.read() as session:
        one = own_commitment(session, number, principal)
    if one.state == CommitmentState.DRAFTED:
        signing = Signing(how, Sent(file).cleaned(), True, witness)
        check_signing(signing, principal)
        with context.database.write() as session:
            sign(Acting(session, principal, context.now(), context.rulebook), number, signing)
    return _shown(context, number, principal)


@router.get("/commitments")
def list_commitments(
    request: Request, principal: Reader, cursor: str = "", limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> Json:
    """The unit's signed commitments, the newest first, without the people. `next`: the next cursor."""
    context = context_of(request)
    with context.database.read() as session:
        found = page_of(session, principal.unit, cursor, limit)
    after = f"{found[-1].drafted_at.isoformat()}~{found[-1].number}" if len(found) == limit else None
    return {"commitments": [commitment_row(one) for one in found], "next": after}


@router.get("/commitments/{number}")
def read_commitment(request: Request, number: str, principal: Reader) -> Response:
    """One commitment with its text and where it stands. The look is recorded."""
    return _shown(context_of(request), number, principal)


def _shown(context: Context, number: str, principal: Principal) -> Response:
    with context.database.read() as session:
        one = own_commitment(session, number, principal)
    return as_json(_looked_at(context, one, principal))


def _looked_at(context: Context, one: Commitment, principal: Principal) -> Json:
    """The view, with what stands about the person as long as it is a draft. Both looks are recorded."""
    now, subject = context.now(), one.subject if one.state == CommitmentState.DRAFTED else None
    note_view(context, [one.number], principal, now)
    if subject is None:
        return commitment_view(one)
    with context.database.read() as session:
        entries = listed_of(session, subject.key, now)
    if entries:
        with context.database.write() as session:
            write_view(session, one.number, principal, now, "list_look")
    names = ("certificate", "unit", "since", "until", "reason")
    return {**commitment_view(one), "standing": [{name: getattr(entry, name) for name in names} for entry in entries]}


def commitment_row(one: Commitment) -> Json:
    """A commitment in a list: nothing about whom it is about."""
    return {
        "number": one.number, "certificate": one.certificate, "matter": one.matter, "reference": one.reference or None,
        "state": one.state, "drafted_at": one.drafted_at, "signed_at": one.signed_at, "signed_how": one.signed_how or None,
        "counts_until": one.counts_until, "paper": one.paper or None, "due_on": one.due_on, "paper_at": one.paper_at,
        "missed_at": one.missed_at, "blocked_at": one.blocked_at,
    }  # fmt: skip


def commitment_view(one: Commitment) -> Json:
    """A commitment as its unit sees it. Blocked, it is without the person, the values and the text."""
    return {
        **commitment_row(one), "person": one.person or None, "stated": one.stated, "text": one.text or None,
        "text_sha256": one.text_digest, "language": one.locale, "witness": one.witness_name or None,
        "check_due": one.check_due, "objection_days": one.objection_days, "listed_months": one.listed_months,
    }  # fmt: skip
