"""The second step: codes of a person's authenticator (TOTP, RFC 6238), and recovery codes for the day it is lost."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Totp(SQLModel, table=True):
    """One person's authenticator. The secret is sealed by the vault; it counts once a first code has proven it."""

    username: str = Field(primary_key=True, foreign_key="account.username", max_length=64)
    secret: bytes
    made_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0  # the step of 30 seconds of the newest code that was taken: it and older ones are refused


class RecoveryCode(SQLModel, table=True):
    """A code that stands in once for the authenticator. Only a keyed hash is kept."""

    __tablename__ = "recovery_code"

    username: str = Field(primary_key=True, foreign_key="account.username", max_length=64)
    mac: str = Field(primary_key=True, max_length=64)
    used_at: datetime | None = None
