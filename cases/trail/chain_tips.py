"""The last link of every chain: on the case's row, or in a table of its own for lines about no case; row locks."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Executable, Table, select
from sqlmodel import Field, Session, SQLModel

from cases.case import Case
from cases.trail.chain import START, ChainTip, Key
from storage.bulk_rows import insert_of, on_postgres, update_rows, with_keys_later
from storage.foreign_values import AnyBytes, AnyNumber, AnyText
from storage.json import Json
from storage.read_together import Lookup, read_together

CASES = SQLModel.metadata.tables["cases"]


class StoredTip(SQLModel, table=True):
    """The end of a chain that no case's row keeps: of a unit's day, or of a number that is no case."""

    __tablename__ = "trail_head"

    number: str = Field(primary_key=True, sa_type=AnyText(32))
    chain: str = Field(primary_key=True, sa_type=AnyText(80))
    seq: int = Field(sa_type=AnyNumber)
    link: bytes = Field(sa_type=AnyBytes)


TIPS: Table = SQLModel.metadata.tables["trail_head"]


def lock_tips(session: Session, keys: Collection[Key]) -> dict[Key, ChainTip]:
    """The ends of these chains, locked until the transaction ends; cases first, all in one order."""
    found = _of_cases(session, sorted(number for number, _ in keys if number))
    return found | _of_others(session, sorted(set(keys) - set(found)))


def store_tips(session: Session, tips: Mapping[Key, ChainTip]) -> None:
    """Writes down where these chains end now; they are held."""
    cases = [{"b_number": number, **tip_columns(tip)} for (number, _), tip in sorted(tips.items()) if tip.of_case]
    update_rows(session, CASES, {"number": "b_number"}, cases)
    others = [(key, tip) for key, tip in sorted(tips.items()) if not tip.of_case]
    rows = [{"b_number": key[0], "b_chain": key[1], "seq": tip.seq, "link": tip.link} for key, tip in others]
    update_rows(session, TIPS, {"number": "b_number", "chain": "b_chain"}, rows)


def tip_columns(tip: ChainTip) -> Json:
    """The columns of a case in which the end of its chain stands."""
    return {"trail_seq": tip.seq, "trail_link": tip.link}


def tip_of(case: Case) -> ChainTip:
    """The end of the chain of a case that is locked."""
    return ChainTip(case.trail_seq, bytes(case.trail_link or START), of_case=True)


def _of_cases(session: Session, numbers: Collection[str]) -> dict[Key, ChainTip]:
    if not numbers:
        return {}
    (found,) = read_together(session, [locking_cases(session, numbers)])
    return tips_of_cases(found)


def locking_cases(session: Session, numbers: Collection[str]) -> Lookup:
    """Locks these cases and finds the ends of their chains: for `read_together`, and then `tips_of_cases`."""
    return Lookup(_ends(on_postgres(session)), {"numbers": sorted(numbers)})


def tips_of_cases(found: Sequence[Any]) -> dict[Key, ChainTip]:
    """The ends of the chains in these rows."""
    return {(number, ""): ChainTip(seq, bytes(link or START), of_case=True) for number, seq, link in found}


@cache
def _ends(postgres: bool) -> Executable:
    ends = select(CASES.c.number, CASES.c.trail_seq, CASES.c.trail_link)
    return ends.where(with_keys_later(postgres, CASES.c.number, "numbers")).order_by(CASES.c.number).with_for_update(key_share=True)


def _of_others(session: Session, keys: Collection[Key]) -> dict[Key, ChainTip]:
    if not keys:
        return {}
    # Made first and locked by the same statement, so that two that begin a chain at once wait for each other.
    fresh = insert_of(session, TIPS).values([{"number": number, "chain": chain, "seq": 0, "link": START} for number, chain in keys])
    held = fresh.on_conflict_do_update(index_elements=["number", "chain"], set_={"seq": TIPS.c.seq})
    found = session.connection().execute(held.returning(TIPS.c.number, TIPS.c.chain, TIPS.c.seq, TIPS.c.link))
    return {(number, chain): ChainTip(seq, bytes(link)) for number, chain, seq, link in found}
