"""The photograph of an objection, as the unit and the supervisor see it: under the reader's own mark, each look recorded."""

from fastapi.responses import Response

from access.principal import Principal
from access.units import all_units
from cases.attachments.attachment import picture_of
from cases.rechecks.read_hearing import read_hearing, write_view
from storage.problem import N_, FieldFault, Problem
from web.attachments.watermarking import watermarked
from web.context import Context
from web.reader_mark import reader_mark

NO_PAGE = N_("There is no such page.")


def marked_photo(context: Context, principal: Principal, number: str, page: int) -> Response:
    """A page of it as a JPEG. Whether this person may see it the caller has looked at. Raises Problem (404)."""
    now = context.now()
    with context.database.read() as session:
        photo, units = read_hearing(session, number).photo, all_units(session)
        picture = picture_of(session, photo, page) if photo else None
    if picture is None:
        raise Problem([FieldFault("page", "unknown", NO_PAGE)], 404)
    with context.database.write() as session:
        write_view(session, number, principal, now, "attachment_look")
    marked = watermarked(picture, reader_mark(principal, units, now))
    name = {"Content-Disposition": f'inline; filename="{number}-{page}.jpg"', "Content-Security-Policy": "sandbox"}
    return Response(marked, media_type="image/jpeg", headers=name)
