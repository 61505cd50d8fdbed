"""The file of a source: where a register is, which columns hold what, since when it is complete, and how fresh it must be."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from responders.sources.fault_words import said

FOUND = ("confirmed", "contradicted")  # outcomes of a canary whose entry must be there
RuleKind = Literal["text", "id", "date", "number", "money", "choice", "address", "year"]
Column = Annotated[str, Field(min_length=1, max_length=128)]
Seconds = Annotated[float, Field(gt=0, le=300)]


def fault(code: str, **params: object) -> PydanticCustomError:
    """A fault of a key, in both languages."""
    return PydanticCustomError("source", "{words}", {"words": said(code, **params)})


class Part(BaseModel):
    """Anything in the file: nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, populate_by_name=False)


class DatabaseConnection(Part):
    """A table, or what one SELECT gives, at any address that SQLAlchemy knows. `seconds` is what one statement may take."""

    kind: Literal["database"]
    address: str = Field(min_length=1)
    table: str = ""  # or SCHEMA.TABLE
    query: str = ""
    seconds: Seconds = 20

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if bool(self.table) == bool(self.query):
            raise fault("one_place")
        if self.query and (not self.query.lower().startswith(("select", "with")) or ";" in self.query):
            raise fault("one_select")
        return self


class ExportConnection(Part):
    """A CSV or XLSX file, or of a folder the one whose number is highest. `settle`: seconds for which it must not have changed."""

    kind: Literal["export"]
    path: str = ""
    folder: str = ""
    pattern: str = "*"
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    separator: Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=1)] = ","
    sheet: str = ""
    heading_row: int = Field(default=1, ge=1, le=50)
    last_line: str = ""  # how the last line begins, where an export ends with one
    settle: float = Field(default=30, ge=0, le=3600)

    @model_validator(mode="after")
    def _one_file(self) -> Self:
        if bool(self.path) == bool(self.folder):
            raise fault("one_file")
        return self


class InterfaceConnection(Part):
    """An interface over HTTP. In `parameters` `{number}` and `{name}` stand for one person's, `{numbers}` for those of many.

    `rows` is the place of the entries in a reply, `success` what every good reply holds, `nothing` what one holds that says "none".
    """

    kind: Literal["interface"]
    address: str = Field(pattern=r"^https?://[^/@]+(/.*)?$")
    method: Literal["GET", "POST"] = "POST"
    send: Literal["json", "form"] = "json"
    parameters: dict[str, str]
    headers: dict[str, str] = {}
    rows: str
    success: dict[str, str] = Field(min_length=1)
    nothing: dict[str, str] = {}
    may_lack: tuple[str, ...] = ()  # columns (Hecha's word) that a reply leaves out where they are empty
    digits: tuple[Literal[15, 18], ...] = (
        18,
        15,
    )  # forms of a number that are asked for; (18,) where it looks under both by itself
    at_once: int = Field(default=50, ge=1, le=1000)
    parallel: int = Field(default=4, ge=1, le=32)
    authority: str = ""  # a file with the certificate of whoever signed its own
    seconds: Seconds = 10

    @property
    def is_batch(self) -> bool:
        """Whether one request asks about many."""
        return "{numbers}" in self.parameters.values()

    @model_validator(mode="after")
    def _asks_about_somebody(self) -> Self:
        if not any("{number" in said for said in self.parameters.values()):
            raise fault("needs_number")
        return self


Connection = Annotated[DatabaseConnection | ExportConnection | InterfaceConnection, Field(discriminator="kind")]


class Columns(Part):
    """What Hecha calls a column, and what the register calls it."""

    number: str = ""  # an interface that is asked about one person at a time may leave it out
    name: Column
    former_name: str = ""  # a name that somebody had before: whoever asks by it means the same person
    since: str = Field(default="", alias="from")
    until: str = ""


class Coverage(Part):
    """What the register holds. `keeps`: what happened (events), what is so today (present), or that and what has ended (past)."""

    keeps: Literal["events", "present", "past"]
    electronic_from: int = Field(ge=1850, le=2100)  # the year since which it holds what happened or began
    complete_since: date | None = None  # the day since which it holds all that is so today: then "none" is an answer
    from_age: int = Field(default=0, ge=0, le=100)  # nobody younger can have an entry
    region: str = ""  # its province and city, which an address may leave out
    open_ends: tuple[str, ...] = ("9999-12-31",)  # what `until` holds where nothing has ended, beside a blank
    lists: Literal["present", "all"] = "present"  # class query: without a year what is so today, or what has ended too


class Freshness(Part):
    """How it is known on which day the register stood; and from how many days on it is too old."""

    as_of: str  # live; for a database query, for an export modified or name, for an interface reply
    query: str = ""
    place: str = ""
    at_most_days: int | None = Field(default=None, ge=0, le=400)


class FactRule(Part):
    """When a fact of the item agrees: all that is named here must be so of one and the same entry."""

    there: bool = False  # there is an entry at all
    held: bool = False  # it is in force today, or was on some day of the year asked about
    value: str = ""  # from, until, or a name in [values] ...
    detail: str = ""  # ... is what the question states here (a detail of the item, or year)
    kind: RuleKind = "text"
    one_of: tuple[str, ...] = ()  # ... or is one of these

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.there or self.held or self.value) or bool(self.value) != bool(self.detail or self.one_of):
            raise fault("empty_rule")
        return self


class Canary(Part):
    """A question with a known answer, asked of the source itself."""

    number: str
    name: str
    outcome: Literal["confirmed", "contradicted", "no_record", "identity_mismatch", "not_digitised"]
    details: dict[str, str] = {}
    year: int | None = None


class Checks(Part):
    """What a healthy source shows: how many entries at least; how often it is looked at, in seconds."""

    rows_at_least: int | None = Field(default=None, ge=1)
    every: float = Field(default=300, gt=0, le=86_400)
    watch_none: bool = True  # whether a leap in the share of "none" makes it doubtful


class SourceFile(Part):
    """A whole file."""

    connection: Connection
    columns: Columns
    values: dict[str, Column] = {}
    choices: dict[str, dict[str, str]] = {}  # by a name in [values]: what the register writes = the code of the choice
    facts: dict[str, FactRule] = {}
    coverage: Coverage
    freshness: Freshness
    checks: Checks = Checks()
    canaries: tuple[Canary, ...] = ()

    @property
    def headings(self) -> Mapping[str, str]:
        """All columns that are read, by what Hecha calls them."""
        own = {"number": self.columns.number, "name": self.columns.name, "former_name": self.columns.former_name}
        days = {"from": self.columns.since, "until": self.columns.until}
        return {name: column for name, column in {**own, **days, **self.values}.items() if column}

    @model_validator(mode="after")
    def _keeps_what_it_can_tell(self) -> Self:
        coverage, columns = self.coverage, self.columns
        if coverage.keeps == "past" and not columns.until:
            raise fault("needs_until")
        if coverage.keeps == "events" and (columns.until or any(rule.held for rule in self.facts.values())):
            raise fault("events_end")
        if coverage.keeps == "events" and not columns.since:
            raise fault("needs_from")
        if coverage.keeps == "events" and coverage.complete_since:
            raise fault("events_complete")
        return self

    @model_validator(mode="after")
    def _values_are_there(self) -> Self:
        if any(rule.value and rule.value not in self.headings for rule in self.facts.values()):
            raise fault("no_value")
        if set(self.choices) - set(self.values) or {"number", "name", "former_name", "from", "until"} & set(self.values):
            raise fault("no_value")
        return self

    @model_validator(mode="after")
    def _is_watched(self) -> Self:
        fresh, known = self.freshness, FRESHNESS[self.connection.kind]
        if fresh.as_of not in known:
            raise fault("wrong_fresh", as_of=fresh.as_of, known=", ".join(known))
        if (fresh.as_of == "query") != bool(fresh.query) or (fresh.as_of == "reply") != bool(fresh.place):
            raise fault("needs_place")
        if fresh.as_of != "live" and fresh.at_most_days is None:
            raise fault("needs_days")
        if isinstance(self.connection, InterfaceConnection):
            if not any(one.outcome in FOUND for one in self.canaries):
                raise fault("needs_canary")
        elif self.checks.rows_at_least is None:
            raise fault("needs_rows")
        if not self.columns.number and (not isinstance(self.connection, InterfaceConnection) or self.connection.is_batch):
            raise fault("needs_number_column")
        return self


FRESHNESS = {"database": ("live", "query"), "export": ("modified", "name"), "interface": ("live", "reply")}
