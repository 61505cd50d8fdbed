"""/reform: what waits for the reform office, how many certificates have which class, and how far it has come."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cases.certificates.history import open_proposals
from reform.directory import class_words
from reform.page_frame import Reformer, show
from reform.survey.progress import progress_of
from reform.waiting import waiting_lines
from web.context import context_of

router = APIRouter(include_in_schema=False)


@router.get("/reform")
def show_front(request: Request, principal: Reformer) -> Response:
    """The front page."""
    context = context_of(request)
    with context.database.read() as session:
        progress, proposals = progress_of(session), open_proposals(session)
        waiting = waiting_lines(session, principal, context.now(), progress, proposals)
    mine = sum(one.who == principal.username for one in proposals)
    return show(request, principal, "front", waiting=waiting, progress=progress, mine=mine, say_class=class_words)
