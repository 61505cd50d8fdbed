"""Receiving an attachment, from a page or by API: asked whether it may be, cleaned outside every transaction, kept."""

from dataclasses import dataclass

from fastapi import UploadFile

from access.principal import Principal
from cases.attachments.attaching import Attaching, attach, check_caption, check_place, keep_aside
from cases.attachments.attachment import Attachment
from cases.attachments.cleaning import MOST_BYTES, CleanFile, clean
from cases.case import typed_number
from web.context import Context

ENVELOPE = 64 * 1024  # what a form wraps around its file
MOST_BODY = MOST_BYTES + ENVELOPE


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody sent to be attached; `side` is asker or clerk where they are both."""

    file: UploadFile | None
    caption: str = ""
    side: str = ""

    def cleaned(self) -> CleanFile:
        """The file written anew. Raises Problem."""
        check_caption(self.caption)
        return clean(self.file.file.read(MOST_BYTES + 1) if self.file else b"")


def receive(context: Context, principal: Principal, number: str, sent: Sent) -> Attachment:
    """Attaches it to this case. Raises Problem or NotAllowed, before the file is looked at where it is refused in any case."""
    number = typed_number(number)
    with context.database.read() as session:
        check_place(Attaching(session, principal, context.now()), number, sent.side)
    made = sent.cleaned()
    with context.database.write() as session:
        kept = attach(Attaching(session, principal, context.now()), number, made, sent.caption, sent.side)
        if kept.side == "clerk":
            context.news(session, number, context.now())
    return kept


def receive_aside(context: Context, principal: Principal, sent: Sent, use: str = "") -> Attachment:
    """Keeps it for a case that this person is about to ask. Raises Problem."""
    made = sent.cleaned()
    with context.database.write() as session:
        return keep_aside(Attaching(session, principal, context.now()), made, sent.caption, use)
