"""/proofs: spot checks for the asker: which files are wanted, and uploading them."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from access.accounts import names_of
from access.authentication import Authenticated
from access.principal import Principal
from access.refusals import NotAllowed
from cases.case import Case
from cases.safeguards.spot_checks import MOST_BYTES, NO_SPOT_CHECK, ShownFile, show, spot_check_of, wanted_of
from storage.problem import FieldFault, Problem
from web.context import context_of
from web.form_data import FormData

router = APIRouter(include_in_schema=False)
Asker = Annotated[Principal, Depends(Authenticated("asker"))]
ENVELOPE = 64 * 1024  # what a form wraps around its file


@router.get("/proofs")
def list_proofs(request: Request, principal: Asker) -> Response:
    """What the unit has still to show."""
    context = context_of(request)
    with context.database.read() as session:
        proofs = wanted_of(session, principal.unit)
        names = names_of(session, (proof.asked_by for proof in proofs))
    return context.page(request, "requesters/proofs.html", principal=principal, proofs=proofs, names=names)


@router.get("/proofs/{number}")
def show_form(request: Request, number: str, principal: Asker) -> Response:
    """The form for one case."""
    return _page(request, principal, number, {}, ())


def _page(request: Request, principal: Principal, number: str, form_data: FormData, faults: Sequence[FieldFault]) -> Response:
    context = context_of(request)
    with context.database.read() as session:
        proof, case = spot_check_of(session, number), session.get(Case, number)
    if proof is None or case is None or proof.unit != principal.unit:
        raise Problem([FieldFault("number", "unknown", NO_SPOT_CHECK)], 404)
    values = {"proof": proof, "case": case, "catalogue": context.rulebook.catalogue, "form_data": form_data, "faults": faults}
    return context.page(request, "requesters/proof.html", status=422 if faults else 200, principal=principal, **values)


@router.post("/proofs/{number}", max_body_size=MOST_BYTES + ENVELOPE)
def send_proof(
    request: Request,
    number: str,
    principal: Asker,
    words: Annotated[str, Form(max_length=2000)] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Shows the file to the supervisor; with faults the form comes back as it was typed."""
    if not principal.csrf:
        raise NotAllowed
    context, data = context_of(request), file.file.read(MOST_BYTES + 1) if file else b""
    try:
        with context.database.write() as session:
            show(session, number, ShownFile(words, data), principal, context.now())
    except Problem as problem:
        if problem.status == 404:
            raise
        return _page(request, principal, number, {"words": words}, problem.faults)
    return RedirectResponse("/proofs?flash=proof_shown", 303)
