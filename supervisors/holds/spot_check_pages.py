"""Proofs in the supervisor's browser: what was shown, what was not shown in time, and the word about it. Each look is recorded."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from access.accounts import names_of
from access.authentication import Door
from access.principal import Visitor
from access.refusals import NotAllowed
from access.units import all_units
from cases.case import Case
from cases.safeguards.spot_checks import NO_PROOF, Proof, decide, proof_of, to_judge
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.problem import FieldFault, Problem
from web.context import House, house_of
from web.downloads import download
from web.form_data import FormTyped, Typed

router = APIRouter(include_in_schema=False)
Supervisor = Annotated[Visitor, Depends(Door("supervisor"))]
TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


@router.get("/held/proofs")
def list_proofs(request: Request, visitor: Supervisor) -> Response:
    """What waits for a supervisor."""
    house = house_of(request)
    with house.database.read() as session:
        proofs, units = to_judge(session), all_units(session)
        names = names_of(session, (proof.asked_by for proof in proofs))
    return house.page(request, "supervisors/proofs.html", visitor=visitor, proofs=proofs, units=units, names=names)


@router.get("/held/proofs/{number}")
def show_proof(request: Request, number: str, visitor: Supervisor) -> Response:
    """What was shown for one case."""
    house = house_of(request)
    _found(house, number)
    _note_look(house, number, visitor)
    return _page(request, visitor, number, {}, ())


def _found(house: House, number: str) -> Proof:
    with house.database.read() as session:
        proof = proof_of(session, number)
    if proof is None:
        raise Problem([FieldFault("number", "unknown", NO_PROOF)], 404)
    return proof


def _note_look(house: House, number: str, visitor: Visitor) -> None:
    line = TrailLine.of_person(visitor, house.now(), "proof_look", number, actor="supervisor")
    with house.database.write() as session:
        trail.write(session, [line])


def _page(request: Request, visitor: Visitor, number: str, typed: Typed, faults: Sequence[FieldFault]) -> Response:
    house, proof = house_of(request), _found(house_of(request), number)
    with house.database.read() as session:
        values = {"case": session.get(Case, number), "units": all_units(session)}
        names = names_of(session, [proof.asked_by, proof.shown_by, proof.decided_by])
    words = (proof.words or b"").decode()
    known = {"proof": proof, "words_shown": words, "names": names, "catalogue": house.rulebook.catalogue}
    status = 422 if faults else 200
    return house.page(
        request, "supervisors/proof.html", status=status, visitor=visitor, typed=typed, faults=faults, **known, **values
    )


@router.get("/held/proofs/{number}/file")
def fetch_file(request: Request, number: str, visitor: Supervisor) -> Response:
    """The copy that was shown, as a file to keep and not as a page: what somebody sent runs nothing here."""
    house, proof = house_of(request), _found(house_of(request), number)
    if not proof.file or proof.file_kind not in TYPES:
        raise Problem([FieldFault("number", "unknown", NO_PROOF)], 404)
    _note_look(house, number, visitor)
    file = download(proof.file, TYPES[proof.file_kind], f"{number}.{proof.file_kind}")
    file.headers["Content-Security-Policy"] = "sandbox"
    return file


@router.post("/held/proofs/{number}")
def decide_proof(request: Request, number: str, visitor: Supervisor, typed: FormTyped) -> Response:
    """Accepts the proof, or says why not; then it may be shown again."""
    if not visitor.csrf:
        raise NotAllowed
    house, note = house_of(request), typed.get("note", "").strip()[:500]
    try:
        with house.database.write() as session:
            decide(session, number, typed.get("decision") == "accept", note, visitor, house.now())
    except Problem as problem:
        if problem.status == 404:
            raise
        return _page(request, visitor, number, typed, problem.faults)
    return RedirectResponse("/held/proofs?said=proof_decided", 303)
