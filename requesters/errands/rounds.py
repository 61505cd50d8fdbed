"""Rounds: the tables of what an agent asks for several people, kept as it is typed; sent, each person has a case."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete
from sqlmodel import Field, Session, SQLModel, col, func, select

from access.principal import Principal
from cases.documents.id_numbers import ResidentId
from storage.encrypted_columns import EncryptedText
from storage.problem import N_, FieldFault, Problem

MOST_PEOPLE = 50
MOST_OPEN = 20  # rounds of one person
SHOWN = 10
KEPT = timedelta(days=3)  # what was not sent; as long as attachments wait for their case
KEPT_SENT = timedelta(days=30)  # of what was sent the cases stay, and are found among the unit's
NO_ROUND = N_("There is no such list of yours.")
TOO_MANY = N_("At most {most} people in one list. Send these, and begin another.")
TOO_MANY_OPEN = N_("You have {most} lists that were not sent. Send one first.")
ID = "^[0-9a-f]{16}$"


class ErrandRound(SQLModel, table=True):
    """One list: what is asked for everybody on it."""

    __tablename__ = "errand_round"

    id: str = Field(primary_key=True, max_length=16)
    username: str = Field(max_length=64, index=True)
    unit: str = Field(max_length=32)
    item: str = Field(max_length=64)
    matter: str = Field(max_length=64)
    purpose: str = Field(sa_type=EncryptedText)
    reference: str = Field(max_length=64)
    mandate: str = Field(default="", max_length=32)  # one paper for all
    at: datetime
    sent_at: datetime | None = None


class ErrandPerson(SQLModel, table=True):
    """One person of a list. `form` is the form that put them there."""

    __tablename__ = "errand_person"
    __table_args__ = {"info": {"bound_by": ("round", "place")}}

    round: str = Field(primary_key=True, max_length=16)
    place: int = Field(primary_key=True)
    form: str = Field(max_length=32)
    name: str = Field(sa_type=EncryptedText)
    id_number: str = Field(sa_type=EncryptedText)
    mandate: str = Field(default="", max_length=32)
    number: str = Field(default="", max_length=32, index=True)  # the case
    fault: str = Field(default="", max_length=200)  # why it could not be asked: a sentence of ours

    @property
    def masked(self) -> str:
        """The number once nobody need compare it any more."""
        return ResidentId(self.id_number).masked


def fresh_id() -> str:
    """For a new list or form."""
    return secrets.token_hex(8)


def begin(session: Session, fresh: ErrandRound) -> None:
    """Keeps a new list; sent twice, the first one stands. Raises Problem."""
    known = session.get(ErrandRound, fresh.id)
    if known is not None:
        if known.username != fresh.username:
            raise _unknown()
        return
    open_ones = select(func.count()).where(ErrandRound.username == fresh.username, col(ErrandRound.sent_at).is_(None))
    if session.exec(open_ones).one() >= MOST_OPEN:
        raise Problem([FieldFault("", "too_many", TOO_MANY_OPEN, {"most": MOST_OPEN})], 409)
    session.add(fresh)


def round_of(session: Session, round_id: str, principal: Principal, lock: bool = False) -> ErrandRound:
    """One's own list. Raises Problem."""
    found = session.get(ErrandRound, round_id, with_for_update=lock)
    if found is None or found.username != principal.username or found.unit != principal.unit:
        raise _unknown()
    return found


def _unknown() -> Problem:
    return Problem([FieldFault("round", "unknown", NO_ROUND)], 404)


def people_of(session: Session, round_id: str) -> Sequence[ErrandPerson]:
    """Who stands on the list, in order."""
    found = select(ErrandPerson).where(ErrandPerson.round == round_id).order_by(col(ErrandPerson.place))
    return session.exec(found).all()


def add_people(session: Session, round_id: str, form: str, people: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Puts these (name, number) on the list but for those who stand there: sent twice, also with more people, nobody is there
    twice and nobody is lost. Those whose number stands there under another name, which are not put there. Raises Problem.
    """
    there = people_of(session, round_id)
    known, fresh, others = {one.id_number: one.name for one in there}, list[tuple[str, str]](), list[tuple[str, str]]()
    for name, number in people:
        if number not in known:
            fresh.append((name, number))
        elif known[number] != name:
            others.append((name, number))
        known.setdefault(number, name)
    if len(there) + len(fresh) > MOST_PEOPLE:
        raise Problem([FieldFault("people", "too_many", TOO_MANY, {"most": MOST_PEOPLE})])
    first = max((one.place for one in there), default=0) + 1
    session.add_all(
        ErrandPerson(round=round_id, place=place, form=form, name=name, id_number=number)
        for place, (name, number) in enumerate(fresh, first)
    )
    return others


def remove_person(session: Session, round_id: str, place: int) -> None:
    """Takes somebody off the list who was not asked about yet."""
    whom = (col(ErrandPerson.round) == round_id, col(ErrandPerson.place) == place, col(ErrandPerson.number) == "")
    session.connection().execute(delete(ErrandPerson).where(*whom))


def rounds_of(session: Session, username: str) -> tuple[Sequence[ErrandRound], Mapping[str, int]]:
    """Somebody's latest lists, and how many people stand on each. Two queries."""
    newest = select(ErrandRound).where(ErrandRound.username == username).order_by(col(ErrandRound.at).desc()).limit(SHOWN)
    rounds = session.exec(newest).all()
    ids = [one.id for one in rounds]
    counts = select(ErrandPerson.round, func.count()).where(col(ErrandPerson.round).in_(ids)).group_by(col(ErrandPerson.round))
    return rounds, dict(session.exec(counts).all()) if ids else {}


def any_old(session: Session, now: datetime) -> bool:
    """Whether a list has had its time."""
    return session.exec(select(ErrandRound.id).where(_old(now)).limit(1)).first() is not None


def forget(session: Session, now: datetime) -> None:
    """Takes such lists away; the cases of those that were sent stay."""
    old = select(ErrandRound.id).where(_old(now))
    session.connection().execute(delete(ErrandPerson).where(col(ErrandPerson.round).in_(old)))
    session.connection().execute(delete(ErrandRound).where(_old(now)))


def _old(now: datetime) -> ColumnElement[bool]:
    unsent = col(ErrandRound.sent_at).is_(None) & (col(ErrandRound.at) < now - KEPT)
    return unsent | (col(ErrandRound.sent_at) < now - KEPT_SENT)
