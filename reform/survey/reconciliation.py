"""The reconciliation: from what units say they take and issue to the points that do not fit. Pure; kept by reconciling.py."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from reform.survey.answer import SheetOf
from reform.survey.points import PointKind

FITS_WITHIN = 1.5  # what is taken and issued in a year fits while neither is more than so many times the other
FEW = 20  # papers a year by which they may differ in any case: units estimate


class Stated(NamedTuple):
    """What one unit says of one certificate, under one name and for one purpose."""

    unit: str
    sheet: str
    certificate: str
    form: str
    name: str
    issuer: str
    volume: int | None


@dataclass
class Sides:
    """What all units say of one certificate: papers of a year by unit on either side (None: not said), names and issuers named."""

    taken: dict[str, int | None] = field(default_factory=dict)
    issued: dict[str, int | None] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)  # by unit: the names that it uses, by their form
    issuers: dict[str, str] = field(default_factory=dict)  # by unit: from whom it takes it


Point = tuple[tuple[str, str, str], dict[str, Any]]  # kind, unit and certificate; the figures


def sides_of(stated: Sequence[Stated]) -> dict[str, Sides]:
    """The two sides of each certificate."""
    found: dict[str, Sides] = {}
    for one in stated:
        of = found.setdefault(one.certificate, Sides())
        side = of.taken if one.sheet == SheetOf.TAKEN else of.issued
        side[one.unit] = _sum(side.get(one.unit), one.volume)
        of.names.setdefault(one.unit, {})[one.form] = one.name
        if one.issuer:
            of.issuers.setdefault(one.unit, one.issuer)
    return found


def points_of(stated: Sequence[Stated], own_forms: Mapping[str, str]) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Every point that does not fit, with its figures. `own_forms`: by certificate the form of its name in the directory."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for certificate, sides in sides_of(stated).items():
        found |= dict(_one_sided(certificate, sides))
        found |= dict(_odd_volumes(certificate, sides))
        found |= dict(_other_names(certificate, sides, own_forms.get(certificate, "")))
    return found


def _one_sided(certificate: str, sides: Sides) -> Iterator[Point]:
    if not sides.issued:
        for unit, volume in sides.taken.items():
            figures = {"volume": volume, "issuer": sides.issuers.get(unit, "")}
            yield (PointKind.NOBODY_ISSUES.value, unit, certificate), figures
    if not sides.taken:
        for unit, volume in sides.issued.items():
            yield (PointKind.NOBODY_TAKES.value, unit, certificate), {"volume": volume}


def _odd_volumes(certificate: str, sides: Sides) -> Iterator[Point]:
    """One point, at the unit with the largest figure of the side that says more: it can look up what it counted."""
    taken, issued = _whole(sides.taken), _whole(sides.issued)
    if taken is None or issued is None or abs(taken - issued) < FEW or max(taken, issued) <= FITS_WITHIN * min(taken, issued):
        return
    more = sides.taken if taken > issued else sides.issued
    unit = max(sorted(more), key=lambda one: more[one] or 0)
    yield (PointKind.VOLUMES.value, unit, certificate), {"taken": taken, "issued": issued}


def _other_names(certificate: str, sides: Sides, own: str) -> Iterator[Point]:
    for unit, names in sides.names.items():
        if others := sorted(name for form, name in names.items() if form != own):
            yield (PointKind.OTHER_NAME.value, unit, certificate), {"names": others}


def _whole(side: Mapping[str, int | None]) -> int | None:
    """The papers of all; None where nobody is on this side, or somebody does not say how many."""
    if not side or any(volume is None for volume in side.values()):
        return None
    return sum(volume or 0 for volume in side.values())


def _sum(one: int | None, other: int | None) -> int | None:
    return other if one is None else one + (other or 0)
