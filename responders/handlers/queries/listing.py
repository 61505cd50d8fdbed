"""Listing what a register holds of somebody: the entries of a day or a year as fields, in the order of their days."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cases.question import Finding, Outcome, Question
from responders.handlers import persons
from responders.handlers.findings import finding, silent, without_rows
from responders.handlers.persons import PersonQuery, Row, Source

Fields = dict[str, str]


@dataclass(frozen=True, slots=True)
class Listing:
    """One register: its item, its table with the columns after `number, name`, and how a row becomes fields.

    The first two columns are the days since and until which an entry is in force. `age` is that from which one may have an entry.
    `past` says that what has ended is listed too (periods of insurance); else only what is in force.
    """

    item: str
    table: str
    columns: str
    age: int
    fields: Callable[[Row], Mapping[str, object]]
    past: bool = False


def list_entries(records: sqlite3.Connection, questions: Sequence[Question], listing: Listing) -> list[Finding]:
    """The entries of each person on the store's day, or of the asked year. Three queries a batch."""
    source = persons.source(records, listing.item)
    asked = persons.look_up(records, [question.subjects["person"] for question in questions])
    persons.fill_rows(records, asked, listing.table, listing.columns)
    return [_finding(question, one, source, listing) for question, one in zip(questions, asked, strict=True)]


def _finding(question: Question, asked: PersonQuery, source: Source, listing: Listing) -> Finding:
    before = without_rows(question, asked, source, listing.age, lasts=True)
    if before:
        return before
    rows = asked.rows if listing.past and question.year is None else in_force(asked.rows, span(question, source))
    if not rows:
        return silent(question, source, asked.born + listing.age, asked, lasts=True)
    return listed(source, [listing.fields(row) for row in sorted(rows, key=lambda row: (row[2], row[3] or "9", row[4:]))])


def listed(source: Source, rows: Sequence[Mapping[str, object]]) -> Finding:
    """That these are the entries found, and in which time they were looked for. What an entry does not say is left out of it."""
    return finding(Outcome.CONFIRMED, "", {"records": [filled(row) for row in rows]}, **searched(source))


def searched(source: Source) -> dict[str, str]:
    """The first year that was searched, and the day up to which the register is kept."""
    return {"electronic_from": str(source.electronic_from), "as_of": source.as_of}


def filled(row: Mapping[str, object]) -> Fields:
    """The fields that say something, as text."""
    return {name: str(value) for name, value in row.items() if value not in (None, "")}


def span(question: Question, source: Source) -> tuple[str, str]:
    """First and last day of the asked year; without a year the store's own day."""
    if question.year is None:
        return source.as_of, source.as_of
    return f"{question.year}-01-01", min(f"{question.year}-12-31", source.as_of)


def in_force(rows: Sequence[Row], days: tuple[str, str]) -> list[Row]:
    """The rows that were in force on some day of the span; on the day on which one ends, it is not any more."""
    return [row for row in rows if row[2] <= days[1] and (row[3] is None or row[3] > days[0])]
