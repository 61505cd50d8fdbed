"""Making a checkpoint: verifies the chains that grew and signs a Merkle root over their last links."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import text
from sqlmodel import Session, SQLModel, col, func, select

from cases.trail.chain import Key, moment
from cases.trail.chain_verification import ChainVerification, Fault, read_chains, verify_chain
from cases.trail.checkpoint_key import SigningKey
from cases.trail.checkpoints import Checkpoint, Leaf, hash_of_checkpoint, last_checkpoint, leaf_of
from cases.trail.trail import Trail, newest
from storage.bulk_rows import insert_rows, on_postgres
from storage.merkle import root_of
from storage.vault import vault_of

VERSION = 1
ChainEnd = tuple[str, str, int, bytes]  # number, chain, seq and link of a chain's last line
MOST = 2000  # chains in one checkpoint: SQLite lets nobody else write while it is made, some 0.2 s
LEAVES = SQLModel.metadata.tables["trail_leaf"]
# The oldest transaction that has not ended, and the number the next one to begin will have.
UNDER_WAY = text("SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint FROM pg_current_snapshot() AS s")


def make_checkpoint(session: Session, key: SigningKey, now: datetime, even_empty: bool, at_most: int = MOST) -> Checkpoint | None:
    """A checkpoint over the chains that grew; None where nothing did, unless `even_empty`. Whoever makes one, another fails.

    A chain that does not hold is not signed: it stands in `broken`, for the alarm.
    """
    last = last_checkpoint(session)
    mark = _mark(session, last)
    grown = _grown(session, last.low if last else 0, at_most, _told_broken(session, last))
    if len(grown) >= at_most:  # there is more: the next one looks from the same place
        mark["low"] = last.low if last else 0
    if not grown and not even_empty:
        return None
    walks = sorted(_walks(session, grown), key=lambda one: one.key)
    held = [(*one.key, len(one.links), one.links[-1]) for one in walks if one.fault is None]
    broken = [one.fault for one in walks if one.fault is not None]
    made = _signed(key, now, last, held, broken, mark)
    _keep(session, made, held)
    return made


def _mark(session: Session, last: Checkpoint | None) -> dict[str, int]:
    """From where the next one looks: lines are numbered before they are committed, so some of those below `top` may yet come."""
    top = newest(session)
    if not on_postgres(session):
        return {"low": top, "top": top, "under_way": 0}
    oldest, coming = session.connection().execute(UNDER_WAY).one()
    if last is None:
        return {"low": 0, "top": top, "under_way": coming}
    # Numbers of transactions greater than any so far come from another server, out of a backup.
    settled = last.under_way <= oldest or last.under_way > coming
    low = last.top if settled else last.low
    return {"low": low, "top": top, "under_way": coming}


def _told_broken(session: Session, last: Checkpoint | None) -> set[Key]:
    """The chains that did not hold in the checkpoints that looked from the same place as the next one.

    They are never signed, so they would be found again each time: enough of them, and nothing behind them would ever be signed.
    """
    if last is None:
        return set()
    found = session.exec(select(Checkpoint.broken).where(col(Checkpoint.low) == last.low)).all()
    return {(str(fault[1]), str(fault[2])) for broken in found for fault in broken if isinstance(fault, list) and len(fault) >= 3}


def _grown(session: Session, low: int, at_most: int, told: Collection[Key]) -> list[Key]:
    signed = select(func.max(Leaf.seq)).where(Leaf.number == Trail.number, Leaf.chain == Trail.chain).scalar_subquery()
    found = select(Trail.number, Trail.chain).where(col(Trail.id) > low)
    found = found.group_by(col(Trail.number), col(Trail.chain)).having(func.max(Trail.seq) > func.coalesce(signed, 0))
    keys = [(number, chain) for number, chain in session.exec(found.limit(at_most + len(told)))]
    return [key for key in keys if key not in told][:at_most]


def _walks(session: Session, keys: Sequence[Key]) -> Iterator[ChainVerification]:
    vault = vault_of(session)
    found = set()
    for key, rows in groupby(read_chains(session, keys), key=lambda row: (row.number, row.chain)):
        found.add(key)
        yield verify_chain(list(rows), vault, contents=False)
    # A name that cannot be read finds no lines by itself.
    yield from (ChainVerification(key, fault=Fault("altered", *key)) for key in sorted(set(keys) - found))


def _signed(
    key: SigningKey,
    now: datetime,
    last: Checkpoint | None,
    held: Sequence[ChainEnd],
    broken: Sequence[Fault],
    mark: dict[str, int],
) -> Checkpoint:
    number = last.number + 1 if last else 1
    root = root_of(leaf_of(*one) for one in held).hex()
    body = {"v": VERSION, "number": number, "at": moment(now), "chains": len(held), "root": root, "broken": len(broken)}
    jws = key.sign({**body, "before": hash_of_checkpoint(last.jws) if last else ""})
    return Checkpoint(number=number, at=now, jws=jws, chains=len(held), broken=[list(fault) for fault in broken], **mark)


def _keep(session: Session, made: Checkpoint, held: Sequence[ChainEnd]) -> None:
    session.add(made)
    session.flush()
    names = ("number", "chain", "seq", "link")
    rows = [{"checkpoint": made.number, "place": place, **dict(zip(names, leaf, strict=True))} for place, leaf in enumerate(held)]
    insert_rows(session, LEAVES, rows)
