"""A register that was opened: what the one behind a database, an export and an interface have in common."""

from collections.abc import Callable, Sequence, Set
from datetime import date, datetime
from typing import NamedTuple, Protocol

from cases.documents.id_numbers import ResidentId
from responders.handlers.persons import PersonQuery
from responders.sources.entries import Entry
from responders.sources.fault_words import away
from responders.sources.source_file import SourceFile
from storage.days import NotADay, read_day

Tell = Callable[[str], None]


class RegisterSight(NamedTuple):
    """What a look shows: how many entries there are (None where nobody can count them), and the day (ISO) on which they stood."""

    rows: int | None
    as_of: str


def tell_nobody(_statement: str) -> None:
    """What a register sends is told to nobody, unless somebody tries it."""


class Register(Protocol):
    """Opened, and looked at now and then. What is wrong is said by RecordsAway."""

    unsure: Set[str]  # names (compared form) of entries under no readable number; "" where even that is blank

    def look(self, now: datetime) -> RegisterSight:
        """Looks at it where the last look was long ago; what it showed."""

    def entries(self, asked: Sequence[PersonQuery]) -> list[Entry]:
        """The entries under the numbers of all these, at once."""

    def close(self) -> None:
        """Closes what is open."""


def check_sight(file: SourceFile, sight: RegisterSight, today: date) -> None:
    """Raises RecordsAway where there are too few entries, or where they are too old, or of a day that lies ahead."""
    if sight.rows is not None and sight.rows < (least := file.checks.rows_at_least or 1):
        raise away("few_rows", rows=sight.rows, least=least)
    as_of, most = date.fromisoformat(sight.as_of), file.freshness.at_most_days
    if as_of > today:
        raise away("ahead", as_of=sight.as_of)
    if most is not None and (today - as_of).days > most:
        raise away("too_old", as_of=sight.as_of, days=most)


def read_as_of(said: object) -> str:
    """The day that a source names, in ISO. Raises RecordsAway where that is none."""
    text = said.isoformat() if isinstance(said, date) else str(said if said is not None else "").strip()
    try:
        return read_day(text.replace("T", " ").split(" ")[0]).isoformat()
    except NotADay:
        raise away("no_as_of") from None


def forms_of(number: str, person: bool) -> list[str]:
    """Every form under which an entry with this number may be kept."""
    if not person:
        return [number]
    resident = ResidentId.parse(number)
    return [form for form in (resident.number, resident.old_number) if form]
