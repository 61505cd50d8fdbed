"""Webhook secrets: the table of units with the key that signs the calls to their own system."""

import secrets

from sqlmodel import Field, Session, SQLModel

from access.units import Unit
from storage.encrypted_columns import EncryptedText


class WebhookKey(SQLModel, table=True):
    """The secret with which a unit's notices are signed. The address stands with the unit."""

    __tablename__ = "webhook_key"

    unit: str = Field(primary_key=True, foreign_key="unit.code", max_length=32)
    secret: str = Field(max_length=64, sa_type=EncryptedText)


def set_webhook(session: Session, unit: str, url: str) -> str:
    """Where the unit's system listens from now on; returns a fresh secret, shown once."""
    secret = secrets.token_urlsafe(32)
    session.get_one(Unit, unit).webhook = url
    session.merge(WebhookKey(unit=unit, secret=secret))
    return secret
