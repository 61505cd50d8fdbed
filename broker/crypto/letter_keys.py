"""The table of public letter keys: owner, validity, who told us of them, and which are revoked."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, select, update

from broker.crypto.jose import unb64
from broker.crypto.key_ring import PublicKey, jwk
from storage.bulk_rows import insert_new
from storage.json import Json
from storage.remembered import remembered


class LetterKey(SQLModel, table=True):
    """One public pair. `owner` is a unit's code, or `@house`."""

    __tablename__ = "letter_key"

    kid: str = Field(primary_key=True, max_length=43)
    owner: str = Field(max_length=32, index=True)
    sign: str = Field(max_length=43)
    read: str = Field(max_length=43)
    valid_from: datetime
    valid_until: datetime | None = None
    revoked_at: datetime | None = None
    known_at: datetime
    told_by: str = Field(default="", max_length=64)  # who brought it: `hecha keys`, or the first start
    writes: bool = False  # the owner's own system asks by letter and reads `replies.UNIT`


LETTER_KEY = SQLModel.metadata.tables["letter_key"]


def known_keys(session: Session) -> list[PublicKey]:
    """Every public key, also those that count no more: by them we say why a letter is not believed."""
    return [_public(row) for row in session.exec(select(LetterKey).order_by(LetterKey.owner, col(LetterKey.valid_from)))]


def _public(row: LetterKey) -> PublicKey:
    plain: dict[str, Any] = {"kid": row.kid, "sign": jwk("Ed25519", unb64(row.sign.encode()))}
    plain["read"] = jwk("X25519", unb64(row.read.encode()))
    times = {name: getattr(row, name) for name in ("valid_from", "valid_until", "revoked_at")}
    return PublicKey.read(plain | {name: at.isoformat() for name, at in times.items() if at}, row.owner)


def learn(session: Session, keys: Sequence[PublicKey], told_by: str, now: datetime, writes: bool = False) -> list[str]:
    """Adds those of the keys that are not known yet, and says which. A known one stays as it is: also revoked."""
    rows = [{**_row(key), "known_at": now, "told_by": told_by[:64], "writes": writes} for key in keys]
    return list(insert_new(session, LETTER_KEY, rows, "kid")) if rows else []


def _row(key: PublicKey) -> Json:
    plain = key.plain()
    facts = {"kid": key.kid, "owner": key.owner, "sign": plain["sign"]["x"], "read": plain["read"]["x"]}
    return {**facts, "valid_from": key.valid_from, "valid_until": key.valid_until, "revoked_at": key.revoked_at}


def revoke(session: Session, kid: str, now: datetime) -> bool:
    """From now on nothing signed with it is believed and nothing encrypted for it; False where it is unknown or revoked."""
    mine = update(LetterKey).where(col(LetterKey.kid) == kid, col(LetterKey.revoked_at).is_(None))
    return bool(session.connection().execute(mine.values(revoked_at=now)).rowcount)


def end(session: Session, kids: Iterable[str], at: datetime) -> None:
    """These keys count until then, unless they end before."""
    kids = list(kids)
    later = col(LetterKey.valid_until).is_(None) | (col(LetterKey.valid_until) > at)
    session.connection().execute(update(LetterKey).where(col(LetterKey.kid).in_(kids), later).values(valid_until=at))


def found(session: Session, beginning: str) -> list[LetterKey]:
    """The keys whose id or owner begins or is so: people type the first characters."""
    alike = col(LetterKey.kid).startswith(beginning, autoescape=True) | (col(LetterKey.owner) == beginning)
    return list(session.exec(select(LetterKey).where(alike).order_by(col(LetterKey.valid_from))))


def writers(session: Session) -> set[str]:
    """The units whose own systems ask by letter and read `replies.UNIT`."""
    told = select(LetterKey.owner).where(col(LetterKey.writes), col(LetterKey.revoked_at).is_(None)).distinct()
    return remembered(session, "writers", ("letter_key",), [""], lambda _missing: {"": set(session.exec(told))})[""]
