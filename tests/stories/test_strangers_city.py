"""A stranger's city: sheets are loaded, an item is one TOML file, a handler one Python file, and a question is answered."""

import csv
import os
import re
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import requests
from openpyxl import load_workbook

from tests.nodes import free_port
from tests.parts import HECHA, Part, await_port, running

ITEM = """
code = "dog_licence"
holder = "dog-office"
title = { zh = "犬证核查", en = "Dog licence" }
help = { zh = "核实当事人是否持有犬证。", en = "Whether somebody holds a dog licence." }
keywords = ["犬证", "qz", "dog"]
class = "check"
matters = ["mortgage"]

[deadline]
office_minutes = 420
urgent_office_minutes = 120
machine_minutes = 5

[[subjects]]
role = "person"
kind = "person"
label = { zh = "当事人", en = "Person" }

[outcomes]
confirmed = { zh = "持有犬证", en = "Holds a licence" }
no_record = { zh = "查无犬证", en = "No licence found" }
not_digitised = { zh = "转人工核查", en = "A person must look" }
cannot_say = { zh = "无法核实", en = "Cannot be verified" }
"""
HANDLER = '''
"""Dog licences, from the dog office's own book."""

from cases.question import Finding, Outcome, Source


def find(records, questions):
    """One look for the whole batch."""
    numbers = [question.subjects["person"].id_number for question in questions]
    marks = ",".join("?" * len(numbers))
    held = {number for number, in records.execute(f"SELECT number FROM licence WHERE number IN ({marks})", numbers)}
    return [
        Finding(outcome=Outcome.CONFIRMED if number in held else Outcome.NO_RECORD, source=Source.RECORD)
        for number in numbers
    ]
'''
PERSON = "330782199003070013"
UNITS = [
    {"code": "lake-bank", "name_zh": "湖畔银行", "name_en": "Lake Bank", "asks": "是"},
    {"code": "dog-office", "name_zh": "犬只管理办公室", "name_en": "Dog Office", "answers": "是", "supervises": "是"},
]
ACCOUNTS = [
    {"username": "teller1", "name": "甲", "unit": "lake-bank", "roles": "asker", "phone": ""},
    {"username": "dog1", "name": "乙", "unit": "dog-office", "roles": "clerk", "phone": "13900009999", "place": "1"},
]
GRANTS = [{"unit": "lake-bank", "item": "dog_licence", "matter": "mortgage", "until": "2099-12-31"}]


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    """The rows under their own headings, as a spreadsheet program of the town would save them."""
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=sorted({name for row in rows for name in row}))
        writer.writeheader()
        writer.writerows(rows)
    return path


def hecha(env: dict[str, str], *words: str) -> str:
    """Runs the command; what it printed."""
    done = subprocess.run([HECHA, *words], env={**os.environ, **env}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def first_password(path: Path, username: str) -> str:
    """What was handed out for this person."""
    return next(line.split(",")[3] for line in path.read_text(encoding="utf-8-sig").splitlines() if line.startswith(username))


def sign_pledge(url: str, username: str, password: str) -> None:
    """Nobody asks before having signed, and a key signs nothing: the person behind it signs in and does."""
    browser = requests.Session()
    signed_in = browser.post(f"{url}/sign-in", {"username": username, "password": password}, timeout=20)
    assert "/me/password" in signed_in.url, signed_in.url  # whoever handed it out knows the password: first another one
    hidden = dict(re.findall(r'name="(csrf|next)" value="([^"]*)"', signed_in.text))
    own = {"password": password, "new_password": "three quiet herons", "repeated": "three quiet herons"}
    assert browser.post(f"{url}/me/password", {**hidden, **own}, timeout=20).status_code == 200
    page = browser.get(f"{url}/pledge", timeout=20).text
    hidden = dict(re.findall(r'name="(csrf|version)" value="([^"]+)"', page))
    signed = browser.post(f"{url}/pledge", {**hidden, "agree": "yes"}, timeout=20)
    assert signed.url.endswith("/ask?flash=pledged"), signed.url


def ask(url: str, key: str, number: str) -> dict[str, Any]:
    """Asks about this person and waits for the answer."""
    headers = {"Authorization": f"Bearer {key}"}
    question = {"item": "dog_licence", "matter": "mortgage", "purpose": "贷款", "reference": "L-1",
                "subjects": {"person": {"name": "丙", "id_number": number}}}  # fmt: skip
    asked = requests.post(f"{url}/api/v1/cases", json=question, headers=headers, timeout=10)
    assert asked.status_code == 201, asked.text
    case: dict[str, Any] = requests.get(url + asked.headers["Location"] + "?wait=30", headers=headers, timeout=60).json()
    return case


def test_a_strangers_city_answers_its_own_question(tmp_path: Path) -> None:
    """Trap 13: nobody joins what is hard to join. Sheets, one TOML file, one Python file, and no file of ours is touched."""
    home, address = tmp_path / "home", f"127.0.0.1:{free_port()}"
    env = {"HECHA_HOME": str(home), "HECHA_HTTP": address, "HECHA_SMS_URL": f"http://127.0.0.1:{free_port()}"}
    for folder in ("items", "handlers", "records"):
        (home / folder).mkdir(parents=True)
    (home / "items" / "dog_licence.toml").write_text(ITEM, encoding="utf-8")
    (home / "handlers" / "dog_licence.py").write_text(HANDLER, encoding="utf-8")
    with sqlite3.connect(home / "records" / "dog-office.sqlite") as book:
        book.execute("CREATE TABLE licence (number TEXT PRIMARY KEY)")
        book.execute("INSERT INTO licence VALUES (?)", [PERSON])
    book.close()

    hecha(env, "load", "--template", str(tmp_path / "sheets"))
    empty = load_workbook(tmp_path / "sheets" / "units.xlsx")
    assert empty.active is not None

    sheets = [write_csv(tmp_path / f"{name}.csv", rows) for name, rows in
              (("units", UNITS), ("accounts", ACCOUNTS), ("grants", GRANTS))]  # fmt: skip
    hecha(env, "load", *map(str, sheets), "--passwords", str(tmp_path / "first.txt"))
    assert oct((tmp_path / "first.txt").stat().st_mode & 0o777) == "0o600"
    key = hecha(env, "key", "teller1", "--until", "2099-12-31").strip()

    house = Part(["up", "--no-phones"], env, tmp_path)
    with running([house]):
        await_port(address, house)
        sign_pledge(f"http://{address}", "teller1", first_password(tmp_path / "first.txt", "teller1"))
        case = ask(f"http://{address}", key, PERSON)
        other = ask(f"http://{address}", key, "330782199003070021")

    assert (case["state"], case["finding"]["outcome"]) == ("answered", "confirmed")
    assert other["finding"]["outcome"] == "no_record"


def test_one_bad_row_and_nothing_is_loaded(tmp_path: Path) -> None:
    env = {"HECHA_HOME": str(tmp_path / "home"), "HECHA_LOCALE": "en"}
    units = write_csv(tmp_path / "units.csv", UNITS)
    accounts = write_csv(
        tmp_path / "accounts.csv", [*ACCOUNTS, {"username": "x1", "name": "丁", "unit": "atlantis", "roles": "king"}]
    )
    done = subprocess.run([HECHA, "load", units, accounts], env={**os.environ, **env}, capture_output=True, text=True, timeout=120)

    assert done.returncode == 1
    assert "4" in done.stdout
    assert "Nothing was written" in done.stdout
    with sqlite3.connect(tmp_path / "home" / "hecha.sqlite") as database:
        assert database.execute("SELECT count(*) FROM unit").fetchone() == (0,)
    database.close()
