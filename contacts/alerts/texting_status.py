"""Texting status: which SMS providers are ill, and what waits for another try and why; for pages, figures and alarms."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, func, or_, select

from cases.case import Case
from contacts.alerts.alerts import Alert, AlertState
from contacts.alerts.provider_health import ProviderHealth, all_health
from contacts.sms.reasons import reason_words


@dataclass(frozen=True, slots=True)
class TextingStatus:
    """`ill` are providers that take no texts now; `reasons`: how many texts wait for another try, by the code of the failure."""

    ill: Sequence[ProviderHealth] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)
    oldest: datetime | None = None  # since when the longest waiting one waits

    @property
    def waiting(self) -> int:
        """How many texts wait for another try."""
        return sum(self.reasons.values())

    @property
    def stands(self) -> bool:
        """Whether texts stand still: a provider is ill, and no other takes them."""
        return bool(self.ill) and self.waiting > 0

    @property
    def words(self) -> tuple[str, str]:
        """Why, as an English msgid and the code that it may name; empty where all is well."""
        worst = max(self.ill, key=lambda one: (one.refused, one.failures), default=None)
        code = worst.fault if worst else max(self.reasons, key=lambda one: self.reasons[one], default="")
        return (reason_words(code, bool(worst and worst.refused)), code) if code else ("", "")

    def why(self, code: str) -> str:
        """The same for the code of one text."""
        return reason_words(code, any(one.refused and one.fault == code for one in self.ill))


def waits_again() -> ColumnElement[bool]:
    """The condition that a text went wrong and waits for another try."""
    return and_(col(Alert.state) == AlertState.QUEUED.value, col(Alert.next_try_at).is_not(None), col(Alert.error) != "")


def read_texting_status(session: Session, desk: str = "") -> TextingStatus:
    """How texting stands; with a unit named, of the texts about its cases alone. Two queries, whatever the number of texts."""
    ill = [row for row in all_health(session) if row.ill_since]
    found = select(Alert.error, func.count(), func.min(col(Alert.created_at))).where(waits_again())
    if desk:
        found = found.join(Case, col(Case.number) == col(Alert.about)).where(or_(Case.holder == desk, Case.station == desk))
    rows = session.exec(found.group_by(col(Alert.error))).all()
    reasons = Counter({code: count for code, count, _ in rows})
    return TextingStatus(ill, dict(reasons.most_common()), min((at for _, _, at in rows), default=None))


def held_up(session: Session, numbers: Sequence[str], purpose: str) -> set[str]:
    """Those of these cases of which a text of this purpose cannot go because a provider is ill. One query while all are well."""
    if not any(row.ill_since for row in all_health(session)):
        return set()
    found = select(Alert.about).where(waits_again(), col(Alert.about).in_(numbers), col(Alert.purpose) == purpose)
    return set(session.exec(found))


class HealthReader:
    """Tells a change broadcaster when a provider became ill or well."""

    table = "sms_provider"

    def __init__(self) -> None:
        self._before: set[tuple[str, bool]] = set()

    def news(self, session: Session) -> set[str]:
        """The key of everybody who is shown how texting stands."""
        before, self._before = self._before, {(one.name, one.refused) for one in all_health(session) if one.ill_since}
        return {"sms_provider:all"} if before != self._before else set()
