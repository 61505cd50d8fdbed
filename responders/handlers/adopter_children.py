"""Children of somebody who wants to adopt, from the family register of the civil office."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question, read_count
from responders.handlers import persons
from responders.handlers.findings import AGREES, answered, not_digitised, settled, silent, traces, verdict
from responders.handlers.persons import PersonQuery, Source

TABLES = ("child", "resident")
AGE = 15  # below it nobody has children
BORN = 2  # column of `born` in the rows of children


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """How many children the person has; whether as many as `details.children`, where that is stated. Four queries a batch."""
    source = persons.source(records, "adopter_children")
    asked = persons.look_up(records, [question.subjects["person"] for question in questions])
    persons.fill_names(records, asked, "resident")
    persons.fill_rows(records, asked, "child", "born, kind")
    return [_finding(question, person, source) for question, person in zip(questions, asked, strict=True)]


def _finding(question: Question, person: PersonQuery, source: Source) -> Finding:
    before = settled(question, person, source)
    if before:
        return before
    stated, count = question.details.get("children", "").strip(), len(person.rows)
    claimed = read_count(stated)
    if stated and claimed is None:  # what was said cannot be compared: "on record" would be taken for "as stated"
        return not_digitised("所述子女数不是数字，需人工核对。", **traces(source, person, near="words"))
    if claimed is not None and person.known:
        return _compared(question, person, source, claimed)
    if count == 0:
        return silent(question, source, person.born + AGE, person, lasts=True)
    return _on_record(question, person, source)


def _by_then(question: Question, person: PersonQuery) -> int:
    """How many of the children were born in the asked year or before; without a year, all."""
    return sum(question.year is None or int(row[BORN][:4]) <= question.year for row in person.rows)


def _on_record(question: Question, person: PersonQuery, source: Source) -> Finding:
    count, then, facts = len(person.rows), _by_then(question, person), {"children": AGREES}
    if not then and person.born + AGE < source.electronic_from:  # an elder child may stand on paper
        return not_digitised("登记中的子女均在所问年份之后出生，此前的情况需人工核对。", **traces(source, person, near="changed"))
    if question.year is not None:
        facts["in_year"] = verdict(bool(then))
    evidence = {"id_form": persons.form(person.rows[0][0]), "children": str(count), "as_of": source.as_of}
    return answered(f"登记信息显示，{person.name}有{count}名子女登记。", facts, **evidence)


def _compared(question: Question, person: PersonQuery, source: Source, stated: int) -> Finding:
    count = len(person.rows)
    if count != _by_then(question, person):  # as many today as stated is not as many in that year
        return not_digitised("所问年份之后另有子女登记，当年子女数需人工核对。", **traces(source, person, near="changed"))
    # Children older than the register may stand on paper only: too many is certain, as many or too few is not.
    if count <= stated and person.born + AGE < source.electronic_from:
        return silent(question, source, person.born + AGE, person, lasts=True)
    form = persons.form(person.rows[0][0]) if person.rows else ""
    same = "一致" if count == stated else "不一致"
    words = f"登记信息显示，{person.name}的子女数与所述{same}。"
    return answered(words, {"count": verdict(count == stated)}, id_form=form, as_of=source.as_of)
