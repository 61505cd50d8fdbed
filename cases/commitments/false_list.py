"""The list of false commitments, as whoever takes another one from the same person sees it."""

from sqlmodel import Session, col, select

from cases.commitments.commitment import SIGN, Commitment, CommitmentState
from cases.documents.subject import Subject
from cases.subject_index import IndexedSubject, key_of
from storage.vault import vault_of


def standing_false(session: Session, person: Subject) -> list[Commitment]:
    """The commitments of this person that stand on the list now, the newest first. One statement."""
    key = key_of(person.key, vault_of(session))
    found = select(Commitment).join(IndexedSubject, col(IndexedSubject.number) == col(Commitment.number))
    listed = col(Commitment.state) == CommitmentState.STANDS_FALSE.value
    named = (col(IndexedSubject.key) == key, col(IndexedSubject.number).startswith(SIGN))
    return list(
        session.exec(found.where(*named, listed, col(Commitment.blocked_at).is_(None)).order_by(col(Commitment.signed_at).desc()))
    )
