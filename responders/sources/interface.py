"""A register behind an interface over HTTP that answers in JSON: asked for each person, or for many at once.

Nobody can count its entries. So a canary that must be found goes before and after whatever is answered from it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from responders.handlers.persons import PersonQuery
from responders.sources.entries import Entry, read_entry, read_text
from responders.sources.fault_words import away
from responders.sources.http_client import HttpClient
from responders.sources.json_paths import MISSING, at
from responders.sources.register import RegisterSight, Tell, check_sight, forms_of, read_as_of
from responders.sources.source_file import InterfaceConnection, SourceFile
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
        self._as_of = ""
        self.unsure: Set[str] = frozenset()

    def look(self, now: datetime) -> RegisterSight:
        """The day on which it stands: today, or what its last reply says."""
        today = office_date(now)
        sight = RegisterSight(None, self._as_of or today.isoformat())
        check_sight(self._file, sight, today)
        return sight

    def entries(self, asked: Sequence[PersonQuery]) -> list[Entry]:
        """The entries under all these numbers."""
        return list(_once(self._pool.map(self._ask, self._requests(asked)), self._person))

    def close(self) -> None:
        """Closes its connections."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    def _requests(self, asked: Sequence[PersonQuery]) -> Iterator[Ask]:
        single = {form: one.name for one in asked for form in one.forms if len(form) in self._connection.digits}
        if not self._connection.is_batch:
            yield from (([form], name) for form, name in single.items())
            return
        forms = list(single)
        for start in range(0, len(forms), self._connection.at_once):
            yield forms[start : start + self._connection.at_once], ""

    def _ask(self, ask: Ask) -> list[Entry]:
        numbers, name = ask
        reply = self._client.ask({key: _filled(said, numbers, name) for key, said in self._connection.parameters.items()})
        if self._file.freshness.place:
            self._as_of = read_as_of(at(reply, self._file.freshness.place))
        known = {form for number in numbers for form in forms_of(number, self._person)}
        return [self._entry(row, numbers, known) for row in self._rows(reply)]

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
            return read_entry({**given, "number": numbers[0]}, values, person, self._file.coverage.open_ends)
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


def _filled(said: str, numbers: Sequence[str], name: str) -> object:
    if said == NUMBERS:
        return list(numbers)
    return said.replace(NUMBER, numbers[0]).replace(NAME, name)


def _holds(reply: Any, wanted: Mapping[str, str]) -> bool:
    """Whether these places hold these values; a number, true and false are compared as they are written."""
    return all(_written(at(reply, place)) == value for place, value in wanted.items())


def _written(said: Any) -> str:
    return str(said).lower() if isinstance(said, bool) else "" if said is MISSING else read_text(said)
