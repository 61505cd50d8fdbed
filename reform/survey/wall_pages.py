"""/reform/survey/wall: the progress of survey and directory for a large screen; counts alone, live."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from access.authentication import AuthenticatedOnAWall
from access.principal import Principal
from reform.directory import class_words
from reform.survey import survey_words
from reform.survey.progress import progress_of
from storage.json import Json
from web.context import Context, context_of
from web.live import Shared, live

router = APIRouter(include_in_schema=False)
Watcher = Annotated[Principal, Depends(AuthenticatedOnAWall("reformer", "supervisor"))]


@router.get("/reform/survey/wall")
def show_wall(request: Request, principal: Watcher) -> Response:
    """The wall. It names no unit and no person: people of the street pass it."""
    context = context_of(request)
    return context.page(request, "reform/survey_wall.html", principal=principal, **_values(context))


@router.get("/reform/survey/wall/live")
def follow_wall(request: Request, principal: Watcher) -> Response:
    """The figures, sent again when they have changed: looked at every quarter of a minute, once for all walls of a language."""
    context = context_of(request)

    def piece() -> str:
        return context.piece(request, "reform/survey_wall_live.html", principal=principal, **_values(context))

    return live(context, ["all"], piece, Shared(("survey wall", context.locale(request, principal))))


def _values(context: Context) -> Json:
    with context.database.read() as session:
        return {"progress": progress_of(session), "at": context.now(), "say_class": class_words, "say_survey": survey_words}
