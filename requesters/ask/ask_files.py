"""A file sent along with a question: kept aside as it comes, so that a form that comes back with faults has not lost it."""

from collections.abc import Sequence

from fastapi import UploadFile
from sqlmodel import Session

from access.principal import Principal
from cases.attachments.aside import kept_aside
from cases.attachments.attaching import Attaching, bring_to_case
from cases.attachments.attachment import Attachment
from storage.problem import FieldFault, Problem
from web.attachments.receiving import Sent, receive_aside
from web.context import Context
from web.form_data import FormData

ATTACHED = "attached"  # the form's field with the ids of what is kept aside for it
MOST_IDS = 10


def keep_sent(context: Context, principal: Principal, form_data: FormData, file: UploadFile | None) -> Sequence[FieldFault]:
    """Keeps the form's file aside and notes it in the form; what is wrong with it. A form without one has nothing to say of it."""
    if file is None or not file.filename:
        return ()
    try:
        kept = receive_aside(context, principal, Sent(file, form_data.get("caption", "")))
    except Problem as problem:
        return problem.faults
    form_data[ATTACHED] = " ".join([*ids_of(form_data), kept.id])
    form_data["caption"] = ""
    return ()


def ids_of(form_data: FormData) -> list[str]:
    """What the form says is kept aside for it."""
    return form_data.get(ATTACHED, "").split()[:MOST_IDS]


def kept_for(session: Session, principal: Principal, form_data: FormData) -> Sequence[Attachment]:
    """What this person keeps aside for this form."""
    return kept_aside(session, ids_of(form_data), principal.username)


def attach_sent(session: Session, context: Context, principal: Principal, form_data: FormData, number: str) -> None:
    """Attaches what was kept aside for the form to the case that it asked."""
    if ids := ids_of(form_data):
        bring_to_case(Attaching(session, principal, context.now()), ids, number)
