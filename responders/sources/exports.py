"""A register in an export (CSV, XLSX), read whole: anew when another file lies there that is no longer being written."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import datetime

from cases.names import comparison_form
from responders.handlers.persons import PersonQuery, index
from responders.sources.csv_export import csv_rows
from responders.sources.entries import Entry, check_sample, heading_for, read_entry, read_text
from responders.sources.export_file import ExportFile, find_export
from responders.sources.fault_words import away
from responders.sources.register import RegisterSight, check_sight
from responders.sources.source_file import ExportConnection, SourceFile
from responders.sources.xlsx_export import check_digits, xlsx_rows
from storage.office_time import office_date

MOST_ODD = 1000  # entries under no readable number
_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{15}|[0-9A-Za-z]{18})(?![0-9A-Za-z])")


class ExportRegister:
    """Opened; it is read by the first look."""

    def __init__(self, file: SourceFile, connection: ExportConnection, person: bool) -> None:
        self._file, self._connection, self._person = file, connection, person
        self._read: ExportFile | None = None
        self._by_number: Mapping[str, Sequence[Entry]] = {}
        self._rows = 0
        self.unsure: Set[str] = frozenset()

    def look(self, now: datetime) -> RegisterSight:
        """Reads the file that lies there now, unless it was read or is still being written; what was read holds until then."""
        try:
            found = find_export(self._connection)
            if self._read is None or found.mark != self._read.mark:
                if found.is_settled(now, self._connection.settle):
                    self._read_anew(found)
                elif self._read is None:
                    raise away("being_written", file=found.path.name, seconds=self._connection.settle)
        except OSError as error:
            raise away("away", why=error.strerror) from error
        assert self._read is not None
        sight = RegisterSight(self._rows, self._read.as_of(self._file.freshness.as_of))
        check_sight(self._file, sight, office_date(now))
        return sight

    def entries(self, asked: Sequence[PersonQuery]) -> list[Entry]:
        """The entries under all these numbers."""
        return [entry for form in index(asked) for entry in self._by_number.get(form, ())]

    def close(self) -> None:
        """Forgets what was read."""
        self._by_number, self._read = {}, None

    def _read_anew(self, found: ExportFile) -> None:
        entries = list(self._entries(found))
        odd = [one for one in entries if not one.number]
        check_sample(entries, self._file.headings, self._person)
        if len(odd) > MOST_ODD:
            raise away("many_odd", column=self._file.columns.number, rows=MOST_ODD)
        by_number: defaultdict[str, list[Entry]] = defaultdict(list)
        for one in entries:
            by_number[one.number].append(one)
        self._by_number, self._rows, self._read = by_number, len(entries), found
        self.unsure = frozenset(comparison_form(name) for one in odd for name in (one.name, one.former_name or one.name))

    def _entries(self, found: ExportFile) -> Iterator[Entry]:
        is_sheet = found.path.suffix.lower() == ".xlsx"
        rows = (xlsx_rows if is_sheet else csv_rows)(found.bytes(), self._connection)
        there = [read_text(cell) for cell in next(rows, ())]
        columns = {name: there.index(heading_for(column, there)) for name, column in self._file.headings.items()}
        for row in self._whole(rows):
            check_digits(row[columns["number"]], self._file.columns.number)
            check_lines(row)
            cells = {name: row[place] for name, place in columns.items()}
            yield read_entry(cells, self._file.values, self._person, self._file.coverage.open_ends)

    def _whole(self, rows: Iterator[Sequence[object]]) -> Iterator[Sequence[object]]:
        """The rows before the last line, where it is said how that begins. Raises RecordsAway where it is missing, or not last."""
        last = self._connection.last_line
        for row in rows:
            if last and read_text(row[0]).startswith(last):
                if next(rows, None) is not None:
                    raise away("after_last", last=last)
                return
            yield row
        if last:
            raise away("no_last_line", last=last)


def check_lines(row: Sequence[object]) -> None:
    """Raises RecordsAway where a cell of several lines holds an ID number: an open quotation mark has swallowed a row."""
    if any(isinstance(cell, str) and ("\n" in cell or "\r" in cell) and _NUMBER.search(cell) for cell in row):
        raise away("swallowed")
