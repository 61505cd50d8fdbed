"""The records of the peer's police: 200,000 people in SQLite, and the look into them."""

import os
import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

from tests.bench.peer.checks import RECORDS
from tests.town import questions

PEOPLE = 200_000
KNOWN = 20_000  # questions whose people are among them


def build(path: Path) -> None:
    """Writes the file: everybody who is asked about, and others up to the number."""
    people = {}
    for question in questions(KNOWN):
        child, man = question["subjects"]["person"], question["subjects"]["relative"]
        people.setdefault(man["id_number"], (man["id_number"], man["name"], ""))
        people[child["id_number"]] = (child["id_number"], child["name"], man["id_number"] if len(people) % 2 else "")
    others = ((f"99{n:016d}", "某某", f"99{n // 2:016d}") for n in range(PEOPLE - len(people)))
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE person (number TEXT PRIMARY KEY, name TEXT NOT NULL, father TEXT NOT NULL)")
        database.executemany("INSERT INTO person VALUES (?, ?, ?)", people.values())
        database.executemany("INSERT INTO person VALUES (?, ?, ?)", others)
    database.close()


@cache
def _records() -> sqlite3.Connection:
    return sqlite3.connect(f"file:{os.environ[RECORDS]}?mode=ro", uri=True, check_same_thread=False)


def find(subjects: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Whether the second is the first one's father."""
    person, relative = subjects["person"], subjects["relative"]
    select = "SELECT name, father FROM person WHERE number = ?"
    row = _records().execute(select, (person["id_number"],)).fetchone()
    man = _records().execute(select, (relative["id_number"],)).fetchone()
    if row is None or man is None:
        return {"outcome": "no_record", "source": "record", "words": "", "evidence": {}}
    if row[0] != person["name"] or man[0] != relative["name"]:
        return {"outcome": "contradicted", "source": "record", "words": "所填姓名与证件号码不符。", "evidence": {}}
    outcome, word = ("confirmed", "是") if row[1] == relative["id_number"] else ("contradicted", "不是")
    words = f"户籍登记信息显示：{relative['name']}{word}{person['name']}的父亲。"
    return {"outcome": outcome, "source": "record", "words": words, "evidence": {"related": outcome}, "as_of": "2026-11-30"}
