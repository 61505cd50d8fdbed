"""Lots: the table of each month's draw of commitments and inspectors (双随机), from the sealed secret to the list that was drawn.

In this order, each step on the trail: at the month's beginning a secret is made, and its hash told; when the month is over the
lists of commitments and inspectors are closed, and their hash told; the first checkpoint of the trail that is signed after that
makes, with the secret, the seed. Who knows the secret cannot foresee the checkpoint, and who could time a checkpoint does not know
the secret; nobody can change either afterwards.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, col, select

from storage.encrypted_columns import EncryptedText
from storage.first_rows import FirstRows, first_rows

SHOWN = 24


class Lot(SQLModel, table=True):
    """The draw of the commitments that were signed in one month (YYYY-MM). The secret is told once the draw is made."""

    __tablename__ = "commitment_lot"

    month: str = Field(primary_key=True, max_length=7)
    rule: int
    secret: str = Field(sa_type=EncryptedText)
    seal: str = Field(max_length=64)
    sealed_at: datetime
    closed_at: datetime | None = None
    after_checkpoint: int = 0  # the newest one when the lists were closed
    candidates: list[Any] = Field(default_factory=list, sa_type=JSON)  # drawing.Candidate
    inspectors: list[Any] = Field(default_factory=list, sa_type=JSON)  # drawing.Inspector
    lists: str = Field(default="", max_length=64)
    size: int = 0
    checkpoint: str = Field(default="", max_length=64)
    checkpoint_number: int = 0
    seed: str = Field(default="", max_length=64)
    drawn: list[Any] = Field(default_factory=list, sa_type=JSON)  # drawing.Drawn
    drawn_at: datetime | None = None


def month_of(day: date) -> str:
    """As lots are called: YYYY-MM."""
    return f"{day:%Y-%m}"


def lots(session: Session) -> FirstRows[Lot]:
    """The newest lots."""
    return first_rows(session, select(Lot).order_by(col(Lot.month).desc()), SHOWN)


def published(lot: Lot) -> dict[str, Any]:
    """All that is needed to work the draw out again, as JSON; before the draw without the secret."""
    told: dict[str, Any] = {
        name: getattr(lot, name) for name in ("month", "rule", "seal", "lists", "size", "candidates", "inspectors")
    }
    told |= {"sealed_at": lot.sealed_at.isoformat(), "closed_at": lot.closed_at.isoformat() if lot.closed_at else None}
    if lot.drawn_at is None:
        return told
    told |= {name: getattr(lot, name) for name in ("secret", "checkpoint", "checkpoint_number", "seed", "drawn")}
    return {**told, "drawn_at": lot.drawn_at.isoformat()}
