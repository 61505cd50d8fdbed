"""Small record stores for tests: a few people, written by hand into the departments' own tables."""

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

from stdnum.iso7064 import mod_11_2

from cases.question import Finding, Question
from responders import handlers
from sample.city.archives import Row, write_store

TODAY = date(2026, 9, 1)
CODE, DEAD_CODE = "91330782MA2E00001P", "91330782MA2E00002T"
HANDLERS = handlers.load()


def number(birth: str, serial: int, place: str = "330725") -> str:
    """An ID number in 18 characters; `birth` as YYYYMMDD, an odd serial is a man's."""
    body = f"{place}{birth}{serial:03d}"
    return body + str(mod_11_2.calc_check_digit(body))


def old(number: str) -> str:
    """The number's 15 digits."""
    return number[:6] + number[8:17]


FATHER, MOTHER = number("19500305", 11), number("19520707", 12)
SON, DAUGHTER = number("19760110", 21), number("19780909", 22)
GRANDSON, BRIDE = number("20050404", 31, "330782"), number("19770202", 42, "330724")
STRANGER, YOUTH = number("19490101", 51), number("20010303", 53, "330782")
NAMES = {
    FATHER: "王根福", MOTHER: "陈珠凤", SON: "王建国", DAUGHTER: "王丽芳", GRANDSON: "王子轩",
    BRIDE: "吴燕", STRANGER: "张寿元", YOUTH: "徐浩然",
}  # fmt: skip


def line(who: str, relation: str, household: str, entered: str, left: str | None = None, **more: str) -> Row:
    """One line of a household register; `form="15"` writes the old number, `name` another name."""
    written = old(who) if more.get("form") == "15" else who
    sex = "男" if int(who[16]) % 2 else "女"
    return (
        household, written, more.get("name", NAMES[who]), sex, relation, entered, more.get("why_in", "分户"), left,
        more.get("why_out", "分户" if left else ""),
    )  # fmt: skip


# Parents' household; the son left it in 1998 (15 digits), the daughter in 2003; the son's own household with wife and child.
FAMILY = [
    line(FATHER, "户主", "H1", "1974-05-01"),
    line(MOTHER, "妻", "H1", "1974-05-01", why_in="结婚迁入"),
    line(SON, "子", "H1", "1976-01-10", "1998-06-01", form="15", why_in="出生"),
    line(DAUGHTER, "女", "H1", "1978-09-09", "2003-03-03", why_in="出生", why_out="结婚迁出"),
    line(SON, "户主", "H2", "1998-06-01"),
    line(BRIDE, "妻", "H2", "1998-06-01", why_in="结婚迁入"),
    line(GRANDSON, "子", "H2", "2005-04-04", why_in="出生"),
]


def entry(who: str, since: str, until: str | None, what: str, name: str = "") -> tuple[str, str, str, str | None, str]:
    """One line of a register of holdings, as it was written on the day."""
    return (old(who) if since < "1999" else who, name or NAMES[who], since, until, what)


# What a police office holds that answers for all its items: no register of it is empty.
POLICE: dict[str, list[Row]] = {
    "member": FAMILY,
    "household": [("H1", "330782001", "稠城", "1号"), ("H2", "330782001", "稠城", "2号")],
    "former": [(STRANGER, "张寿元", STRANGER, "张元", "1990-01-01")],
    "birth": [entry(GRANDSON, "2005-04-04", None, "Q33")],
    "death": [entry(STRANGER, "2010-06-06", None, "D1")],
    "residence_permit": [entry(YOUTH, "2020-01-01", None, "稠城3号")],
    "no_criminal_record": [entry(STRANGER, "1980-01-01", None, "A1")],
}


class Store:
    """One department's records and a way to ask them."""

    def __init__(self, path: Path, unit: str, rows: dict[str, list[Row]]) -> None:
        write_store(path, unit, rows, TODAY)
        self.records = sqlite3.connect(path)

    def ask(self, item: str, who: str, name: str = "", **details: Any) -> Finding:
        """Asks about one person."""
        return self.find([about(item, who, name, **details)])[0]

    def find(self, questions: list[Question]) -> list[Finding]:
        """Asks the handler of the first question's item."""
        return HANDLERS[questions[0].item].find(self.records, questions)

    def count_queries(self, questions: list[Question]) -> int:
        """How many statements this batch takes."""
        seen: list[str] = []
        self.records.set_trace_callback(seen.append)
        self.find(questions)
        self.records.set_trace_callback(None)
        return len(seen)


def about(item: str, who: str, name: str = "", year: int | None = None, **details: str) -> Question:
    """A question about one person."""
    return question(item, {"person": person(who, name)}, year, **details)


def kinship(who: str, relative: str, relation: str, year: int | None = None) -> Question:
    """Is the relative the person's father, mother, ...?"""
    return question("kinship", {"person": person(who), "relative": person(relative)}, year, relation=relation)


def person(who: str, name: str = "") -> dict[str, str]:
    """A person as a question names them."""
    return {"name": name or NAMES[who], "id_number": who}


def question(item: str, subjects: dict[str, dict[str, str]], year: int | None = None, **details: str) -> Question:
    """Any question."""
    shape = {"item": item, "matter": "inheritance", "subjects": subjects, "details": details, "year": year}
    return Question.model_validate(shape | {"purpose": "继承", "reference": "J-1"})


def couple(who: str, spouse: str, year: int | None = None, name: str = "") -> Question:
    """Are these two married?"""
    return question("marriage", {"person": person(who, name), "spouse": person(spouse)}, year)


def firm(item: str, name: str, code: str = CODE, year: int | None = None) -> Question:
    """A question about an enterprise."""
    return question(item, {"enterprise": {"name": name, "credit_code": code}}, year)
