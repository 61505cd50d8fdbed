"""Event feed: which cases of a unit changed since a trail line, without gaps."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from access.principal import Principal
from cases.case import WAS_SENT, Case
from cases.trail.trail import Trail, newest

OVERLAP = 2000  # lines are numbered before they are committed: look a little back, so that no late one is missed
GRACE = timedelta(seconds=30)  # on coming back, lines this young are told again: one of them may have come late
AT_MOST = 5000
FURTHEST = 50_000  # lines: whoever was away for longer reads the list of cases, and not all that ever happened
SILENT = ("look", "follow", "receipt")  # nothing changed


@dataclass(frozen=True, slots=True)
class Changed:
    """A case as it stands now; `id` is the line of the trail that told of it."""

    id: int
    number: str
    state: str
    version: int


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
            found = select(Trail.id, Case.number, Case.state, Case.version).join(Case, col(Case.number) == col(Trail.number))
            found = found.where(col(Trail.id) > low, col(Trail.action).not_in(SILENT), *self._mine())
            page = session.exec(found.order_by(col(Trail.id)).limit(AT_MOST)).all()
            lines += [Changed(line or 0, number, state, version) for line, number, state, version in page]
            if len(page) < AT_MOST:
                return lines
            low = lines[-1].id

    def _mine(self) -> list[ColumnElement[bool]]:
        if "supervisor" in self.principal.roles:
            return []
        mine = self.principal.unit
        desk = col(Case.station) if self.principal.parent else col(Case.holder)
        sides = {"asker": col(Case.unit) == mine, "clerk": (desk == mine) & WAS_SENT}
        return [or_(*(side for role, side in sides.items() if role in self.principal.roles))]
