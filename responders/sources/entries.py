"""An entry of a register as it is read, whatever writes it: number, name, days (read by storage/days.py) and values. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from cases.documents.id_numbers import BadNumber, ResidentId, parse_credit_code, plain
from cases.names import comparison_form, visible
from responders.handlers import RecordsAway
from responders.sources.fault_words import away
from storage.days import NotADay, read_day
from storage.office_time import OFFICE

UNREADABLE = "?"  # a day that stands there and is none
MOST_EXACT = 10**15  # a sheet keeps 15 digits of a number
LEAST_NUMBERS, LEAST_NAMES, LEAST_DAYS = 0.5, 0.5, 0.5  # shares of a sample, below which the column is another one
NO_DAYS = ("0001-01-01", "1900-01-01", "1970-01-01")  # what programs write for a day that they do not have
LAST_DAY = "9999-12-31"  # stands for "not ended"; nothing begins on it
_CLOCK = re.compile(r"(?<=[\d日])[T ]\s*\d{1,2}:.*")
_ZONE = re.compile(r"\d:\d.*?\d\s*(?!\s|[AP]M$)([A-Z].*|[+-]\d[\d:]*)$", re.IGNORECASE)
_NULLS = frozenset(("null", "none", "nil", "nan", "n/a", "undefined", "-", "--", "—", "/", "无", "空", "不详", "未知"))
_HIDDEN = re.compile(r"[*＊×?？\ufffd\[\]{}]")  # masked, lost in another encoding, or a list in place of a name
_NO_PERSON = re.compile(r"[()（）【】<>、,，;；/|\d]")  # a firm's name may hold these, a person's does not
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `since` and `until` are days in ISO, empty where none stands there, `?` where what stands there is no day."""

    number: str  # capitals without blanks, in the register's own form; empty where it is none
    name: str
    former_name: str = ""
    since: str = ""
    until: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The names in the form in which they are compared."""
        return frozenset(comparison_form(name) for name in (self.name, self.former_name) if name)

    def value(self, name: str) -> str:
        """A value, or one of the days, by its name in the file."""
        return self.since if name == "from" else self.until if name == "until" else self.values.get(name, "")


def read_entry(row: Mapping[str, object], values: Collection[str], person: bool, open_ends: Collection[str]) -> Entry:
    """The entry in a row, whose cells stand under Hecha's names; without names where one is masked, with `?` where days cross."""
    name, former = (_without_null(row.get(one)) for one in ("name", "former_name"))
    if _is_masked(row.get("name"), name, person) or _is_masked(row.get("former_name"), former, person):
        name = former = ""
    since, until = read_since(row.get("from")), read_since(row.get("until"), open_ends)
    since = UNREADABLE if since == LAST_DAY else since
    until = UNREADABLE if UNREADABLE != since > until > "" else until
    return Entry(
        read_number(row.get("number"), person), name, former, since, until, {one: read_text(row.get(one)) for one in values}
    )


def read_number(cell: object, person: bool) -> str:
    """An ID number of 15 or 18 characters, or a credit code, as the register has it; empty where it is none."""
    text = plain(read_text(cell))
    try:
        if person:
            ResidentId.parse(text)
            return text
        return parse_credit_code(text)
    except BadNumber:
        return ""


def read_name(cell: object) -> str:
    """A name without what nobody sees."""
    return visible(read_text(cell)).strip()


def _without_null(cell: object) -> str:
    name = read_name(cell)
    return "" if name.casefold() in _NULLS else name


def _is_masked(cell: object, name: str, person: bool) -> bool:
    """Whether this is a name of which nobody can say that it is another one."""
    return isinstance(cell, bool | list | dict) or bool(_HIDDEN.search(name) or (person and _NO_PERSON.search(name)))


def read_since(cell: object, open_ends: Collection[str] = ()) -> str:
    """A day in ISO, whatever stood there; empty for a blank, `?` for what is no day. A time with a zone is on a day here."""
    text = _day_of(cell) if isinstance(cell, datetime) else cell.isoformat() if isinstance(cell, date) else read_text(cell)
    if _ZONE.search(text):
        try:
            text = _day_of(datetime.fromisoformat(text))
        except ValueError:
            return UNREADABLE
    text = _CLOCK.sub("", text).strip()
    if not text or text in open_ends:
        return ""
    try:
        day = read_day(text).isoformat()
    except NotADay:
        return UNREADABLE
    return UNREADABLE if day in NO_DAYS else day


def _day_of(moment: datetime) -> str:
    try:
        return (moment.astimezone(OFFICE) if moment.tzinfo else moment).date().isoformat()
    except OverflowError:  # the last day of the calendar
        return moment.date().isoformat()


def read_text(cell: object) -> str:
    """What a cell says, as text: whole numbers without a point, days in ISO."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < MOST_EXACT:
        return str(int(cell))
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f")
    return str(cell).strip()


def check_sample(entries: Sequence[Entry], columns: Mapping[str, str], person: bool) -> None:
    """Raises RecordsAway where a column is another one than the file says: no numbers, no names, no days in most entries."""
    many = len(entries)
    if sum(bool(one.number) for one in entries) < LEAST_NUMBERS * many:
        raise away("no_numbers", column=columns["number"])
    if sum(is_name(one.name, person) for one in entries) < LEAST_NAMES * many:
        raise away("no_names", column=columns["name"])
    for name in ("from", "until"):
        said = [day for one in entries if (day := one.value(name))]
        if sum(day != UNREADABLE for day in said) < LEAST_DAYS * len(said):
            raise away("no_days", column=columns[name])


def is_name(text: str, person: bool) -> bool:
    """Whether this may be a name: a person's holds no digit."""
    return bool(text) and not (person and _DIGIT.search(text))


def heading_for(wanted: str, there: Sequence[str]) -> str:
    """The register's own writing of a column: as it stands, or else the one that differs in capitals and blanks alone.

    Raises RecordsAway, naming what there is.
    """
    if there.count(wanted) == 1:
        return wanted
    near = [name for name in there if _bare(name) == _bare(wanted)]
    if len(near) > 1:
        raise away("two_columns", column=wanted)
    if not near:
        raise no_column(wanted, there)
    return near[0]


def no_column(wanted: str, there: Sequence[str]) -> RecordsAway:
    """That a column is missing."""
    return away("no_column", column=wanted, known=", ".join(list(there)[:40]))


def _bare(heading: str) -> str:
    return "".join(visible(heading).split()).casefold()
