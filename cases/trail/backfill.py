"""Lines from before the trail had chains: they are chained once, before the first checkpoint; after it nobody may slip one in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlmodel
from sqlalchemy import Table, select
from sqlmodel import Session, SQLModel

from cases.trail.chain import Head, Key, chain_of, follow
from cases.trail.chain_tips import hold_heads, put_heads
from cases.trail.checkpoints import Checkpoint
from cases.trail.trail_line import TrailLine
from storage.bulk_rows import among, update_rows
from storage.vault import vault_of

AT_ONCE = 500  # lines
FIELDS = ("at", "number", "action", "actor", "who", "unit", "start", "to", "note", "details")


def is_anchored(session: Session) -> bool:
    """Whether there is a checkpoint: from the first on a line without a chain is a forged one."""
    return session.exec(sqlmodel.select(Checkpoint.number).limit(1)).first() is not None


def unchained(session: Session) -> int | None:
    """The first line that has no chain; None where all have one."""
    lines = _trail()
    first = select(lines.c.id).where(lines.c.seq.is_(None)).order_by(lines.c.id).limit(1)
    found: int | None = session.connection().execute(first).scalar()
    return found


def adopt_some(session: Session, at_most: int = AT_ONCE) -> int:
    """Chains the oldest lines that have none, with everything about the cases they are about; says how many. 0: all are done."""
    table = _trail()
    oldest = select(table.c.id, table.c.number).where(table.c.seq.is_(None)).order_by(table.c.id).limit(at_most)
    found = session.connection().execute(oldest).all()
    lines = _lines(session, [id_ for id_, number in found if not number], sorted({number for _, number in found if number}))
    heads = hold_heads(session, {chain_of(line) for _, line in lines})
    _chain(session, lines, heads)
    put_heads(session, heads)
    return len(lines)


def adopt_before(session: Session, heads: Mapping[Key, Head]) -> None:
    """Chains what was written about the `old` ones of these cases before there were chains; their heads are held, and move on."""
    before = [number for (number, _), head in heads.items() if head.old]
    if before and not is_anchored(session):
        _chain(session, _lines(session, [], before), heads)


def _lines(session: Session, ids: Sequence[Any], numbers: Sequence[str]) -> list[tuple[int, TrailLine]]:
    table = _trail()
    columns = [table.c.id, *(table.c[name] for name in FIELDS)]
    wanted = (among(session, table.c.id, ids) if ids else None, among(session, table.c.number, numbers) if numbers else None)
    found: list[tuple[int, TrailLine]] = []
    for where in wanted:
        if where is not None:
            old = session.connection().execute(select(*columns).where(where, table.c.seq.is_(None)).order_by(table.c.id))
            found += [(id_, TrailLine(**dict(zip(FIELDS, line, strict=True)))) for id_, *line in old]
    return found


def _chain(session: Session, lines: Iterable[tuple[int, TrailLine]], heads: Mapping[Key, Head]) -> None:
    vault, rows = vault_of(session), []
    for id_, line in lines:
        row = follow(line, heads[chain_of(line)], vault)
        rows.append({"b_id": id_, **{name: row[name] for name in ("chain", "seq", "mac", "content", "content_hash")}})
        rows[-1] |= {"note": "", "details": {}, "number": line.number}
    update_rows(session, _trail(), {"id": "b_id"}, rows)


def _trail() -> Table:
    return SQLModel.metadata.tables["trail"]  # trail.py imports this file
