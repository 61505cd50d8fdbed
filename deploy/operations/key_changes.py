"""Letter keys as the house knows them: taking in those of a unit, and revoking; each stands on the trail."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from access.units import Unit
from broker.crypto.key_ring import HOUSE, PublicKey, WrongKey
from broker.crypto.letter_keys import LetterKey, end, found, known_keys, learn, revoke
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from deploy.agent.unit_keys import OVERLAP

BY = "command line"


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


def revoke_keys(session: Session, named: str, now: datetime) -> list[LetterKey]:
    """Revokes the keys whose id begins so, or all of this owner; gives back those that were not revoked before."""
    gone = [row for row in found(session, named) if revoke(session, row.kid, now)]
    trail.write(session, [_line("letter_key_revoked", row.owner, row.kid, now) for row in gone])
    return gone


def _line(action: str, owner: str, kid: str, now: datetime) -> TrailLine:
    return TrailLine(now, action, "admin", BY, "" if owner == HOUSE else owner, details={"subject": owner, "kid": kid})
