"""Registers of what one person holds from a day until a day: permits, insurance, houses, cars, support."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from cases.question import Finding, Question
from responders.handlers import persons
from responders.handlers.findings import confirmed, contradicted, not_digitised, traces, without_rows
from responders.handlers.persons import PersonQuery, Row


@dataclass(frozen=True, slots=True)
class Register:
    """One register: its item (and table), what is held, the age from which one may hold it, and the detail that names one entry.

    `exact` says whether another value of the detail contradicts (a plate), or only cannot be compared by a machine (an address).
    """

    item: str
    thing: str
    age: int
    detail: str = ""
    exact: bool = True


def ask_register(records: sqlite3.Connection, questions: Sequence[Question], register: Register) -> list[Finding]:
    """Whether each person holds an entry on the store's day, or held one in the asked year. Three queries a batch."""
    source = persons.source(records, register.item)
    asked = persons.look_up(records, [question.subjects["person"] for question in questions])
    persons.fill_rows(records, asked, register.item, "since, until, what")
    return [_finding(q, a, source, register) for q, a in zip(questions, asked, strict=True)]


def _finding(question: Question, asked: PersonQuery, source: persons.Source, register: Register) -> Finding:
    before = without_rows(question, asked, source, register.age)
    if before:
        return before
    rows = _about(asked.rows, question.details.get(register.detail, ""), register.exact)
    if not rows:
        if register.exact:
            return contradicted(f"登记信息显示，{asked.name}名下没有所问的{register.thing}。")
        return not_digitised(
            f"{asked.name}名下有{register.thing}登记，但与所填内容文字不一致，需人工核对。", **traces(source, asked, near="words")
        )
    return _in_force(rows, asked.name, _day(question, source), source, register.thing)


def _about(rows: list[Row], wanted: str, exact: bool) -> list[Row]:
    wanted = "".join(wanted.split()).upper()
    if not wanted:
        return rows
    if exact:
        return [row for row in rows if row[4] == wanted]
    return [row for row in rows if row[4] in wanted or wanted in row[4]]


def _in_force(rows: list[Row], name: str, span: tuple[str, str], source: persons.Source, thing: str) -> Finding:
    first, last = span
    held = [row for row in rows if row[2] <= last and (row[3] is None or row[3] >= first)]
    number, _, since, until, _ = max(held or rows, key=lambda row: (row[3] or "9999", row[2]))
    current = until is None or until >= source.as_of
    evidence = {"id_form": persons.form(number), "from": since[:4], "to": "" if current else until[:4]}
    if held:
        return confirmed(f"登记信息属实：{name}有{thing}登记。", **evidence, current="yes" if current else "no")
    return contradicted(f"登记信息显示，{name}的{thing}登记在所问时间无效。", **evidence, current="yes" if current else "no")


def _day(question: Question, source: persons.Source) -> tuple[str, str]:
    """First and last day of the asked year; without a year the store's own day."""
    if question.year is None:
        return source.as_of, source.as_of
    return f"{question.year}-01-01", min(f"{question.year}-12-31", source.as_of)
