"""Signing a commitment: on the screen or on paper, before a clerk as witness; once, and nothing of it changes afterwards."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, SQLModel

from access.principal import Principal
from cases.attachments.attaching import UNIT_FULL
from cases.attachments.attachment import MOST_OF_UNIT, Attachment, add, bytes_of_unit, fresh_id
from cases.attachments.cleaning import CleanFile
from cases.commitments.commitment import Commitment, CommitmentState
from cases.commitments.days import closing, next_look
from cases.commitments.moves import move
from cases.commitments.signature import is_signed
from cases.subject_index import key_of
from requesters.commitments.acting import Acting
from storage.bulk_rows import upsert_rows
from storage.problem import N_, FieldFault, Problem
from storage.vault import vault_of

SCREEN, PAPER = "screen", "paper"
SIGNATURE, SIGNED_PAGE, LATER_PAPER = "signature", "signed_page", "later_paper"  # what a picture of a commitment is
MOST_DRAWN = 400_000  # letters of a drawn signature, as it comes from the page
MOST_NAME = 64
NOT_DRAWN = N_("Nothing is signed yet: let the person sign in the field, or upload the page that they signed on paper.")
NOT_A_PICTURE = N_("The signature did not come through. Let the person sign once more, or use paper.")
WITNESS = N_("Say that you saw the person's document and that they signed before you.")
WITNESS_NAME = N_("Name the clerk before whom the person signed.")
OVER = N_("The day for the paper is over already: prepare the commitment anew.")


@dataclass(frozen=True, slots=True)
class Signing:
    """A signature as it came in: how it was given, its picture, whether the clerk saw it; their name, from a unit's system."""

    how: str
    made: CleanFile
    witnessed: bool
    witness_name: str = ""


def drawn_picture(text: str) -> bytes:
    """The PNG of a signature drawn on a page; nothing where nothing was drawn. Raises Problem."""
    if not text:
        return b""
    head, _, data = text.partition(",")
    try:
        if len(text) > MOST_DRAWN or head != "data:image/png;base64":
            raise ValueError
        return base64.b64decode(data, validate=True)
    except (ValueError, binascii.Error):
        raise Problem([FieldFault("signature", "no_picture", NOT_A_PICTURE)]) from None


def check_signing(signing: Signing, who: Principal) -> None:
    """Raises Problem where the clerk has not said that they saw it, or where nothing was drawn."""
    faults = []
    if not signing.witnessed:
        faults.append(FieldFault("witnessed", "missing", WITNESS))
    if who.key and not signing.witness_name.strip():
        faults.append(FieldFault("witness", "missing", WITNESS_NAME))
    if signing.how == SCREEN and not is_signed(signing.made.pages[0].picture):
        faults.append(FieldFault("signature", "missing", NOT_DRAWN))
    if faults:
        raise Problem(faults)


def sign(acting: Acting, number: str, signing: Signing) -> Commitment:
    """The commitment, signed now; one that was signed already is given back as it stands. Raises Problem."""
    commitment, who, now = acting.own(number), acting.principal, acting.now
    if commitment.state != CommitmentState.DRAFTED:
        return commitment
    check_signing(signing, who)
    if commitment.due_on and closing(acting.rulebook.calendar, commitment.due_on) <= now:
        raise Problem([FieldFault("", "over", OVER)], 409)
    keep_picture(acting, commitment, signing.made, SIGNATURE if signing.how == SCREEN else SIGNED_PAGE)
    commitment.signed_at, commitment.signed_how, commitment.witness = now, signing.how, who.username
    commitment.witness_name = (signing.witness_name if who.key else who.name).strip()[:MOST_NAME]
    commitment.look_at, commitment.look_for = next_look(commitment, acting.rulebook.calendar, now)
    _index(acting.session, commitment)
    told = {"text": commitment.text_digest, "how": signing.how, "sha256": signing.made.digest}
    move(acting.session, commitment, CommitmentState.SIGNED, acting.line("commitment_sign", told))
    return commitment


def keep_picture(acting: Acting, commitment: Commitment, made: CleanFile, use: str) -> Attachment:
    """Keeps a cleaned picture with the commitment. Raises Problem where the unit keeps as much as it may."""
    session, who = acting.session, acting.principal
    if bytes_of_unit(session, who.unit) + made.size > MOST_OF_UNIT:
        raise Problem([FieldFault("file", "unit_full", UNIT_FULL)], 409)
    entry = Attachment(
        id=fresh_id(), number=commitment.number, unit=who.unit, by=who.username, side="asker", at=acting.now, kind=made.kind,
        use=use, pages=len(made.pages), size=made.size, digest=made.digest,
    )  # fmt: skip
    return add(session, entry, made)


def picture_used(pictures: Sequence[Attachment], use: str) -> Attachment | None:
    """The last of these pictures that is of this use."""
    return next((one for one in reversed(pictures) if one.use == use), None)


def _index(session: Session, commitment: Commitment) -> None:
    """By whose number it is found: only a signed one is anybody's."""
    if subject := commitment.subject:
        rows = [{"key": key_of(subject.key, vault_of(session)), "number": commitment.number}]
        upsert_rows(session, SQLModel.metadata.tables["named"], rows)
