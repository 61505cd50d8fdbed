"""Steps: a sign-in on its way, after the password and before the code, or while somebody is at the city's sign-on."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Step(SQLModel, table=True):
    """A half-open sign-in; it opens nothing. Known by a cookie of its own, whose hash alone is kept."""

    __tablename__ = "sign_in_step"

    token_hash: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=16)  # code, enrol, sign_on
    username: str = Field(default="", max_length=64)  # empty while the city's sign-on has not said who it is
    how: str = Field(default="", max_length=16)
    following: str = Field(default="", max_length=500)  # the page to go on to
    sealed: bytes = b""  # what only this house may know of it
    failures: int = 0
    until: datetime = Field(index=True)
