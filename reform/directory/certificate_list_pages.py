"""/reform/certificates: the list with its search and filters, and the way to the next one that is not classified."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from access.units import all_units
from cases.certificates.directory import directory
from reform.directory import class_words, listing
from reform.directory.class_counts import class_counts
from reform.directory.listing import Wanted
from reform.page_frame import Reformer, show
from web.context import context_of

router = APIRouter(include_in_schema=False)
PAGE_SIZE = 50


@router.get("/reform/certificates")
def list_certificates(request: Request, principal: Reformer, wanted: Annotated[Wanted, Query()]) -> Response:
    """The certificates, those with the most papers of a year first."""
    with context_of(request).database.read() as session:
        counts = class_counts(session)  # first: on SQLite only what a session reads first is remembered
        waiting = listing.proposed(session)
        rows = listing.found(session, wanted, waiting)
        values: dict[str, Any] = {"counts": counts, "units": all_units(session), "issuers": listing.issuers(session)}
    start, pages = (wanted.page - 1) * PAGE_SIZE, max(1, -(-len(rows) // PAGE_SIZE))
    values |= {"rows": rows[start : start + PAGE_SIZE], "total": len(rows), "page": wanted.page, "pages": pages, "wanted": wanted}
    asked = urlencode(wanted.model_dump(by_alias=True, exclude={"page"}))
    return show(request, principal, "certificates", say_class=class_words, waiting=waiting, asked=asked, **values)


@router.get("/reform/next/certificate")
def next_certificate(request: Request, principal: Reformer, after: str = "") -> Response:
    """On to the next certificate without a class, after this one where one is named; to the list where none is left."""
    with context_of(request).database.read() as session:
        queue = listing.unclassified(session, listing.proposed(session))
        following = listing.following(queue, directory(session).get(after))
    said = urlencode({"flash": flash} if (flash := request.query_params.get("flash", "")) else {})
    if following is None:
        return RedirectResponse("/reform/certificates?flash=all_classified", 303)
    return RedirectResponse(f"/reform/certificates/{following.code}/class{'?' + said if said else ''}", 303)
