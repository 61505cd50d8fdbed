"""Which class a certificate had in a month, and which items replaced it then: a month that is over keeps what stood at its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from sqlmodel import Session, col, func, select

from cases.certificates.certificate import Certificate
from cases.certificates.history import CertificateChange, ChangeState
from storage.office_time import OFFICE

COUNTED = (ChangeState.MADE.value, ChangeState.CONFIRMED.value)


class Stood(NamedTuple):
    """Its class, and the items that replaced it."""

    certificate_class: str
    items: tuple[str, ...]


@dataclass
class Then:
    """The directory as it stands, and what was changed since, the latest first, by certificate: when, and what stood before."""

    certificates: Mapping[str, Certificate]
    changes: Mapping[str, Sequence[tuple[datetime, Mapping[str, Any]]]] = field(default_factory=dict)
    _of_item: dict[date, dict[tuple[str, str], list[str]]] = field(default_factory=dict)

    def stood(self, code: str, month: date) -> Stood:
        """How the certificate stood at the end of the month; of one that is gone nothing."""
        known = self.certificates.get(code)
        if known is None:
            return Stood("", ())
        values: dict[str, Any] = {"certificate_class": known.certificate_class, "items": known.items}
        for at, before in self.changes.get(code, ()):
            if at < _end(month):
                break
            values |= {name: before[name] for name in values if name in before}
        return Stood(values["certificate_class"], tuple(values["items"]))

    def replaced_by(self, item: str, way: str, month: date) -> Sequence[str]:
        """The certificates that this item replaced then, by their class."""
        if month not in self._of_item:
            self._of_item[month] = self._items_of(month)
        return self._of_item[month].get((item, way), ())

    def _items_of(self, month: date) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for code in self.certificates:
            stood = self.stood(code, month)
            for item in stood.items:
                found.setdefault((item, stood.certificate_class), []).append(code)
        return found


def read_then(session: Session, certificates: Mapping[str, Certificate], first: date) -> Then:
    """What is needed for the months from this one on. One statement: the changes after its end."""
    one = CertificateChange
    at = func.coalesce(col(one.decided_at), col(one.at))
    found = select(col(one.certificate), at, col(one.before)).where(col(one.state).in_(COUNTED), at >= _end(first))
    changes: dict[str, list[tuple[datetime, Mapping[str, Any]]]] = {}
    for code, moment, before in session.execute(found.order_by(at.desc(), col(one.id).desc())):
        changes.setdefault(code, []).append((moment, before))
    return Then(certificates, changes)


def _end(month: date) -> datetime:
    """The first moment of the month after."""
    year, place = divmod(month.year * 12 + month.month, 12)
    return datetime.combine(date(year, place + 1, 1), time(), OFFICE).astimezone(UTC)
