"""/reform/papers/{id}/{page}.jpg: one page of a paper under its reader's own mark; the look is on the trail."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from reform.papers.paper import SIGHTING, Paper, page_of
from storage.problem import N_, FieldFault, Problem
from web.attachments.watermarking import watermarked
from web.context import context_of
from web.reader_mark import reader_mark

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(Authenticated("reformer", "monitor"))]
ALONE = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cross-Origin-Resource-Policy": "same-origin"}
NO_PAPER = N_("There is no such paper.")


@router.get("/reform/papers/{paper}/{page}.jpg")
def show_paper(request: Request, paper: str, page: Annotated[int, Path(ge=1, le=1000)], principal: Reader) -> Response:
    """One page as a JPEG. A monitoring point sees the photographs of its own unit alone."""
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        found, units = page_of(session, paper, page), all_units(session)
    if found is None or not _theirs(principal, found[0]):
        raise Problem([FieldFault("paper", "unknown", NO_PAPER)], 404)
    about, picture = found
    with context.database.write() as session:
        details = {"paper": about.id, "page": page, "kind": about.kind, "subject": about.subject}
        trail.write(session, [TrailLine.of_person(principal, now, "reform_paper_look", details=details)])
    marked = watermarked(picture, reader_mark(principal, units, now))
    name = {"Content-Disposition": f'inline; filename="{about.kind}-{about.id[:6]}-{page}.jpg"'}
    return Response(marked, media_type="image/jpeg", headers={**ALONE, **name})


def _theirs(principal: Principal, paper: Paper) -> bool:
    return "reformer" in principal.roles or (paper.kind, paper.unit) == (SIGHTING, principal.unit)
