"""Units: the table of organisations that ask, answer or supervise, and the queues each of them has."""

from collections.abc import Collection, Sequence

from sqlmodel import Field, Session, SQLModel, col, select


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

    def name(self, locale: str) -> str:
        """The unit's name in the reader's language."""
        return self.name_en if locale.startswith("en") else self.name_zh


class Units(dict[str, Unit]):
    """Units by code. Of a code that is nobody's `units[code]` gives one that does nothing and bears the code as its name:
    what a grant, an item or an old case says of a unit that is gone must not end a page. `in` and `get` know those there are.
    """

    def __missing__(self, code: str) -> Unit:
        return Unit(code=code, name_zh=code, name_en=code)


def all_units(session: Session) -> Units:
    """Every unit there is, as {code: unit}; one query."""
    return Units({unit.code: unit for unit in session.exec(select(Unit).order_by(col(Unit.code)))})


def queues(units: Sequence[Unit], writers: Collection[str] = ()) -> list[str]:
    """The queues that these units need, with those that everybody shares. `writers`: codes of those that ask by letter."""
    asked = [f"questions.{unit.code}" for unit in units if unit.answers]
    told = [f"outcomes.{unit.code}" for unit in units if unit.asks]
    replied = [f"replies.{unit.code}" for unit in units if unit.code in writers]
    return [*asked, *told, *replied, "findings", "requests", "alerts"]
