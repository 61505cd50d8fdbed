"""Registers of what one person holds from a day until a day: permits, insurance, houses, cars, support."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from cases.names import comparison_form
from cases.question import Finding, Question
from responders.handlers import persons
from responders.handlers.findings import AGREES, DIFFERS, answered, not_digitised, traces, verdict, without_rows
from responders.handlers.persons import PersonQuery, Row, Source
from responders.handlers.places import same_place

_NO_SIGN = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Register:
    """One register: its item (and table), what is held, the age from which one may hold it, and the detail that names one entry.

    `exact` says whether another value of the detail differs (a plate), or only cannot be compared by a machine (an address).
    `fact` is the fact that the detail states, and `beside`, whether it is stated beside `registered` or in its place.
    """

    item: str
    thing: str
    age: int
    detail: str = ""
    exact: bool = True
    fact: str = "this_one"
    beside: bool = False


def ask_register(records: sqlite3.Connection, questions: Sequence[Question], register: Register) -> list[Finding]:
    """Whether each person holds an entry on the store's day, or held one in the asked year. Three queries a batch."""
    source = persons.source(records, register.item)
    asked = persons.look_up(records, [question.subjects["person"] for question in questions])
    persons.fill_rows(records, asked, register.item, "since, until, what")
    return [_finding(q, a, source, register) for q, a in zip(questions, asked, strict=True)]


def _finding(question: Question, asked: PersonQuery, source: Source, register: Register) -> Finding:
    before = without_rows(question, asked, source, register.age, lasts=True)
    if before:
        return before
    wanted = question.details.get(register.detail, "").strip() if register.detail else ""
    span = _span(question, source)
    rows = _held(asked.rows, span) or asked.rows if register.beside else asked.rows
    these = [row for row in rows if not wanted or _is(row[4], wanted, source, register.exact)]
    if these:
        held, evidence = verdict(bool(_held(these, span))), _evidence(these, span, source)
        told = {"registered": held, register.fact: AGREES} if register.beside else {register.fact: held}
        return answered("", told if wanted else {"registered": held}, **evidence)
    if register.exact:
        return answered("", {register.fact: DIFFERS}, as_of=source.as_of)
    return not_digitised(f"登记中的{register.thing}与所填内容文字不一致，需人工核对。", **traces(source, asked, near="words"))


def _is(written: str, wanted: str, source: Source, exact: bool) -> bool:
    return _bare(written) == _bare(wanted) if exact else same_place(wanted, written, source.home)


def _bare(text: str) -> str:
    return _NO_SIGN.sub("", comparison_form(text))


def _held(rows: list[Row], span: tuple[str, str]) -> list[Row]:
    """The rows that were in force on some day of the span; on the day on which one ends, it is not any more."""
    return [row for row in rows if row[2] <= span[1] and (row[3] is None or row[3] > span[0])]


def _evidence(rows: list[Row], span: tuple[str, str], source: Source) -> dict[str, str]:
    number, _, since, until, _ = max(_held(rows, span) or rows, key=lambda row: (row[3] or "9999", row[2]))
    current = until is None or until > source.as_of
    return {"id_form": persons.form(number), "from": since[:4], "to": "" if current else until[:4], "as_of": source.as_of}


def _span(question: Question, source: Source) -> tuple[str, str]:
    """First and last day of the asked year; without a year the store's own day."""
    if question.year is None:
        return source.as_of, source.as_of
    return f"{question.year}-01-01", min(f"{question.year}-12-31", source.as_of)
