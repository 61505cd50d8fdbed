"""What the units of the survey say of one certificate: who takes and who issues it, how often, under which names."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from reform.survey.answer import SheetOf
from reform.survey.reconciling import stated


@dataclass(frozen=True, slots=True)
class Said:
    """Papers of a year as units say them: taken, issued; None where nobody is on that side or somebody does not say how many."""

    takers: int
    issuers: int
    taken: int | None
    issued: int | None
    names: tuple[str, ...]


def said_of(session: Session, certificate: str) -> Said | None:
    """The survey's figures of a certificate; None while no unit has named it. One query."""
    rows = stated(session, certificate)
    if not rows:
        return None
    sides = {sheet: [one for one in rows if one.sheet == sheet] for sheet in SheetOf}
    takers, issuers = ({one.unit for one in sides[sheet]} for sheet in (SheetOf.TAKEN, SheetOf.ISSUED))
    taken, issued = (_sum([one.volume for one in sides[sheet]]) for sheet in (SheetOf.TAKEN, SheetOf.ISSUED))
    return Said(len(takers), len(issuers), taken, issued, tuple(dict.fromkeys(one.name for one in rows)))


def _sum(volumes: Sequence[int | None]) -> int | None:
    return sum(volume or 0 for volume in volumes) if volumes and None not in volumes else None
