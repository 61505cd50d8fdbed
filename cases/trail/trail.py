"""The trail: the append-only table of who did or viewed what and when, in hash chains (see chain)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sql
from sqlalchemy import BigInteger, Index, Integer, bindparam, event, update
from sqlalchemy.orm import QueryContext
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, Session, SQLModel, col, func, select

from cases.trail.chain import EMPTY, PUBLIC, ChainTip, Key, chain_of, follow, hash_of, unpacked
from cases.trail.chain_tips import lock_tips, store_tips
from cases.trail.trail_line import TrailLine
from storage.bulk_rows import insert_rows
from storage.encrypted_columns import EncryptedBytes
from storage.foreign_values import AnyBytes, AnyJson, AnyNumber, AnyText, AnyTime, is_foreign
from storage.row_encryption import decrypt_value
from storage.vault import Broken, Vault, vault_of

# SQLite counts up by itself only where the key is called INTEGER.
LongId = BigInteger().with_variant(Integer, "sqlite")
BLOCK = "block"  # a case with such a line is blocked: see cases/retention.py
ERASE = "erase"  # only lines before such a line may have lost their contents
SPOILT = b""  # in place of contents that do not open, or are not those of which the hash is kept


class Trail(SQLModel, table=True):
    """One line. `number` is empty for lines about no case: a sign-in, a search, a roster change.

    `note` and `details` of a line that is read are what stands encrypted in its `content`; their columns are empty.
    """

    __table_args__ = {"info": {"bound_by": ("number", "chain", "seq")}}

    id: int | None = Field(default=None, primary_key=True, sa_type=LongId)
    at: datetime = Field(index=True, sa_type=AnyTime)
    number: str = Field(default="", sa_type=AnyText(32))
    action: str = Field(sa_type=AnyText(32))
    actor: str = Field(sa_type=AnyText(16))
    who: str = Field(sa_type=AnyText(64), index=True)
    unit: str = Field(default="", sa_type=AnyText(64))
    start: str = Field(default="", sa_type=AnyText(16))
    to: str = Field(default="", sa_type=AnyText(16))
    note: str = Field(default="", sa_type=AnyText)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=AnyJson)
    chain: str = Field(default="", sa_type=AnyText(80), sa_column_kwargs={"server_default": ""})  # about no case: UNIT/DAY
    seq: int = Field(sa_type=AnyNumber)
    mac: bytes = Field(sa_type=AnyBytes)
    content: bytes | None = Field(default=None, sa_type=EncryptedBytes)
    content_hash: bytes | None = Field(default=None, sa_type=AnyBytes)

    @property
    def tampered(self) -> bool:
        """Whether something stands in this line that the house never wrote; the chain alone shows all of that."""
        return self.content == SPOILT or is_foreign(*(getattr(self, name) for name in PUBLIC), self.mac, self.content_hash)


TRAIL = SQLModel.metadata.tables["trail"]
_deciding = col(Trail.actor) == "supervisor"
Index("ix_trail_supervisor", col(Trail.at), sqlite_where=_deciding, postgresql_where=_deciding)
# Two lines that follow the same one cannot both be written; and the lines of a case are found by it.
Index("ix_trail_chain", col(Trail.number), col(Trail.chain), col(Trail.seq), unique=True)
IN_ORDER = (col(Trail.seq), col(Trail.id))


def write(session: Session, lines: Sequence[TrailLine]) -> None:
    """Adds these lines to the ends of their chains, which are locked for it."""
    if not lines:
        return
    write_at(session, lines, lock_tips(session, {chain_of(line) for line in lines}))


def write_at(session: Session, lines: Sequence[TrailLine], tips: Mapping[Key, ChainTip]) -> None:
    """The same where the ends of their chains are locked already; `tips` may hold those of more chains."""
    keys = {chain_of(line) for line in lines}
    add(session, lines, tips)
    store_tips(session, {key: tip for key, tip in tips.items() if key in keys})


def add(session: Session, lines: Sequence[TrailLine], tips: Mapping[Key, ChainTip]) -> None:
    """Adds these lines in one statement; the caller holds the heads, which move on, and writes them down."""
    if not lines:
        return
    vault = vault_of(session)
    rows = [follow(line, tips[chain_of(line)], vault) for line in lines]
    # What is empty in all of them is what the columns hold by themselves: most lines note nothing, and then half as much is sent.
    empty = [name for name in ("content", "content_hash") if not any(row[name] for row in rows)]
    insert_rows(session, TRAIL, [{name: value for name, value in row.items() if name not in empty} for row in rows])


def of_cases(session: Session, numbers: Iterable[str]) -> list[Trail]:
    """Every line about these cases; those of one case oldest first."""
    lines = list(session.exec(select(Trail).where(col(Trail.number).in_(list(numbers))).order_by(*IN_ORDER)))
    veil(lines, {line.number: line.at for line in lines if line.action == BLOCK})
    return lines


def veil(lines: Iterable[Trail], blocked: Mapping[str, datetime]) -> None:
    """Takes what was noted off lines from before their case was blocked: it is kept, and shown to nobody."""
    for line in lines:
        if line.number in blocked and line.at <= blocked[line.number]:
            set_committed_value(line, "note", "")
            set_committed_value(line, "details", {})


def reason_of(lines: Sequence[Trail], state: str) -> str:
    """Why a case came into this state last: what was noted as it did. What happened while it was there changes nothing about it."""
    return next((line.note for line in reversed(lines) if line.to == state != line.start), "")


def movers(session: Session, numbers: Iterable[str], moves: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Each of these moves of a case and as what it was made, oldest first: the nth made version n into n + 1."""
    wanted = (col(Trail.number).in_(list(numbers)), col(Trail.action).in_(moves))
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    lines = select(Trail.number, Trail.action, Trail.actor).where(*wanted).order_by(*IN_ORDER)
    for number, action, actor in session.exec(lines):
        found[number].append((action, actor))
    return found


def newest(session: Session) -> int:
    """The id of the newest line, 0 where there is none: while it stays, no case has moved."""
    return session.exec(select(func.max(Trail.id))).one() or 0


def since(session: Session, last: int, at_most: int = 5000) -> list[tuple[int, str, str]]:
    """The newest lines after line `last`, as (id, case number, the state in which it left the case)."""
    return [tuple(row) for row in session.connection().execute(_SINCE, {"last": last, "most": at_most})]


_SINCE = (
    sql.select(TRAIL.c.id, TRAIL.c.number, TRAIL.c.to)
    .where(TRAIL.c.id > bindparam("last"))
    .order_by(TRAIL.c.id.desc())
    .limit(bindparam("most"))
)


def erase(session: Session, numbers: Sequence[str], now: datetime) -> None:
    """Takes away for good what was noted in the lines of these cases; who did what and when stays, and the chains hold.

    A line `erase` on each says so: without it, contents that are missing count as tampering.
    """
    write(session, [TrailLine.of_clock(now, ERASE, number) for number in numbers])
    gone = update(TRAIL).where(TRAIL.c.number.in_(numbers), TRAIL.c.content.is_not(None))
    session.connection().execute(gone.values(content=None))


def _open(line: Trail, context: QueryContext, *_rest: object) -> None:
    content, noted = line.content, EMPTY  # whatever somebody wrote into the columns
    if content is not None:
        content = _opened(line, vault_of(cast(Session, context.session)))
        noted = unpacked(content) if content != SPOILT else EMPTY
    for name, value in {"content": content, **noted}.items():
        set_committed_value(line, name, value)


def _opened(line: Trail, vault: Vault) -> bytes:
    """What was noted; SPOILT where it was altered: the other lines are shown, and this one says that it was tampered with."""
    place = {"number": line.number, "chain": line.chain, "seq": line.seq}
    try:
        content = bytes(decrypt_value(vault, Trail.content, line.content, **place))
    except Broken:
        return SPOILT
    return content if hash_of(content) == line.content_hash else SPOILT


event.listen(Trail, "load", _open)
event.listen(Trail, "refresh", _open)
