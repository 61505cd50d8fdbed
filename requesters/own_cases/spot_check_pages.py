"""Proofs in the asker's browser: which files are to be shown, and showing them."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from access.accounts import names_of
from access.authentication import Door
from access.principal import Visitor
from access.refusals import NotAllowed
from cases.case import Case
from cases.safeguards.spot_checks import MOST_BYTES, NO_PROOF, Paper, proof_of, show, wanted_of
from storage.problem import FieldFault, Problem
from web.context import house_of
from web.form_data import Typed

router = APIRouter(include_in_schema=False)
Asker = Annotated[Visitor, Depends(Door("asker"))]
ENVELOPE = 64 * 1024  # what a form wraps around its file


@router.get("/proofs")
def list_proofs(request: Request, visitor: Asker) -> Response:
    """What the unit has still to show."""
    house = house_of(request)
    with house.database.read() as session:
        proofs = wanted_of(session, visitor.unit)
        names = names_of(session, (proof.asked_by for proof in proofs))
    return house.page(request, "requesters/proofs.html", visitor=visitor, proofs=proofs, names=names)


@router.get("/proofs/{number}")
def show_form(request: Request, number: str, visitor: Asker) -> Response:
    """The form for one case."""
    return _page(request, visitor, number, {}, ())


def _page(request: Request, visitor: Visitor, number: str, typed: Typed, faults: Sequence[FieldFault]) -> Response:
    house = house_of(request)
    with house.database.read() as session:
        proof, case = proof_of(session, number), session.get(Case, number)
    if proof is None or case is None or proof.unit != visitor.unit:
        raise Problem([FieldFault("number", "unknown", NO_PROOF)], 404)
    values = {"proof": proof, "case": case, "catalogue": house.rulebook.catalogue, "typed": typed, "faults": faults}
    return house.page(request, "requesters/proof.html", status=422 if faults else 200, visitor=visitor, **values)


@router.post("/proofs/{number}", max_body_size=MOST_BYTES + ENVELOPE)
def send_proof(
    request: Request,
    number: str,
    visitor: Asker,
    words: Annotated[str, Form(max_length=2000)] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Shows the file to the supervisor; with faults the form comes back as it was typed."""
    if not visitor.csrf:
        raise NotAllowed
    house, data = house_of(request), file.file.read(MOST_BYTES + 1) if file else b""
    try:
        with house.database.write() as session:
            show(session, number, Paper(words, data), visitor, house.now())
    except Problem as problem:
        if problem.status == 404:
            raise
        return _page(request, visitor, number, {"words": words}, problem.faults)
    return RedirectResponse("/proofs?said=proof_shown", 303)
