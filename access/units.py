"""Units: the table of organisations that ask, answer or supervise, and the queues each of them has."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, select

from access.accounts import Account


class Unit(SQLModel, table=True):
    """One organisation. The code names its queues and never changes."""

    code: str = Field(primary_key=True, max_length=32, schema_extra={"pattern": r"^[a-z0-9][a-z0-9-]{1,31}$"})
    name_zh: str = Field(max_length=64)
    name_en: str = Field(max_length=96)
    asks: bool = False
    answers: bool = False
    supervises: bool = False
    window_phone: str = Field(default="", max_length=32)  # where a contact may ring back
    webhook: str = Field(default="", max_length=300)  # told of outcomes, where the unit's own system listens
    # A station (police station, village office) is a desk of this unit, which holds its items, grants, keys and seal.
    parent: str = Field(default="", index=True, max_length=32, sa_column_kwargs={"server_default": ""})

    @property
    def holds(self) -> bool:
        """Whether it can hold an item: it answers, and is no station, which answers what its unit holds."""
        return self.answers and not self.parent

    def name(self, locale: str) -> str:
        """The unit's name in the reader's language."""
        return self.name_en if locale.startswith("en") else self.name_zh


class Units(dict[str, Unit]):
    """Units by code. Of a code that is nobody's `units[code]` gives one that does nothing and bears the code as its name:
    what a grant, an item or an old case says of a unit that is gone must not end a page. `in` and `get` know those there are.
    """

    def __missing__(self, code: str) -> Unit:
        return Unit(code=code, name_zh=code, name_en=code)

    def named(self, holder: str, station: str, locale: str) -> str:
        """Who has a case or answered it, as everybody is told it: the unit, and its station where one is meant."""
        name = self[holder].name(locale)
        if not station:
            return name
        return f"{name} ({self[station].name(locale)})" if locale.startswith("en") else f"{name}（{self[station].name(locale)}）"

    def phone(self, holder: str, station: str = "") -> str:
        """Where the desk of a case can be rung: the station's window, else its unit's; '' where none is known."""
        return (station and self[station].window_phone) or self[holder].window_phone

    def stations_of(self, code: str) -> list[Unit]:
        """The stations of a unit, those that are switched off too, in the order of their codes."""
        return [unit for unit in self.values() if unit.parent == code]

    def house(self, code: str) -> list[str]:
        """The codes of a unit and its stations."""
        return [code, *(unit.code for unit in self.stations_of(code))]


class Belonging(NamedTuple):
    """Of an account's unit whose station it is ('' for none), and whether it has stations or is one."""

    parent: str = ""
    stations: bool = False


_own, _below = aliased(Unit), aliased(Unit)
_parent = select(_own.parent).where(_own.code == Account.unit).correlate(Account).scalar_subquery()
_has_stations = exists().where(col(_below.parent) == col(Account.unit)).correlate(Account)
# What makes a Belonging, as further columns of a statement that selects from Account.
BELONGING = (func.coalesce(_parent, ""), _has_stations | (_parent != ""))


def all_units(session: Session) -> Units:
    """Every unit there is, as {code: unit}; one query."""
    return Units({unit.code: unit for unit in session.exec(select(Unit).order_by(col(Unit.code)))})


def queues(units: Sequence[Unit], writers: Collection[str] = ()) -> list[str]:
    """The queues that these units need, with those that everybody shares. `writers`: codes of those that ask by letter."""
    asked = [f"questions.{unit.code}" for unit in units if unit.holds]
    told = [f"outcomes.{unit.code}" for unit in units if unit.asks]
    replied = [f"replies.{unit.code}" for unit in units if unit.code in writers]
    return [*asked, *told, *replied, "findings", "requests", "alerts"]
