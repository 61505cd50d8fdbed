"""Coverage: how many people of each community stand in the roster, and how many of them a text can reach today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from contacts.roster import ZONE, Area, Contact


@dataclass
class Coverage:
    """One area with its counts; a community without anybody to reach is where a question ends unanswered."""

    area: Area
    contacts: int = 0
    serving: int = 0
    reachable: int = 0

    def count(self, contact: Contact, now: datetime) -> None:
        """Counts one contact."""
        today = now.astimezone(ZONE).date()
        away = (contact.left_on and contact.left_on <= today) or (contact.away_until and contact.away_until > today)
        self.contacts += 1
        self.serving += not away
        self.reachable += not away and contact.takes_sms


def coverage_of(session: Session, areas: Sequence[Area], now: datetime) -> list[Coverage]:
    """The counts of these areas, in one query."""
    counted = {area.code: Coverage(area) for area in areas}
    found = select(Contact).where(col(Contact.area).in_(list(counted)), col(Contact.active))
    for contact in session.exec(found):
        counted[contact.area].count(contact, now)
    return list(counted.values())
