"""Commitments: the table of what people state instead of certificates, their states and moves, and their numbers.

Written notice, written commitment, later check: 国办发〔2020〕42号 (告知承诺制). A paper that follows by a day: 容缺受理.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Index, event
from sqlalchemy.orm import QueryContext
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, Session, SQLModel, col, select

from cases.case import typed_number
from cases.case_numbers import new_number
from cases.documents.subject import Subject
from storage.encrypted_columns import EncryptedJson, EncryptedText

UNVEILED = "unveiled"  # in a session's info: this session may read what is blocked (see cases/retention.py)
SIGN = "C"  # begins the number of every commitment; those of cases, batches and bundles begin otherwise


class CommitmentState(StrEnum):
    """Where a commitment stands. One that is drafted was shown to the person and is not signed: it counts for nothing."""

    DRAFTED = "drafted"
    SIGNED = "signed"
    BEING_CHECKED = "being_checked"
    HELD_TRUE = "held_true"
    FOUND_FALSE = "found_false"  # and the person has not been heard yet
    OBJECTED = "objected"
    STANDS_FALSE = "stands_false"  # on the list that units see when the same person commits again
    CORRECTED = "corrected"  # taken off that list, because it was wrong
    EXPIRED = "expired"  # its time is over, or its time on that list
    TAKEN_BACK = "taken_back"  # by the person, before the matter was done


class PaperState(StrEnum):
    """Where a paper stands that follows by a day; NONE: no paper follows."""

    NONE = ""
    AWAITED = "awaited"
    HANDED_IN = "handed_in"
    MISSED = "missed"


_S = CommitmentState
# From each state where a commitment may go. The drafts that nobody signs are deleted.
MOVES: Mapping[CommitmentState, frozenset[CommitmentState]] = {
    _S.DRAFTED: frozenset({_S.SIGNED}),
    _S.SIGNED: frozenset({_S.BEING_CHECKED, _S.HELD_TRUE, _S.FOUND_FALSE, _S.EXPIRED, _S.TAKEN_BACK}),
    _S.BEING_CHECKED: frozenset({_S.SIGNED, _S.HELD_TRUE, _S.FOUND_FALSE, _S.EXPIRED}),
    _S.HELD_TRUE: frozenset({_S.SIGNED, _S.BEING_CHECKED, _S.FOUND_FALSE, _S.EXPIRED, _S.TAKEN_BACK}),  # signed: withdrawn answer
    _S.FOUND_FALSE: frozenset({_S.OBJECTED, _S.STANDS_FALSE, _S.CORRECTED}),
    _S.OBJECTED: frozenset({_S.FOUND_FALSE, _S.STANDS_FALSE, _S.CORRECTED}),  # found: another answer stands, by other facts
    _S.STANDS_FALSE: frozenset({_S.CORRECTED, _S.EXPIRED}),
    _S.CORRECTED: frozenset({_S.FOUND_FALSE, _S.EXPIRED}),  # found: what stands of the answer now contradicts it anew
    _S.EXPIRED: frozenset(),
    _S.TAKEN_BACK: frozenset(),
}
# What a check may still look at, by our own question or by lot.
CHECKABLE = (_S.SIGNED, _S.HELD_TRUE)
ENDED = (_S.EXPIRED, _S.TAKEN_BACK)


class Commitment(SQLModel, table=True):
    """One commitment. Who made it, what they stated and the text as they signed it are sealed; nothing of these changes once it
    is signed.

    `check_item`, `check_due`, `objection_days` (working days) and `listed_months` are what the person was told at the signing: what
    comes later keeps to them, whatever the certificate's text says by then.
    """

    __tablename__ = "commitment"

    number: str = Field(primary_key=True, max_length=32)
    certificate: str = Field(max_length=40)
    unit: str = Field(max_length=32)
    matter: str = Field(max_length=64)
    reference: str = Field(max_length=64)
    purpose: str = Field(default="", sa_type=EncryptedText)
    drafted_by: str = Field(max_length=64)
    drafted_at: datetime
    person: dict[str, Any] = Field(default_factory=dict, sa_type=EncryptedJson)  # a Subject
    stated: dict[str, Any] = Field(default_factory=dict, sa_type=EncryptedJson)  # values by the field's code
    text: dict[str, Any] = Field(default_factory=dict, sa_type=EncryptedJson)  # as it was signed: see cases/commitments/text.py
    text_digest: str = Field(max_length=64)  # its SHA-256
    locale: str = Field(default="zh", max_length=5)  # in which the person read it

    state: str = Field(default=CommitmentState.DRAFTED.value, max_length=16)
    version: int = 1
    signed_at: datetime | None = None
    signed_how: str = Field(default="", max_length=8)  # screen | paper
    witness: str = Field(default="", max_length=64)  # the clerk before whom it was signed
    witness_name: str = Field(default="", max_length=64)
    counts_until: date | None = None
    check_item: str = Field(default="", max_length=40)  # the item that could prove it; empty: it is checked by lot alone
    check_due: datetime | None = None
    objection_days: int = 10
    listed_months: int = 12
    settled_at: datetime | None = None  # when it ended; its time to be seen and kept counts from then

    paper: str = Field(default="", max_length=16)  # PaperState
    due_on: date | None = None
    first_due_on: date | None = None  # before it was put off
    put_off_reason: str = Field(default="", sa_type=EncryptedText)
    paper_at: datetime | None = None  # when it was handed in
    paper_how: str = Field(default="", max_length=8)  # photo | sight
    missed_at: datetime | None = None
    phone: str = Field(default="", sa_type=EncryptedText)  # where the person agreed to be reminded; else empty
    look_at: datetime | None = None  # when the clock looks at it next
    look_for: str = Field(default="", max_length=16)

    blocked_at: datetime | None = None  # from then on nobody is shown who made it and what they stated
    deleted_at: datetime | None = None

    @property
    def subject(self) -> Subject | None:
        """Whose it is; None once that was taken away."""
        return Subject.stored(self.person) if self.person else None

    @property
    def signed(self) -> bool:
        """Whether somebody signed it."""
        return self.signed_at is not None


COMMITMENTS = SQLModel.metadata.tables["commitment"]
Index("ix_commitment_unit", col(Commitment.unit), col(Commitment.drafted_at), col(Commitment.number))
Index("ix_commitment_reference", col(Commitment.unit), col(Commitment.reference), postgresql_ops={"reference": "text_pattern_ops"})
_look = col(Commitment.look_at).is_not(None)
Index("ix_commitment_look", col(Commitment.look_at), sqlite_where=_look, postgresql_where=_look)
_check = col(Commitment.check_due).is_not(None)
Index("ix_commitment_check", col(Commitment.check_due), sqlite_where=_check, postgresql_where=_check)
_kept = col(Commitment.settled_at).is_not(None)
Index("ix_commitment_kept", col(Commitment.settled_at), sqlite_where=_kept, postgresql_where=_kept)
_waits = col(Commitment.due_on).is_not(None)
_paper = (col(Commitment.unit), col(Commitment.paper), col(Commitment.due_on))
Index("ix_commitment_paper", *_paper, sqlite_where=_waits, postgresql_where=_waits)
Index("ix_commitment_signed", col(Commitment.signed_at), col(Commitment.number))


def new_commitment_number(now: datetime) -> str:
    """As short as a case number, and never one."""
    return SIGN + new_number(now)


def is_commitment(number: str) -> bool:
    """Whether this is the number of a commitment."""
    return number.startswith(SIGN)


def find_commitment(session: Session, number: str, *, lock: bool = False) -> Commitment | None:
    """One commitment by the number as somebody may have typed it; locked for a change where that is wanted."""
    wanted = select(Commitment).where(Commitment.number == typed_number(number))
    return session.exec(wanted.with_for_update() if lock else wanted).first()


def may_be_checked() -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a check may take a commitment up: it stands in place of a certificate and is not being checked."""
    states = [state.value for state in CHECKABLE]
    return (col(Commitment.state).in_(states), col(Commitment.paper) == PaperState.NONE.value, col(Commitment.blocked_at).is_(None))


def commitments_named(session: Session, numbers: Sequence[str]) -> list[Commitment]:
    """These commitments, the newest first. One statement."""
    found = select(Commitment).where(col(Commitment.number).in_(sorted(set(numbers))))
    return list(session.exec(found.order_by(col(Commitment.drafted_at).desc())))


EMPTY: Mapping[str, Any] = {"person": {}, "stated": {}, "text": {}, "purpose": "", "phone": "", "put_off_reason": ""}


def _veil(commitment: Commitment, context: QueryContext, *_rest: object) -> None:
    """Whoever loads a blocked commitment, by whatever way, finds nothing of it."""
    if commitment.__dict__.get("blocked_at") and not context.session.info.get(UNVEILED):
        for name, value in EMPTY.items():
            if name in commitment.__dict__:
                set_committed_value(commitment, name, value)


event.listen(Commitment, "load", _veil)
event.listen(Commitment, "refresh", _veil)
