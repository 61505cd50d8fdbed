"""Verifying one hash chain: sequence, links, MACs and contents of its lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from cases.trail.chain import PUBLIC, START, Key, hash_of, link_after, mark_of, public_text
from cases.trail.trail import ERASE, Trail
from storage.bulk_rows import among
from storage.foreign_values import is_foreign
from storage.row_encryption import decrypt_value
from storage.vault import Broken, Vault

# What is read of a line to walk along it, in this order: PUBLIC first.
COLUMNS = tuple(getattr(Trail, name) for name in (*PUBLIC, "content_hash", "mac", "content", "id"))
Row = Any  # a row of these columns
PLACE = (col(Trail.number), col(Trail.chain), col(Trail.seq))


class Fault(NamedTuple):
    """One thing that is wrong. `why` is a word of WHYS; `line` the id in the table, or None where there is no line."""

    why: str
    number: str = ""
    chain: str = ""
    seq: int = 0
    line: int | None = None


@dataclass(slots=True)
class ChainVerification:
    """How far a chain held: the link after each line, and the first fault."""

    key: Key
    links: list[bytes] = field(default_factory=list)
    fault: Fault | None = None


def read_chains(session: Session, keys: Sequence[Key]) -> Iterator[Row]:
    """The lines of these chains, one chain after the other, each from its first line."""
    for where in among_chains(session, Trail, keys):
        yield from session.execute(select(*COLUMNS).where(*where).order_by(*PLACE))


def among_chains(session: Session, table: Any, keys: Sequence[Key]) -> Iterator[list[ColumnElement[bool]]]:
    """Conditions on the columns `number` and `chain` of this table for these chains: first of cases, then of all others."""
    numbers, chains = [number for number, _ in keys if number], [chain for number, chain in keys if not number]
    if numbers:
        yield [among(session, table.number, numbers)]
    if chains:
        yield [table.number == "", among(session, table.chain, chains)]


def verify_chain(rows: Sequence[Row], vault: Vault, contents: bool = True) -> ChainVerification:
    """Walks along the lines of one chain, from the first; `contents`: opens what was noted, too. Stops at the first fault."""
    found, link = ChainVerification((rows[0].number, rows[0].chain)), START
    erased = max((row.seq for row in rows if row.action == ERASE), default=0)
    for seq, row in enumerate(rows, 1):
        if row.seq > seq:
            found.fault = Fault("missing", row.number, row.chain, seq)
            break
        link, why = _follow(row, seq, link, vault)
        why = why or (_wrong_content(row, erased, vault) if contents else "")
        if why:
            found.fault = Fault(why, row.number, row.chain, seq, row.id)
            break
        found.links.append(link)
    return found


def _follow(row: Row, seq: int, link: bytes, vault: Vault) -> tuple[bytes, str]:
    """The link of this line after the one before, and what is wrong with the line, "" for nothing."""
    public = row[: len(PUBLIC)]
    if row.seq != seq or None in (*public, row.mac) or is_foreign(*public, row.mac, row.content_hash):
        return link, "altered"
    link = link_after(link, public_text(public, row.content_hash))
    return link, "" if compare_digest(row.mac, mark_of(link, vault)) else "altered"


def _wrong_content(row: Row, erased: int, vault: Vault) -> str:
    if row.content is None:
        return "" if row.content_hash is None or row.seq < erased else "emptied"
    place = {"number": row.number, "chain": row.chain, "seq": row.seq}
    try:
        content = decrypt_value(vault, Trail.content, row.content, **place)
    except Broken:
        return "contents"
    return "" if isinstance(content, bytes) and hash_of(content) == row.content_hash else "contents"
