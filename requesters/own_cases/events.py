"""Event feed: which cases of a unit changed since a trail line, without gaps; of bundles what their asker is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sql
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from access.principal import Principal
from cases.bundles.bundle import BUNDLE, Bundle
from cases.case import WAS_SENT, Case
from cases.trail.trail import Trail, newest
from storage.json import Json

OVERLAP = 2000  # lines are numbered before they are committed: look a little back, so that no late one is missed
GRACE = timedelta(seconds=30)  # on coming back, lines this young are told again: one of them may have come late
AT_MOST = 5000
FURTHEST = 50_000  # lines: whoever was away for longer reads the list of cases, and not all that ever happened
COLUMNS: Any = (
    Trail.id, Trail.action, Case.unit, Case.number, Case.state, Case.version,
    Bundle.number, Bundle.state, Bundle.version, Bundle.result,
)  # fmt: skip
SILENT = ("look", "follow", "receipt", "attachment_look")  # nothing changed


@dataclass(frozen=True, slots=True)
class Changed:
    """A case as it stands now, or a bundle as it was last told; `id` is the line of the trail that told of it."""

    id: int
    number: str
    state: str
    version: int
    result: str | None = None  # of a bundle
    of_bundle: bool = False

    @property
    def data(self) -> Json:
        """What the event says."""
        told: Json = {"number": self.number, "state": self.state, "version": self.version}
        return told | {"result": self.result} if self.of_bundle else told


@dataclass
class Follower:
    """One listener's place on the trail."""

    principal: Principal
    last: int = 0
    gap: bool = False  # further back than FURTHEST: some of what was missed is not told
    _seen: set[int] = field(default_factory=set)

    def begin(self, session: Session, after: int | None) -> None:
        """Stands after this line, or at the end of the trail."""
        end = newest(session)
        self.last = end if after is None else max(min(after, end), end - FURTHEST)
        self.gap = after is not None and after < self.last
        known = select(Trail.id).where(col(Trail.id) > self.last - OVERLAP, col(Trail.id) <= self.last)
        if after is not None:
            place = select(func.max(Trail.at)).where(col(Trail.id) > self.last - OVERLAP, col(Trail.id) <= self.last)
            at = session.exec(place).one()
            known = known.where(col(Trail.at) < at - GRACE) if at else known
        self._seen = {line or 0 for line in session.exec(known)}

    def look(self, session: Session) -> list[Changed]:
        """Cases that changed since the last look, each once, in the order of their newest line."""
        end = newest(session)
        fresh = [changed for changed in self._lines(session) if changed.id not in self._seen]
        self._seen |= {changed.id for changed in fresh}
        self.last = max([self.last, end, *(changed.id for changed in fresh)])
        self._seen = {line for line in self._seen if line > self.last - OVERLAP}
        return sorted({changed.number: changed for changed in fresh}.values(), key=lambda changed: changed.id)

    def _lines(self, session: Session) -> list[Changed]:
        lines: list[Changed] = []
        low = self.last - OVERLAP
        while True:
            found = sql.select(*COLUMNS).join(Case, col(Case.number) == col(Trail.number))
            found = found.join(Bundle, (col(Bundle.number) == col(Case.batch)) & (col(Case.batch) != ""), isouter=True)
            found = found.where(col(Trail.id) > low, col(Trail.action).not_in(SILENT), *self._mine())
            page = session.execute(found.order_by(col(Trail.id)).limit(AT_MOST)).all()
            lines += [changed for line, action, unit, *told in page if (changed := self._changed(line, action, unit, told))]
            if len(page) < AT_MOST:
                return lines
            low = page[-1][0]

    def _changed(self, line: int, action: str, unit: str, told: Sequence[Any]) -> Changed | None:
        """What this line tells this listener: who asked a bundle hears of it as a whole, everybody else of the case."""
        case, (bundle, state, version, result) = told[:3], told[3:]
        if bundle and unit == self.principal.unit and "supervisor" not in self.principal.roles:
            whole = Changed(line, bundle, state, version, result or None, of_bundle=True)
            return whole if action == BUNDLE else None
        return None if action == BUNDLE else Changed(line, *case)

    def _mine(self) -> list[ColumnElement[bool]]:
        if "supervisor" in self.principal.roles:
            return []
        mine = self.principal.unit
        desk = col(Case.station) if self.principal.parent else col(Case.holder)
        sides = {"asker": col(Case.unit) == mine, "clerk": (desk == mine) & WAS_SENT}
        return [or_(*(side for role, side in sides.items() if role in self.principal.roles))]
