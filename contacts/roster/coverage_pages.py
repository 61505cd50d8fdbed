"""/roster and /roster/changes: coverage of all communities, and the roster's change log."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from cases.names import mended
from contacts.roster import changes
from contacts.roster.contact_status import FRESH
from contacts.roster.coverage import Coverage, Reach, Town, county
from contacts.roster.keeper_forms import Keeper, Reader, changers, keeps, show
from web.context import context_of

router = APIRouter(include_in_schema=False)
PAGES = 40  # of changes: older ones stand with their entries


@router.get("/roster")
def show_coverage(request: Request, principal: Reader, q: str = "", town: str = "", reach: str = "") -> Response:
    """Every community by town, marked by how it can be reached today; by words, of one town, or of one mark.

    Supervisors read how many can be reached; who stands there, and with which number, only keepers see.
    """
    context, words = context_of(request), mended(q[:64])
    with context.database.read() as session:
        whole = county(session, context.now())
    wanted = Reach(reach) if reach in list(Reach) else None
    picked = [one for one in whole.towns if not town or (one.area and one.area.code == town)]
    shown = [replace(one, communities=list(_fitting(one, words, wanted))) for one in picked]
    filtered = bool(words or wanted)
    shown = [one for one in shown if one.communities or not filtered]
    filters = {"q": q, "town": town, "reach": wanted, "any": filtered or bool(town)}
    return show(request, principal, "roster", whole=whole, shown=shown, filters=filters, days=FRESH.days, keeps=keeps(principal))


def _fitting(town: Town, words: str, reach: Reach | None) -> Iterable[Coverage]:
    whole_town = town.area is not None and words in (town.area.name, town.area.code)
    for one in town.communities:
        if reach in (None, one.reach) and (whole_town or words in one.area.name or one.area.code.startswith(words)):
            yield one


@router.get("/roster/changes")
def show_changes(request: Request, principal: Keeper, page: Annotated[int, Query(ge=1, le=PAGES)] = 1) -> Response:
    """What was changed in the roster, newest first, with who changed it."""
    with context_of(request).database.read() as session:
        shown, more = changes.recent(session, page)
        places, people = changes.area_names(session, shown), changers(session, shown)
    known = {"changes": shown, "page": page, "more": more and page < PAGES, "area_names": places, "names": people}
    return show(request, principal, "changes", None, **known)
