"""A register in a database: asked at once for a whole batch, in the same words on every kind, and never taken for empty."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from responders.handlers import RecordsAway
from responders.sources.sql_session import begin
from tests.nodes import PostgresNode
from tests.rooms.responders.agent.letters import NOW
from tests.rooms.responders.agent.stores import BRIDE, DAUGHTER, FATHER, MOTHER, NAMES, SON, STRANGER, YOUTH, about
from tests.rooms.responders.sources.files import COMMON, DATABASE, HEADINGS, NAMES_TOO, ROWS, SMALL, Asked, Row, loaded, write


class County:
    """A database with the table of vehicles, and the source that reads it."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address, self.folder, self.engine = address, folder, sa.create_engine(address)
        self.opened: list[Asked] = []
        self.fill(ROWS)

    def fill(self, rows: Sequence[Row], headings: Sequence[str] = HEADINGS) -> None:
        """The table anew."""
        marks = ", ".join(f":c{at}" for at in range(len(headings)))
        with self.engine.begin() as session:
            session.exec_driver_sql("DROP TABLE IF EXISTS clxx")
            session.exec_driver_sql(f"CREATE TABLE clxx ({', '.join(f'{name} varchar(64)' for name in headings)})")
            if rows:
                cells = [{f"c{at}": cell for at, cell in enumerate(row)} for row in rows]
                session.execute(sa.text(f"INSERT INTO clxx VALUES ({marks})"), cells)

    def run(self, statement: str) -> None:
        """Changes it behind the source."""
        with self.engine.begin() as session:
            session.exec_driver_sql(statement)

    def source(self, **changes: str) -> Asked:
        """The source; `changes`: text of the file = other text."""
        text = DATABASE.format(address=self.address) + COMMON
        for old, new in changes.items():
            text = text.replace(CHANGES[old], new)
        write(self.folder, text)
        self.opened.append(Asked(loaded(self.folder)))
        return self.opened[-1]

    def close(self) -> None:
        """Closes all that was opened."""
        for one in self.opened:
            one.records.close()
        self.engine.dispose()


CHANGES = {"table": 'table = "clxx"', "rows": "rows_at_least = 40", "number": 'number = "SFZHM"', "name": 'name = "XM"',
           "since": 'from = "DJRQ"', "fresh": 'as_of = "live"'}  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def county(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[County]:
    """The county's table, once in each kind of database."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'vehicles.sqlite'}"
    else:
        node: PostgresNode = request.getfixturevalue("postgres")
        address = node.fresh_database("vehicles")
    made = County(address, tmp_path)
    yield made
    made.close()


def test_it_says_what_is_on_record_and_what_is_not(county: County) -> None:
    source = county.source()
    small = about("vehicle", SMALL, NAMES_TOO[SMALL])
    asked = [
        (about("vehicle", SON), "confirmed"),
        (about("vehicle", SON, plate="浙GA0001"), "confirmed"),
        (about("vehicle", SON, plate="浙GA0002"), "contradicted"),
        (about("vehicle", SON, year=2009), "contradicted"),
        (about("vehicle", SON, "李平"), "identity_mismatch"),
        (about("vehicle", MOTHER), "confirmed"),
        (about("vehicle", YOUTH), "contradicted"),
        (about("vehicle", YOUTH, year=2024), "confirmed"),
        (about("vehicle", DAUGHTER), "not_digitised"),  # two people under one number
        (about("vehicle", BRIDE), "not_digitised"),  # under no name
        (about("vehicle", FATHER), "no_record"),
        (about("vehicle", FATHER, year=1990), "not_digitised"),
        (small, "confirmed"),
    ]

    assert source.outcomes(*(question for question, _ in asked)) == [outcome for _, outcome in asked]
    assert source.ask(about("vehicle", MOTHER))[0].evidence == {"id_form": "15", "from": "1998", "as_of": "2026-09-01"}


def test_a_batch_is_one_statement_for_reading(county: County) -> None:
    source = county.source()
    source.ask()
    seen: list[str] = []
    engine: Any = vars(source.records.register)["_engine"]
    sa.event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: seen.append(statement))
    source.ask(*[about("vehicle", SON) for _ in range(200)])

    assert sum("clxx" in one for one in seen) == 3, "its entries, their count, and those under no number"
    with begin(engine, 5) as session, pytest.raises(sa.exc.DBAPIError):
        session.exec_driver_sql("DELETE FROM clxx")


def test_a_select_of_ones_own_and_its_day(county: County) -> None:
    query = "SELECT SFZHM, XM, HPHM, DJRQ, ZXRQ, '12:00' AS t FROM clxx WHERE HPHM <> 'a:b' AND HPHM NOT LIKE '%q'"
    fresh = 'as_of = "query"\nquery = "SELECT \'2026-08-31\'"\nat_most_days = 3'
    source = county.source(table=f'query = """{query}"""', fresh=fresh)

    assert source.ask(about("vehicle", FATHER))[0].evidence["as_of"] == "2026-08-31"
    stale = county.source(fresh=fresh.replace("08-31", "08-01"))
    with pytest.raises(RecordsAway, match="stood on 2026-08-01, more than 3 days ago"):
        stale.ask()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"table": 'table = "clxy"'}, "refuses the statement|cannot be reached"),
        ({"number": 'number = "SFZ"'}, "there is no column SFZ; there are: "),
        ({"number": 'number = "HPHM"'}, "the column .* holds no ID numbers"),
        ({"name": 'name = "HPHM"'}, "the column .* holds no names"),
        ({"since": 'from = "XM"'}, "the column .* holds no days"),
        ({"rows": "rows_at_least = 4000"}, "has 47 entries, fewer than the 4000"),
        ({"table": 'query = "SELECT * FROM clxx WHERE 1 = 0"'}, "has 0 entries, fewer than the 40"),
    ],
)  # fmt: skip
def test_what_is_configured_wrongly_is_away_and_says_no_to_nobody(county: County, changes: dict[str, str], told: str) -> None:
    with pytest.raises(RecordsAway, match=told):
        county.source(**changes).ask(about("vehicle", FATHER))


@pytest.mark.parametrize("harm", ["DELETE FROM clxx", "DELETE FROM clxx WHERE substr(HPHM, 1, 6) = '浙GB003'", "DROP TABLE clxx",
                                  "UPDATE clxx SET SFZHM = ' ' || SFZHM"])  # fmt: skip
def test_what_happens_to_it_between_two_looks_says_no_to_nobody(county: County, harm: str) -> None:
    source = county.source(rows="rows_at_least = 45")
    assert source.outcomes(about("vehicle", FATHER)) == ["no_record"]
    county.run(harm)

    with pytest.raises(RecordsAway):
        source.ask(about("vehicle", FATHER))


def test_who_may_stand_there_under_a_wrong_number_is_for_a_person(county: County) -> None:
    """A blank number, one with a blank in it, one in full width: whoever has that name is not told to have none."""
    day = "2010-01-01"
    county.fill([*ROWS, (None, NAMES[FATHER], "浙GC1", day, None), (f" {STRANGER}", NAMES[STRANGER], "浙GC2", day, None)])
    source = county.source()

    asked: list[Any] = [about("vehicle", FATHER), about("vehicle", STRANGER), about("vehicle", FATHER, "王根富")]
    assert source.outcomes(*asked) == ["not_digitised", "not_digitised", "no_record"]
    county.fill([*ROWS, (None, "", "浙GC3", "2010-01-01", None)])
    assert county.source().outcomes(asked[2]) == ["not_digitised"], "it may be anybody's"


@pytest.mark.parametrize("later", [False, True])
def test_a_number_of_right_length_that_is_none_is_for_a_person(county: County, later: bool) -> None:
    """Masked, with a letter or sign of another script, with a slip of the pen; written before the look, or behind it."""
    names = ["甲", "乙", "丙", "丁", "戊", "己"]
    slip = FATHER[:17] + "0123456789"[int(FATHER[17]) - 1]
    odd = [f"{FATHER[:6]}********{FATHER[14:]}", FATHER.replace("0", "O", 1), f"{SMALL[:-1]}Х", slip,
           f"{FATHER[:7]}１{FATHER[8:]}", f"{FATHER[:12]}\t\t\t"]  # fmt: skip
    rows = [*ROWS, *((one, name, "浙GC1", "2010-01-01", None) for one, name in zip(odd, names, strict=True))]
    source = county.source()
    if later:
        source.ask()
    county.fill(rows)

    assert source.outcomes(*(about("vehicle", FATHER, name) for name in [*names, NAMES[FATHER]])) == ["not_digitised"] * 6 + [
        "no_record"
    ]


def test_a_slow_statement_ends_in_time(county: County) -> None:
    slow = "SELECT pg_sleep(20)"
    if county.address.startswith("sqlite"):
        slow = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    source = county.source(table='table = "clxx"\nseconds = 0.3', fresh=f'as_of = "query"\nquery = "{slow}"\nat_most_days = 3')

    with pytest.raises(RecordsAway):
        source.handler.look(source.records, NOW)
