"""The picture of a unit's seal: round and red, with its name along the ring, as a PDF page of its own."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cases.seals import Seal
from requesters.typesetting import typeset

DRAWING = Path(__file__).parent / "seal.typ"
PURPOSE = "核查专用章"
MARK_LETTERS = 12


def mark_of(serial: int) -> str:
    """The beginning of a certificate's serial: it stands at the foot of the seal, so that paper and certificate can be compared."""
    return f"{serial:040X}"[:MARK_LETTERS]


def picture_of(seal: Seal) -> bytes:
    """The page with the seal; drawn once and then remembered."""
    return _drawn(seal.name, mark_of(seal.certificate.serial_number), seal.certificate.not_valid_before_utc)


@lru_cache(maxsize=256)
def _drawn(name: str, mark: str, made_at: datetime) -> bytes:
    return typeset(DRAWING, {"name": name, "mark": mark, "purpose": PURPOSE, "title": name + PURPOSE}, made_at)
