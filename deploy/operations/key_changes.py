"""Letter key operations: make, rotate, announce and revoke, in files and in the database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from access.units import Unit
from broker.crypto.key_file import KeyFile
from broker.crypto.key_ring import HOUSE, KeyPair, PublicKey, WrongKey
from broker.crypto.letter_keys import LetterKey, end, found, known_keys, learn, revoke
from broker.crypto.signing import LIFE
from cases.trail import trail
from cases.trail.trail_line import TrailLine

BY = "command line"
LEAD = timedelta(days=7)  # a key that follows another begins so much later: meanwhile the others are told of it
OVERLAP = LIFE + timedelta(days=4)  # and the one before is believed so much longer: letters of its time are still on their way


def make_pair(path: Path, owner: str, now: datetime) -> KeyPair:
    """The first pair of this owner. Raises WrongKey where there is a file already."""
    pair = KeyPair.make(owner, now)
    if not KeyFile(owner, [pair]).write(path, anew=True):
        raise WrongKey(f"{path}: there are keys already; `hecha keys rotate` adds one that follows them")
    return pair


def add_pair(path: Path, begins: datetime, now: datetime) -> KeyPair:
    """A pair that follows those in the file, which end some time after it began; what ended long ago is taken out."""
    held = KeyFile.read(path)
    pair = KeyPair.make(held.owner, begins)
    kept = [_until(one, begins + OVERLAP) for one in held.pairs if (one.public.valid_until or now) > now - OVERLAP]
    KeyFile(held.owner, [*kept, pair], held.house).write(path)
    return pair


def _until(pair: KeyPair, at: datetime) -> KeyPair:
    ends = min(pair.public.valid_until or at, at)
    return replace(pair, public=replace(pair.public, valid_until=ends))


def tell_house(session: Session, owner: str, keys: Sequence[PublicKey], now: datetime, writes: bool = False) -> list[str]:
    """The house knows these public keys of a unit from now on; those it knew before end after a while. Says which are new.

    Raises WrongKey where there is no such unit.
    """
    if owner != HOUSE and session.get(Unit, owner) is None:
        raise WrongKey(f"there is no unit {owner}")
    earlier = [key for key in known_keys(session) if key.owner == owner and key.revoked_at is None]
    new = learn(session, keys, BY, now, writes)
    begins = [key.valid_from for key in keys if key.kid in new]
    if begins:
        end(session, [key.kid for key in earlier], max(now, *begins) + OVERLAP)
    trail.write(session, [_line("letter_key_known", owner, kid, now) for kid in new])
    return new


def tell_unit(path: Path, assembly: Sequence[PublicKey]) -> str:
    """A unit's key file knows the house by these keys from now on; says whose file it is."""
    held = KeyFile.read(path)
    KeyFile(held.owner, held.pairs, assembly).write(path)
    return held.owner


def revoke_keys(session: Session, named: str, now: datetime) -> list[LetterKey]:
    """Revokes the keys whose id begins so, or all of this owner; gives back those that were not revoked before."""
    gone = [row for row in found(session, named) if revoke(session, row.kid, now)]
    trail.write(session, [_line("letter_key_revoked", row.owner, row.kid, now) for row in gone])
    return gone


def _line(action: str, owner: str, kid: str, now: datetime) -> TrailLine:
    return TrailLine(now, action, "admin", BY, "" if owner == HOUSE else owner, details={"subject": owner, "kid": kid})
