"""A register in a database: one read-only statement for a whole batch, and in the same moment a count where somebody has no entry.

Each statement also asks for a few entries that were just read (anchors). Where these do not come back, a register was emptied, or
its numbers cannot be found in the way in which we look for them: then nothing in it says that there is no record.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cases.names import comparison_form
from responders.handlers.persons import PersonQuery, index
from responders.sources.entries import Entry, check_sample, heading_for, read_entry, read_name
from responders.sources.fault_words import away
from responders.sources.register import RegisterSight, Tell, check_sight, forms_of, read_as_of
from responders.sources.source_file import DatabaseConnection, SourceFile
from responders.sources.sql_session import begin, open_engine
from storage.late_modules import Late
from storage.office_time import office_date

if TYPE_CHECKING:
    import sqlalchemy as sa
else:
    sa = Late("sqlalchemy")

SAMPLE, ANCHORS = 40, 3
MOST_ODD = 1000  # entries under no readable number, whose names are remembered
_PARAMETER = re.compile(r"(?<![:\\]):(?=\w)")
SEARCH_AGAIN = 3600.0  # seconds between two looks at the signs and the check digit of every number
SEARCH_TIMES = 10  # what such a look may take, in times of what one statement may
AT_ONCE = 900  # numbers in one statement: Oracle takes 1000, SQL Server 2100


class DatabaseRegister:
    """Opened; raises RecordsAway where a column is missing or cannot be what the file says."""

    def __init__(self, file: SourceFile, connection: DatabaseConnection, person: bool, tell: Tell) -> None:
        self._file, self._connection, self._person = file, connection, person
        self._engine = open_engine(connection, tell)
        self._headings: Mapping[str, str] = {}
        self._place: Any = None
        self._anchors: Sequence[str] = ()
        self._looked: float | None = None
        self._sight = RegisterSight(None, "")
        self._now: datetime | None = None
        self._odd: Set[str] = frozenset()
        self._searched: float | None = None  # when every number was calculated last
        self.unsure: Set[str] = frozenset()

    def look(self, now: datetime) -> RegisterSight:
        """Columns, count, day, numbers that cannot be read, and whether what is there is found: at once, and then now and then."""
        self._now = now
        if self._looked is None or time.monotonic() - self._looked >= self._file.checks.every:
            self._look_well(now)
            self._looked = time.monotonic()
        check_sight(self._file, self._sight, office_date(now))
        return self._sight

    def entries(self, asked: Sequence[PersonQuery]) -> list[Entry]:
        """The entries under all these numbers. What was counted beside them is looked at by the next `look`."""
        forms = list(index(asked))
        with self._begun() as session:
            found = self._fetch(session, forms)
            self._sight = self._sight._replace(rows=self._count(session))
            self.unsure |= self._odd_names(session, {one.name for one in asked})
        return found

    def close(self) -> None:
        """Closes its connections."""
        self._engine.dispose()

    def _look_well(self, now: datetime) -> None:
        if self._searched is None or time.monotonic() - self._searched >= SEARCH_AGAIN:
            with self._begun(SEARCH_TIMES) as session:
                if not self._headings:
                    self._read_headings(session)
                self._odd = self._odd_names(session, None)
            self._searched = time.monotonic()
        with self._begun() as session:
            rows = self._count(session)
            self._sight = RegisterSight(rows, self._as_of(session, now))
            if not rows:
                return
            sample = [self._entry(row) for row in session.execute(self._select().limit(SAMPLE))]
            check_sample(sample, self._file.headings, self._person)
            self._anchors = [one.number for one in sample if one.number][:ANCHORS]
            self.unsure = self._odd | self._odd_names(session, set())
            self._fetch(session, [])

    def _read_headings(self, session: Any) -> None:
        connection = self._connection
        if connection.query:
            place: Any = sa.text(f"({_literal(connection.query)}) source_rows")
        else:
            schema, _, name = connection.table.rpartition(".")
            place = sa.table(name, schema=schema or None)
        there = list(session.execute(sa.select(sa.text("*")).select_from(place).where(sa.text("1 = 0"))).keys())
        self._headings = {name: heading_for(column, there) for name, column in self._file.headings.items()}
        columns: list[Any] = [sa.column(heading) for heading in dict.fromkeys(self._headings.values())]
        if connection.query:
            self._place = sa.text(_literal(connection.query)).columns(*columns).subquery("source_rows")
        else:
            self._place = sa.table(name, *columns, schema=schema or None)

    def _column(self, name: str) -> Any:
        return self._place.c[self._headings[name]]

    def _select(self) -> Any:
        return sa.select(*(self._column(name).label(f"c_{place}") for place, name in enumerate(self._headings)))

    def _entry(self, row: Any) -> Entry:
        cells = dict(zip(self._headings, row, strict=True))
        return read_entry(cells, self._file.values, self._person, self._file.coverage.open_ends)

    def _count(self, session: Any) -> int:
        return int(session.execute(sa.select(sa.func.count()).select_from(self._place)).scalar_one())

    def _as_of(self, session: Any, now: datetime) -> str:
        if not self._file.freshness.query:
            return office_date(now).isoformat()
        return read_as_of(session.execute(sa.text(_literal(self._file.freshness.query))).scalar())

    def _fetch(self, session: Any, forms: Sequence[str]) -> list[Entry]:
        """The entries under these numbers. Raises RecordsAway where the anchors, asked for in one statement, are not among them."""
        anchors = {form for number in self._anchors for form in written(forms_of(number, self._person))}
        wanted, found = written(forms), list[Entry]()
        for start in range(0, len(wanted) or 1, AT_ONCE):
            numbers = list(dict.fromkeys([*wanted[start : start + AT_ONCE], *anchors]))
            rows = [self._entry(row) for row in session.execute(self._select().where(self._column("number").in_(numbers)))]
            there = {form for row in rows if row.number for form in forms_of(row.number, self._person)}
            if not set(self._anchors) <= there:
                raise away("lost_rows")
            found += rows
        asked = set(forms)
        return [one for one in found if one.number in asked]

    def _odd_names(self, session: Any, asked: Set[str] | None) -> frozenset[str]:
        """The names of entries under a number by which nobody finds them: of another length, with a blank, beginning with no digit.

        And, of those with one of the asked names, or with none (`asked`; None: of all): with a sign or check digit that is wrong.
        """
        number, padding = self._column("number"), self._engine.dialect.name == "mssql"  # which finds what it pads with blanks
        odd = [number.is_(None), sa.func.char_length(number).not_in([15, 18] if self._person else [18])]
        odd += [] if padding else [number.like("% %")]
        if self._person:
            first = sa.func.substring(number, 1, 1) if padding else sa.func.substr(number, 1, 1)
            odd.append(first.not_in(list("123456789")))
        wrong, name = sa.or_(*wrong_numbers(number, self._person, self._engine.dialect.name)), self._column("name")
        if asked is None:
            odd.append(wrong)
        elif asked:
            odd.append(sa.and_(sa.or_(name.is_(None), name.in_(["", *sorted(asked)])), wrong))
        names = [self._column(one) for one in ("name", "former_name") if one in self._headings]
        rows = session.execute(sa.select(*names).where(sa.or_(*odd)).limit(MOST_ODD + 1)).all()
        if len(rows) > MOST_ODD:
            raise away("many_odd", column=self._headings["number"], rows=MOST_ODD)
        return frozenset(comparison_form(read_name(said)) for row in rows for said in (row[0], row[-1] or row[0]))

    @contextmanager
    def _begun(self, times: int = 1) -> Iterator[Any]:
        try:
            with begin(self._engine, self._connection.seconds * times) as session:
                yield session
        except sa.exc.SQLAlchemyError as error:
            unreached = isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)
            raise away("away" if unreached else "refused", why=type(getattr(error, "orig", None) or error).__name__) from error


def wrong_numbers(number: Any, person: bool, kind: str) -> list[Any]:
    """Conditions on a number of right length: a sign that cannot stand in it, a month or day that is none, a wrong check digit.

    GB 11643 (of those with 18 digits: the sum of all, each times 2 to the power of its place from the right, is 1 modulo 11), and
    GB 32100 (times 3 to the power of its place from the left, 0 modulo 31; in capitals, for it is asked for so).
    """
    signs = "0123456789X" if person else "0123456789ABCDEFGHJKLMNPQRTUWXY"
    part = sa.func.substring if kind == "mssql" else sa.func.substr

    def place(at: int) -> Any:
        known: Any = sa.literal_column(f"'{signs}'")
        sign = part(sa.func.upper(number), at, 1)
        if kind == "postgresql":
            return sa.func.strpos(known, sign, type_=sa.Integer)
        return sa.func.charindex(sign, known, type_=sa.Integer) if kind == "mssql" else sa.func.instr(known, sign, type_=sa.Integer)

    places = [place(at) for at in range(1, 19)]
    by = [2 ** (17 - at) % 11 if person else 3**at % 31 for at in range(17)] + [1]
    total = sum((one * times for one, times in zip(places, by, strict=True)), start=sa.literal_column("0", sa.Integer)) - sum(by)
    odd = [number != sa.literal_column("''").op("||")(number)] if kind == "sqlite" else []  # a whole number among texts
    if not person:
        return [*odd, *(one == 0 for one in places), sa.func.upper(number) != number, total % 31 != 0]
    months, days = [f"{at:02}" for at in range(1, 13)], [f"{at:02}" for at in range(1, 32)]
    short = sa.func.char_length(number) == 15
    bridged = [sa.and_(short, part(number, 9, 2).not_in(months)), sa.and_(short, part(number, 11, 2).not_in(days))]
    whole = [*(sa.not_(one.between(1, 10)) for one in places[15:17]), places[17] == 0, total % 11 != 1,
             part(number, 11, 2).not_in(months), part(number, 13, 2).not_in(days)]  # fmt: skip
    return [*odd, *(sa.not_(one.between(1, 10)) for one in places[:15]), *bridged, sa.and_(sa.not_(short), sa.or_(*whole))]


def written(forms: Sequence[str]) -> list[str]:
    """The forms as registers write them: a number that ends in X also with a small one."""
    return list(dict.fromkeys(form for one in forms for form in ((one, one[:-1] + "x") if one.endswith("X") else (one,))))


def _literal(query: str) -> str:
    """The query as it stands: sqlalchemy would take `:name` for a parameter."""
    return _PARAMETER.sub(r"\\:", query)
