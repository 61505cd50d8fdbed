"""/commitments: the unit's commitments: what waits first, then the newest; found by number or file number, never by name."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlmodel import Session, and_, col, or_, select

from access.accounts import names_of
from access.principal import Principal
from cases.case import typed_number
from cases.case_search import begins
from cases.certificates.certificate import CertificateClass
from cases.certificates.directory import directory
from cases.commitments.commitment import Commitment, CommitmentState, is_commitment
from cases.commitments.due_papers import due_soon
from requesters.ask.asking_for_oneself import AskingForOneself
from requesters.ask.questions_api import read_cursor
from storage.first_rows import FirstRows, first_rows
from storage.json import Json
from storage.problem import N_, FieldFault
from web.context import Context, context_of
from web.form_data import FormTyped

router = APIRouter(include_in_schema=False)
Asker = Annotated[Principal, Depends(AskingForOneself("asker"))]
LIMIT, WAITING, FOUND = 50, 30, 50
SHORTEST = 3  # letters of a file number
NOTHING = N_("Nothing fits. Type the whole number of the commitment, or at least three characters of your file number.")


@router.get("/commitments")
def list_commitments(request: Request, principal: Asker, cursor: str = "") -> Response:
    """What waits for somebody of the unit, and all of its commitments, the newest first."""
    context = context_of(request)
    with context.database.read() as session:
        found = page_of(session, principal.unit, cursor, LIMIT)
        waiting = what_waits(session, context, principal.unit)
        values = _words(session, context, [*found, *waiting])
    after = f"{found[-1].drafted_at.isoformat()}~{found[-1].number}" if len(found) == LIMIT else ""
    more = {"waiting": waiting, "next": after, "cursor": cursor, "form_data": {}, "faults": [], "searched": False}
    return context.page(request, "requesters/commitments.html", principal=principal, found=found, **values, **more)


@router.post("/commitments/find")
def find_commitments(request: Request, principal: Asker, form_data: FormTyped) -> Response:
    """Those of the unit with this number, or whose file number begins so."""
    context, words = context_of(request), form_data.get("q", "").strip()[:64]
    with context.database.read() as session:
        found = _search(session, principal.unit, words)
        values = _words(session, context, found)
    faults = [] if found else [FieldFault("q", "nothing_found", NOTHING)]
    more = {"waiting": [], "next": "", "cursor": "", "form_data": {"q": words}, "faults": faults, "searched": True}
    return context.page(request, "requesters/commitments.html", principal=principal, found=found, **values, **more)


def page_of(session: Session, unit: str, cursor: str, limit: int) -> Sequence[Commitment]:
    """One page of a unit's commitments, the newest first, without drafts. Raises Problem for a cursor that is none."""
    found = select(Commitment).where(Commitment.unit == unit, Commitment.state != CommitmentState.DRAFTED.value)
    if after := read_cursor(cursor):
        earlier = and_(col(Commitment.drafted_at) == after[0], col(Commitment.number) < after[1])
        found = found.where(or_(col(Commitment.drafted_at) < after[0], earlier))
    return session.exec(found.order_by(col(Commitment.drafted_at).desc(), col(Commitment.number).desc()).limit(limit)).all()


def what_waits(session: Session, context: Context, unit: str) -> FirstRows[Commitment]:
    """Drafts, papers that are due within some days, papers whose day was missed; the paper that is due first stands first."""
    papers = due_soon(context.rulebook.calendar, context.today())
    drafted = col(Commitment.state) == CommitmentState.DRAFTED.value
    found = select(Commitment).where(Commitment.unit == unit, or_(drafted, and_(*papers)))
    return first_rows(session, found.order_by(drafted, col(Commitment.due_on), col(Commitment.drafted_at).desc()), WAITING)


def _search(session: Session, unit: str, words: str) -> FirstRows[Commitment]:
    mine = select(Commitment).where(Commitment.unit == unit).order_by(col(Commitment.drafted_at).desc())
    number = typed_number(words)
    if is_commitment(number) and (found := first_rows(session, mine.where(Commitment.number == number), 1)):
        return found
    if len(words) < SHORTEST:
        return FirstRows()
    return first_rows(session, mine.where(*begins(session, col(Commitment.reference), words)), FOUND)


def _words(session: Session, context: Context, found: Sequence[Commitment]) -> Json:
    known = directory(session)
    offered = [one for one in known.values() if one.active and one.certificate_class == CertificateClass.COMMITMENT]
    names = names_of(session, {one.drafted_by for one in found})
    return {
        "certificates": known, "catalogue": context.rulebook.catalogue, "names": names,
        "offered": offered,
    }  # fmt: skip
