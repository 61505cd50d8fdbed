"""Outdated receipts: the signed list (JWS) of genuine files whose answer no longer stands, for offline checks.

A list names files by their SHA-256 alone: who has the file finds it there, and nobody learns of a case they do not know.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.x509 import Certificate
from sqlmodel import Session, col, select

from broker.crypto import jose
from cases.amending.amendments import STANDING, WITHDRAW, Amendment
from requesters.receipts.issued_receipts import IssuedReceipt
from storage.json import Json

TYPE = "hecha-outdated+jws"  # a JWS (RFC 7515, ES256)
LASTS = timedelta(days=30)  # as the list of revoked certificates
AMENDED, WITHDRAWN = "amended", "withdrawn"


class WrongOutdatedList(ValueError):
    """This is no list of outdated receipts that this city's root signed."""


@dataclass(frozen=True, slots=True)
class Outdated:
    """How and when the answer on a receipt ceased to stand."""

    how: str  # amended | withdrawn
    at: datetime


@dataclass(frozen=True, slots=True)
class OutdatedList:
    """A list that was read: of which moment it is, until when it is good, where to look, and the receipts by SHA-256."""

    at: datetime
    until: datetime
    see: str
    receipts: Mapping[str, Outdated] = field(default_factory=dict)


def became_outdated(session: Session, issued: IssuedReceipt) -> Outdated | None:
    """What became of the answer on this receipt; None where nothing did."""
    same = (Amendment.number == issued.number, Amendment.answered_at == issued.answered_at, Amendment.state == STANDING)
    found = session.exec(select(Amendment).where(*same).order_by(col(Amendment.version)).limit(1)).first()
    return Outdated(_how(found.kind), found.stood_until) if found else None


def all_outdated(session: Session) -> list[Json]:
    """Every receipt ever made whose answer stands no longer, by SHA-256. One query."""
    columns: Any = (IssuedReceipt.sha256, Amendment.kind, Amendment.at, Amendment.decided_at)
    same = (col(Amendment.number) == col(IssuedReceipt.number), col(Amendment.answered_at) == col(IssuedReceipt.answered_at))
    found = select(*columns).join(Amendment, same[0] & same[1]).where(Amendment.state == STANDING)
    rows = session.connection().execute(found.order_by(col(IssuedReceipt.sha256)))
    return [{"sha256": sha256, "how": _how(kind), "at": (decided or at).isoformat()} for sha256, kind, at, decided in rows]


def _how(kind: str) -> str:
    return WITHDRAWN if kind == WITHDRAW else AMENDED


def list_body(session: Session, now: datetime, see: str) -> Json:
    """What the list of this moment says; `see` is where the receipts' numbers can be checked."""
    return {"v": 1, "at": now.isoformat(), "until": (now + LASTS).isoformat(), "see": see, "receipts": all_outdated(session)}


def read_list(signed: bytes, root: Certificate) -> OutdatedList:
    """A list as it was fetched. Raises WrongOutdatedList for anything that this root did not sign as such a list."""
    key = root.public_key()
    try:
        if not isinstance(key, EllipticCurvePublicKey):
            raise WrongOutdatedList
        body = json.loads(jose.open_es256(signed.strip(), TYPE, key))
        receipts = {one["sha256"]: Outdated(one["how"], datetime.fromisoformat(one["at"])) for one in body["receipts"]}
        at, until = (datetime.fromisoformat(body[name]) for name in ("at", "until"))
        return OutdatedList(at, until, str(body["see"]), receipts)
    except (ValueError, KeyError, TypeError):  # not such a JWS, not signed by this root, or not such a list
        raise WrongOutdatedList from None
