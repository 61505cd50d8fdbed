"""Webhook secrets: the table of units with the keys that sign the calls to their own system."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel

from access.units import Unit
from access.webhooks.webhook_signatures import fresh_secret
from storage.encrypted_columns import EncryptedText

OVERLAP = timedelta(days=7)  # so long the secret of before signs as well


class WebhookKey(SQLModel, table=True):
    """The secret with which a unit's notices are signed, and for some days the one before. The address stands with the unit."""

    __tablename__ = "webhook_key"

    unit: str = Field(primary_key=True, foreign_key="unit.code", max_length=32)
    secret: str = Field(max_length=64, sa_type=EncryptedText)
    previous: str | None = Field(default=None, max_length=64, sa_type=EncryptedText)
    previous_until: datetime | None = None

    def signing(self, now: datetime) -> Sequence[str]:
        """The secrets that sign now, the newest first."""
        overlaps = self.previous and self.previous_until and now < self.previous_until
        return [self.secret, self.previous] if overlaps and self.previous else [self.secret]


def set_webhook(session: Session, unit: str, url: str, now: datetime) -> str:
    """Where the unit's system listens from now on; returns a fresh secret, shown once.

    At the address it had before the old secret signs beside the new one for a week; another system never gets what it can use.
    """
    known, held = session.get_one(Unit, unit), session.get(WebhookKey, unit)
    stays = held if held and url and known.webhook == url else None
    secret, known.webhook = fresh_secret(), url
    until = now + OVERLAP if stays else None
    session.merge(WebhookKey(unit=unit, secret=secret, previous=stays.secret if stays else None, previous_until=until))
    return secret
