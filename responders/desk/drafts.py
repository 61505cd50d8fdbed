"""Drafts: the table of half-written answers, by clerk, case and move."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col, select

from storage.encrypted_columns import EncryptedJson

KEPT = timedelta(days=14)
MOVES = frozenset(
    {"answer", "return", "forward", "ask_back", "message", "offer_later", "state"}
)  # the forms in which somebody writes
PAGES_OWN = frozenset({"csrf", "seen", "tab", "serial", "then", "phrase", "over", "drop"})  # what a page adds; nobody wrote it
PRESET = frozenset({"source", "statement", "town", "area", "area_shown", "call"})  # filled in before anybody writes
LONGEST = 2000


class Draft(SQLModel, table=True):
    """What one clerk last typed into one form of one case. `serial` counts the savings, `tab` is the window that made the last."""

    username: str = Field(primary_key=True, foreign_key="account.username", max_length=64)
    number: str = Field(primary_key=True, max_length=32)
    move: str = Field(primary_key=True, max_length=16)
    fields: dict[str, str] = Field(default_factory=dict, sa_type=EncryptedJson)
    serial: int = 1
    tab: str = Field(default="", max_length=16)
    saved_at: datetime

    @property
    def begun(self) -> bool:
        """Whether somebody wrote or chose anything: what the page itself fills in is no draft."""
        return not set(self.fields) <= PRESET


def save(
    session: Session, key: tuple[str, str, str], form_data: Mapping[str, str], now: datetime, over: bool = False
) -> tuple[Draft, bool]:
    """Keeps what stands in a form; `key` is user name, case number and move. The draft that stands now, and whether it is this.

    It is not where another window saved something newer than what this one began with (`typed["serial"]`), except with `over`.
    """
    username, number, move = key
    fields = {name: value[:LONGEST] for name, value in form_data.items() if value.strip() and name not in PAGES_OWN}
    tab, known = form_data.get("tab", "")[:16], _count(form_data.get("serial", ""))
    found = session.get(Draft, key, with_for_update=True)
    if found is None:
        found = Draft(username=username, number=number, move=move, serial=0, saved_at=now)
    elif found.tab != tab and found.serial > known and found.fields != fields and not over:
        return found, False
    found.fields, found.tab, found.saved_at, found.serial = fields, tab, now, found.serial + 1
    session.add(found)
    session.flush()
    return found, True


def _count(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def of_case(session: Session, username: str, number: str) -> dict[str, Draft]:
    """This clerk's drafts for the case that hold something, by move."""
    found = session.exec(select(Draft).where(Draft.username == username, Draft.number == number))
    return {draft.move: draft for draft in found if draft.begun}


def drafted(session: Session, username: str, numbers: list[str]) -> set[str]:
    """Those of these cases for which this clerk has something half written."""
    found = select(Draft).where(Draft.username == username, col(Draft.number).in_(numbers))
    return {draft.number for draft in session.exec(found) if draft.begun}


def drop(session: Session, username: str, number: str, move: str = "") -> None:
    """Throws away this clerk's draft for one form of the case, or all of them."""
    mine = delete(Draft).where(col(Draft.username) == username, col(Draft.number) == number)
    session.connection().execute(mine.where(col(Draft.move) == move) if move else mine)


def any_old(session: Session, now: datetime) -> bool:
    """Whether there is anything to forget: looking takes no lock."""
    return session.exec(select(Draft.number).where(col(Draft.saved_at) < now - KEPT).limit(1)).first() is not None


def forget(session: Session, now: datetime) -> None:
    """Throws away what nobody went on with for two weeks."""
    session.connection().execute(delete(Draft).where(col(Draft.saved_at) < now - KEPT))
