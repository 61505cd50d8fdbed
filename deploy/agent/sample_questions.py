"""Sample questions for trying a register: a CSV file, one question a row, with the outcome that is expected."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from cases.catalogue.item import Item
from cases.question import Outcome, Question
from responders.sources.canaries import whole_record
from responders.sources.csv_export import BOM

HOW = (
    "number, name, expected; year, facts (registered=agrees) and details by their names; ROLE.number, ROLE.name for further people"
)


class WrongSamples(Exception):
    """A file of samples that cannot be asked: names the line and the heading, never what stands there."""


class SampleQuestion(NamedTuple):
    """One question, the line that it stands in, and what is expected of it: '' and {} where nothing is."""

    line: int
    question: Question
    expected: str
    facts: Mapping[str, str]


def read_samples(path: Path, item: Item) -> list[SampleQuestion]:
    """The questions of the file. Raises WrongSamples, OSError."""
    data = path.read_bytes().removeprefix(BOM)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    rows = csv.DictReader(io.StringIO(text, newline=""), restkey="?", restval="")
    main = item.subjects[0].role
    known = {
        "number",
        "name",
        "expected",
        "year",
        "facts",
        *item.fields,
        *(f"{role}.{part}" for role in item.roles for part in ("number", "name")),
    }
    if strange := set(rows.fieldnames or ["?"]) - known:
        raise WrongSamples(f"{path}: 不认识的表头 / there is no such heading: {', '.join(sorted(strange))}. {HOW}")
    samples = [_sample(item, main, rows.line_num, row, path) for row in rows]
    if not samples:
        raise WrongSamples(f"{path}: 没有问题 / there are no questions. {HOW}")
    return samples


def _sample(item: Item, main: str, line: int, row: Mapping[str, str], path: Path) -> SampleQuestion:
    said = {name: text.strip() for name, text in row.items() if isinstance(text, str)}
    subjects = {}
    for role in item.subjects:
        number = said.get(f"{role.role}.number") or (said.get("number", "") if role.role == main else "")
        name = said.get(f"{role.role}.name") or (said.get("name", "") if role.role == main else "")
        if number or name:
            subjects[role.role] = {"name": name, ("id_number" if role.kind == "person" else "credit_code"): number}
    plain = {
        **dict.fromkeys(("matter", "purpose", "reference"), "try"),
        "item": item.code,
        "subjects": subjects,
        "year": said.get("year") or None,
        "details": {name: said[name] for name in item.fields if said.get(name)},
        **whole_record(item),
    }
    expected = said.get("expected", "")
    facts = dict(one.partition("=")[::2] for one in said.get("facts", "").split())
    try:
        if expected:
            Outcome(expected)
        return SampleQuestion(line, Question.model_validate(plain), expected, facts)
    except ValidationError as error:
        fields = ", ".join(sorted({".".join(map(str, fault["loc"])) or "?" for fault in error.errors(include_input=False)}))
        raise WrongSamples(f"{path}: 第 {line} 行 / line {line}: {fields}") from None
    except ValueError:
        raise WrongSamples(f"{path}: 第 {line} 行 / line {line}: expected: {', '.join(Outcome)}") from None
