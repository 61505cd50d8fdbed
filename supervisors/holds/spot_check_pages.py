"""/held/proofs: spot checks for the supervisor: uploaded files, overdue ones, and the decision."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from access.accounts import names_of
from access.authentication import Authenticated
from access.principal import Principal
from access.refusals import NotAllowed
from access.units import all_units
from cases.case import Case
from cases.safeguards.spot_checks import NO_SPOT_CHECK, SpotCheck, decide, spot_check_of, to_judge
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.problem import FieldFault, Problem
from web.context import Context, context_of
from web.downloads import download
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
Supervisor = Annotated[Principal, Depends(Authenticated("supervisor"))]
TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


@router.get("/held/proofs")
def list_proofs(request: Request, principal: Supervisor) -> Response:
    """What waits for a supervisor."""
    context = context_of(request)
    with context.database.read() as session:
        proofs, units = to_judge(session), all_units(session)
        names = names_of(session, (proof.asked_by for proof in proofs))
    return context.page(request, "supervisors/proofs.html", principal=principal, proofs=proofs, units=units, names=names)


@router.get("/held/proofs/{number}")
def show_proof(request: Request, number: str, principal: Supervisor) -> Response:
    """What was shown for one case."""
    return _page(request, principal, number, {}, ())


def _found(context: Context, number: str) -> SpotCheck:
    with context.database.read() as session:
        proof = spot_check_of(session, number)
    if proof is None:
        raise Problem([FieldFault("number", "unknown", NO_SPOT_CHECK)], 404)
    return proof


def _note_look(context: Context, number: str, principal: Principal) -> None:
    line = TrailLine.of_person(principal, context.now(), "proof_look", number, actor="supervisor")
    with context.database.write() as session:
        trail.write(session, [line])


def _page(request: Request, principal: Principal, number: str, form_data: FormData, faults: Sequence[FieldFault]) -> Response:
    context, proof = context_of(request), _found(context_of(request), number)
    _note_look(context, number, principal)
    with context.database.read() as session:
        values = {"case": session.get(Case, number), "units": all_units(session)}
        names = names_of(session, [proof.asked_by, proof.shown_by, proof.decided_by])
    words = (proof.words or b"").decode()
    known = {"proof": proof, "words_shown": words, "names": names, "catalogue": context.rulebook.catalogue}
    status = 422 if faults else 200
    return context.page(
        request, "supervisors/proof.html", status=status, principal=principal, form_data=form_data, faults=faults, **known, **values
    )


@router.get("/held/proofs/{number}/file")
def fetch_file(request: Request, number: str, principal: Supervisor) -> Response:
    """The copy that was shown, as a file to keep and not as a page: what somebody sent runs nothing here."""
    context, proof = context_of(request), _found(context_of(request), number)
    if not proof.file or proof.file_kind not in TYPES:
        raise Problem([FieldFault("number", "unknown", NO_SPOT_CHECK)], 404)
    _note_look(context, number, principal)
    file = download(proof.file, TYPES[proof.file_kind], f"{number}.{proof.file_kind}")
    file.headers["Content-Security-Policy"] = "sandbox"
    return file


@router.post("/held/proofs/{number}")
def decide_proof(request: Request, number: str, principal: Supervisor, form_data: FormTyped) -> Response:
    """Accepts the proof, or says why not; then it may be shown again."""
    if not principal.csrf:
        raise NotAllowed
    context, note = context_of(request), form_data.get("note", "").strip()[:500]
    try:
        with context.database.write() as session:
            decide(session, number, form_data.get("decision") == "accept", note, principal, context.now())
    except Problem as problem:
        if problem.status == 404:
            raise
        return _page(request, principal, number, form_data, problem.faults)
    return RedirectResponse("/held/proofs?flash=proof_decided", 303)
