"""The ends of the chains: for a case it stands on the case's own row, for everything else in a table. Holding one locks it."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import LargeBinary, Table
from sqlmodel import Field, Session, SQLModel, col, select

from cases.case import Case
from cases.trail.chain import START, Head, Key
from storage.bulk_rows import among, insert_of, update_rows

CASES = SQLModel.metadata.tables["cases"]


class TrailHead(SQLModel, table=True):
    """The end of a chain that no case's row keeps: of a unit's day, or of a number that is no case."""

    __tablename__ = "trail_head"

    number: str = Field(primary_key=True, max_length=32)
    chain: str = Field(primary_key=True, max_length=80)
    seq: int
    link: bytes = Field(sa_type=LargeBinary)


HEADS: Table = SQLModel.metadata.tables["trail_head"]


def hold_heads(session: Session, keys: Collection[Key]) -> dict[Key, Head]:
    """The ends of these chains, locked until the transaction ends; cases first, all in one order."""
    found = _of_cases(session, sorted(number for number, _ in keys if number))
    return found | _of_others(session, sorted(set(keys) - set(found)))


def put_heads(session: Session, heads: Mapping[Key, Head]) -> None:
    """Writes down where these chains end now; they are held."""
    cases = [{"b_number": number, **columns_of(head)} for (number, _), head in sorted(heads.items()) if head.of_case]
    update_rows(session, CASES, {"number": "b_number"}, cases)
    others = [(key, head) for key, head in sorted(heads.items()) if not head.of_case]
    rows = [{"b_number": key[0], "b_chain": key[1], "seq": head.seq, "link": head.link} for key, head in others]
    update_rows(session, HEADS, {"number": "b_number", "chain": "b_chain"}, rows)


def columns_of(head: Head) -> dict[str, Any]:
    """The columns of a case in which the end of its chain stands."""
    return {"trail_seq": head.seq, "trail_link": head.link}


def head_of(case: Case) -> Head:
    """The end of the chain of a case that is locked."""
    return Head(case.trail_seq, bytes(case.trail_link or START), of_case=True)


def _of_cases(session: Session, numbers: Collection[str]) -> dict[Key, Head]:
    if not numbers:
        return {}
    ends = select(Case.number, Case.trail_seq, Case.trail_link).where(among(session, col(Case.number), numbers))
    found = session.exec(ends.order_by(Case.number).with_for_update(key_share=True))
    return {(number, ""): Head(seq, bytes(link or START), of_case=True) for number, seq, link in found}


def _of_others(session: Session, keys: Collection[Key]) -> dict[Key, Head]:
    if not keys:
        return {}
    # Made first and locked by the same statement, so that two that begin a chain at once wait for each other.
    fresh = insert_of(session, HEADS).values(
        [{"number": number, "chain": chain, "seq": 0, "link": START} for number, chain in keys]
    )
    held = fresh.on_conflict_do_update(index_elements=["number", "chain"], set_={"seq": HEADS.c.seq})
    found = session.connection().execute(held.returning(HEADS.c.number, HEADS.c.chain, HEADS.c.seq, HEADS.c.link))
    return {(number, chain): Head(seq, bytes(link)) for number, chain, seq, link in found}
