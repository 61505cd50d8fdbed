"""The picture of a unit's seal (round, red, name along the ring) as a PDF page."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cases.seals import Seal
from requesters.receipts.typesetting import typeset

DRAWING = Path(__file__).parent / "seal.typ"
PURPOSE = "核查专用章"


def picture_of(seal: Seal) -> bytes:
    """The page with the seal; drawn once and then remembered."""
    return _drawn(seal.name, seal.certificate.not_valid_before_utc)


@lru_cache(maxsize=256)
def _drawn(name: str, made_at: datetime) -> bytes:
    return typeset(DRAWING, {"name": name, "purpose": PURPOSE, "title": name + PURPOSE}, made_at)
