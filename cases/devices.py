"""Devices: browsers in which somebody has signed in before. Strangers' guesses elsewhere never slow these down."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Device(SQLModel, table=True):
    """One browser as it is known for one person; a counter's computer may be known for several. Only the token's hash is kept."""

    token_hash: str = Field(primary_key=True, max_length=64)
    username: str = Field(primary_key=True, foreign_key="account.username", max_length=64)
    since: datetime
    seen_at: datetime
