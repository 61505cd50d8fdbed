"""A register behind an interface over HTTP that answers in JSON: asked for each person, or for many at once.

Nobody can count its entries. So a canary that must be found goes before and after whatever is answered from it, and with each
request about many; whoever did not come back then is asked for again, for a reply may be cut after so many entries.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

from cases.names import comparison_form
from responders.handlers.persons import PersonQuery
from responders.sources.entries import UNREADABLE, Entry, read_entry, read_number, read_since, read_text
from responders.sources.fault_words import away
from responders.sources.http_client import HttpClient
from responders.sources.json_paths import MISSING, at
from responders.sources.register import RegisterSight, Tell, check_sight, forms_of
from responders.sources.source_file import FOUND, InterfaceConnection, SourceFile
from storage.office_time import office_date

NUMBERS, NUMBER, NAME = "{numbers}", "{number}", "{name}"
Ask = tuple[Sequence[str], str]  # numbers, and a name where there is one alone


class InterfaceRegister:
    """Opened; nothing is sent before somebody is asked about."""

    def __init__(self, file: SourceFile, connection: InterfaceConnection, person: bool, tell: Tell) -> None:
        self._file, self._connection, self._person = file, connection, person
        self._client, self._pool = (
            HttpClient(connection, tell),
            ThreadPoolExecutor(connection.parallel, thread_name_prefix="interface"),
        )
        self._as_of, self._today = "", date.max
        self._named = any(NAME in said for said in connection.parameters.values())
        found = [one.number for one in file.canaries if one.outcome in FOUND] if connection.is_batch else []
        self._first = self._asked_as(found[0]) if len(found) > 1 else []
        self._last = self._asked_as(found[-1]) if found else []
        self.unsure: Set[str] = frozenset()

    def look(self, now: datetime) -> RegisterSight:
        """The day on which it stands: today, or what its last reply says."""
        self._today = today = office_date(now)
        sight = RegisterSight(None, self._as_of or today.isoformat())
        check_sight(self._file, sight, today)
        return sight

    def entries(self, asked: Sequence[PersonQuery]) -> list[Entry]:
        """The entries under all these numbers. Of whom it was not asked for certain, "none" is no answer: `unsure` has the name."""
        days: list[str] = []
        found = self._round(asked, days)
        there = {form for one in found for form in forms_of(one.number, self._person)}
        silent = [one for one in asked if not there & set(one.forms)]
        if self._last and silent and len(silent) < len(asked) and self._round(silent, days):
            raise away("cut_reply")  # it left out entries before
        self._as_of = min(days, default=self._as_of)
        self.unsure = {comparison_form(one.name) for one in silent if self._named or not self._forms(one)}
        return found

    def _round(self, asked: Sequence[PersonQuery], days: list[str]) -> list[Entry]:
        own = {form for one in asked for form in one.forms}
        replies = list(self._pool.map(self._ask, self._requests(asked)))
        days.extend(day for _entries, day in replies if day)
        found = _once((entries for entries, _day in replies), self._person)
        return [one for one in found if own & set(forms_of(one.number, self._person))]

    def _forms(self, one: PersonQuery) -> list[str]:
        return [form for form in one.forms if len(form) in self._connection.digits]

    def _asked_as(self, number: str) -> list[str]:
        """The forms in which a canary is asked for."""
        forms = forms_of(read_number(number, self._person) or number, self._person)
        return [one for form in forms if len(form) in self._connection.digits for one in _written_as(form, self._person)]

    def close(self) -> None:
        """Closes its connections."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    def _requests(self, asked: Sequence[PersonQuery]) -> Iterator[Ask]:
        single = dict.fromkeys(
            (form, one.name if self._named else "")
            for one in asked
            for own in self._forms(one)
            for form in _written_as(own, self._person)
        )
        size = self._connection.at_once - len(self._first) - len(self._last)
        if not self._connection.is_batch or size < 1:
            yield from (([form], name) for form, name in single)
            return
        ends = {*self._first, *self._last}
        forms = [form for form, _name in single if form not in ends]
        for start in range(0, max(len(forms), 1), size):
            yield [*self._first, *forms[start : start + size], *self._last], ""

    def _ask(self, ask: Ask) -> tuple[list[Entry], str]:
        """The entries, and the day on which they stood where the reply says it."""
        numbers, name = ask
        reply = self._client.ask({key: _filled(said, numbers, name) for key, said in self._connection.parameters.items()})
        day = self._day(reply) if self._file.freshness.place else ""
        known = {form for number in numbers for form in forms_of(number.upper(), self._person)}
        found = [self._entry(row, numbers, known) for row in self._rows(reply)]
        there = {form for one in found for form in forms_of(one.number, self._person)}
        if len(numbers) > 1 and any(ends and not there & set(ends) for ends in (self._first, self._last)):
            raise away("cut_reply")  # a canary is not in it: it was cut
        return found, day

    def _day(self, reply: Any) -> str:
        """The day that a reply names. Raises RecordsAway where it is none, too old, or lies ahead."""
        day = read_since(at(reply, self._file.freshness.place))
        if day in ("", UNREADABLE):
            raise away("no_as_of")
        check_sight(self._file, RegisterSight(None, day), self._today)
        return day

    def _rows(self, reply: Any) -> Sequence[Any]:
        """The entries in a reply. Raises RecordsAway where it does not say that it went well, or has no place for entries."""
        connection = self._connection
        if connection.nothing and _holds(reply, connection.nothing):
            return []
        if not _holds(reply, connection.success):
            raise away("no_success", places=", ".join(connection.success))
        rows = at(reply, connection.rows)
        if isinstance(rows, dict):
            return [rows]
        if not isinstance(rows, list):
            raise away("no_rows", place=connection.rows)
        return rows

    def _entry(self, row: Any, numbers: Sequence[str], known: Set[str]) -> Entry:
        cells = {name: at(row, column) for name, column in self._file.headings.items()}
        for name, cell in cells.items():
            if cell is MISSING and name not in self._connection.may_lack:
                raise away("no_column", column=self._file.headings[name], known=", ".join(row) if isinstance(row, dict) else "-")
        given = {name: None if cell is MISSING else cell for name, cell in cells.items()}
        person, values = self._person, self._file.values
        if not self._file.columns.number:  # it does not repeat what it was asked for: one number alone
            return read_entry({**given, "number": numbers[0].upper()}, values, person, self._file.coverage.open_ends)
        entry = read_entry(given, values, person, self._file.coverage.open_ends)
        if not entry.number:
            raise away("no_numbers", column=self._file.columns.number)
        if not known & set(forms_of(entry.number, person)):
            raise away("of_others")
        return entry


def _once(replies: Iterable[Sequence[Entry]], person: bool) -> Iterator[Entry]:
    """The entries of all replies; one that came for both forms of a number counts once."""
    before: set[object] = set()
    for reply in replies:
        marks = [(forms_of(one.number, person)[0], one.names, one.since, one.until, *sorted(one.values.items())) for one in reply]
        yield from (one for one, mark in zip(reply, marks, strict=True) if mark not in before)
        before.update(marks)


def _written_as(form: str, person: bool) -> list[str]:
    """The number, and with a small x too: a register may have either."""
    return [form, form.lower()] if person and form.endswith("X") else [form]


def _filled(said: str, numbers: Sequence[str], name: str) -> object:
    if said == NUMBERS:
        return list(numbers)
    return said.replace(NUMBER, numbers[0]).replace(NAME, name)


def _holds(reply: Any, wanted: Mapping[str, str]) -> bool:
    """Whether these places hold these values; a number, true and false are compared as they are written."""
    return all(_written(at(reply, place)) == value for place, value in wanted.items())


def _written(said: Any) -> str:
    return str(said).lower() if isinstance(said, bool) else "" if said is MISSING else read_text(said)
