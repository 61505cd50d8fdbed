"""Receipts: one page, masked numbers, whose paper it is, and no name ever left out."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from cases.case import Case
from cases.question import Subject
from cases.trail.trail import Trail
from deploy.operations.seal_keys import CityKeys
from requesters.receipts import receipts
from storage.database import Database
from tests.kinds import once
from tests.routes import FATHER, RULEBOOK, SON, Doors, open_doors

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def doors(database: Database, tmp_path: Path) -> Doors:
    doors = open_doors(database, NOW, [receipts.router])
    doors.app.state.context = replace(doors.app.state.context, seals=CityKeys(tmp_path / "seals", database))
    return doors


def answered(doors: Doors, name: str = "吴一", words: str = "户籍登记记载，二人关系如所述。", state: str = "answered") -> str:
    number = doors.ask("B-1")[0]
    finding = {"outcome": "confirmed", "source": "archive", "words": words, "evidence": {}}
    people = {"person": Subject(name=name, id_number=SON), "relative": Subject(name="吴大", id_number=FATHER)}
    values = {
        "state": state,
        "outcome": "confirmed",
        "source": "archive",
        "answered_at": NOW,
        "finding": finding,
        "subjects": people,
    }
    with doors.database.write() as session:
        session.get_one(Case, number).sqlmodel_update(values)
    return number


def fetch(doors: Doors, number: str, who: str = "asker") -> Any:
    return doors.client(who).get(f"/api/v1/cases/{number}/receipt.pdf")


def told(pdf: bytes, folder: Path) -> tuple[int, str]:
    """How many pages a PDF has, and its text without blanks and places to break."""
    tool = shutil.which("pdftotext")
    assert tool, "poppler-utils reads the receipts in these tests"
    (folder / "receipt.pdf").write_bytes(pdf)
    text = subprocess.run([tool, "-raw", str(folder / "receipt.pdf"), "-"], capture_output=True, check=True, text=True).stdout
    return text.count("\f"), "".join(text.replace("\u200b", "").split())


def test_a_receipt_says_what_was_asked_and_found(doors: Doors, tmp_path: Path) -> None:
    number = answered(doors)
    fetched = fetch(doors, number)
    pages, text = told(fetched.content, tmp_path)

    assert (fetched.status_code, fetched.headers["content-type"], pages) == (200, "application/pdf", 1)
    expected = [
        number,
        "亲属关系核查",
        "Kinship",
        "吴一",
        "吴大",
        "属实：登记资料显示，亲属是当事人的父亲",
        "档案",
        "B-1",
        "bank单位",
        "police单位",
    ]
    for words in [*expected, "2026-03-0209:00"]:
        assert words in text
    assert "asker甲" in text  # the watermark
    assert SON not in text
    assert FATHER not in text
    with doors.database.read() as session:
        line = session.exec(select(Trail).where(Trail.action == "receipt")).one()
    assert (line.number, line.who, line.unit) == (number, "asker", "bank")


def test_a_contacts_statement_is_headed_as_one_and_says_how_they_know(doors: Doors, tmp_path: Path) -> None:
    """A community certifies nothing: the paper passes on who said it, how, and whence they know."""
    number = answered(doors, words="联系人回忆二人关系。")
    evidence = {"role": "secretary", "channel": "phone", "call": "called_back", "said_at": "2026-03-02T01:00+00:00",
                "statement": "7", "said": "confirmed", "known_by": "neighbours"}  # fmt: skip
    with doors.database.write() as session:
        case = session.get_one(Case, number)
        told_so = {**(case.finding or {}), "source": "community", "evidence": evidence}
        case.sqlmodel_update({"source": "community", "finding": told_so})
    pages, text = told(fetch(doors, number).content, tmp_path)

    assert pages == 1
    for words in ("社区陈述，供参考", "Communitystatement,forreference", "联系人称情况如所述", "Yes,itisso", "联系人回电",
                  "据亲属或邻居所说", "Fromrelativesorneighbours", "书记", "不对其内容作证明"):  # fmt: skip
        assert words in text
    assert "属实" not in text


def test_of_another_document_stands_which_it_is_and_its_masked_number(doors: Doors, tmp_path: Path) -> None:
    passport = {"kind": "passport", "country": "CAN", "number": "AB123456"}
    wife = {"name": "TREMBLAY, Marie", "other_name": "马丽", "document": passport}
    number = answered(doors)
    with doors.database.write() as session:
        case = session.get_one(Case, number)
        case.subjects = {**case.subjects, "relative": Subject.model_validate(wife)}
    _, text = told(fetch(doors, number).content, tmp_path)

    for words in ("TREMBLAY,Marie", "马丽", "A****456", "护照·加拿大", "passport·Canada"):
        assert words in text
    assert "AB123456" not in text


def test_the_longest_words_stay_on_one_page(doors: Doors, tmp_path: Path) -> None:
    assert told(fetch(doors, answered(doors, words="长\n" * 1000)).content, tmp_path)[0] == 1
    assert told(fetch(doors, answered(doors, words="长" * 2000)).content, tmp_path)[0] == 1


@pytest.mark.parametrize("words", ["W" * 2000, "é1" * 1000, "https://example.org/" + "a" * 300, "/" * 500])
def test_letters_without_a_blank_do_not_run_off_the_page(doors: Doors, tmp_path: Path, words: str) -> None:
    pages, text = told(fetch(doors, answered(doors, words=words)).content, tmp_path)
    tool = shutil.which("pdftotext") or ""
    places = subprocess.run([tool, "-bbox", str(tmp_path / "receipt.pdf"), "-"], capture_output=True, check=True, text=True).stdout
    width = float(places.split('<page width="')[1].split('"')[0])
    found = re.findall(r'xMax="([\d.]+)"[^>]*>([^<]*)</word>', places)  # the watermark does run off it
    rights = [float(right) for right, word in found if len(word) > 9 and word.replace("\u200b", "") in words]

    assert pages == 1
    assert words in text
    assert max(rights) < width - 50  # points: within the margin


def test_a_standard_phrase_stands_there_in_both_languages_whoever_wrote_it(doors: Doors, tmp_path: Path) -> None:
    phrase = RULEBOOK.catalogue.item("kinship").phrases[0]
    _, text = told(fetch(doors, answered(doors, words=phrase.en)).content, tmp_path)

    assert "".join(f"{phrase.zh}/{phrase.en}".split()) in text


def test_no_word_of_a_case_is_read_as_markup(doors: Doors, tmp_path: Path) -> None:
    words = '#panic("x")$a$*b*@c<d>\\`e`'

    assert words in told(fetch(doors, answered(doors, words=words)).content, tmp_path)[1]


def test_a_character_that_no_font_has_is_told_and_no_name_left_out(doors: Doors) -> None:
    refused = fetch(doors, answered(doors, name="吴\ue001"))

    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "rare_character")
    assert "\ue001" not in refused.text


@once
@pytest.mark.parametrize("state", ["asked", "at_desk", "with_contact", "returned", "withdrawn"])
def test_without_an_answer_there_is_no_receipt(doors: Doors, state: str) -> None:
    assert fetch(doors, answered(doors, state=state)).status_code == 409


def test_only_the_asking_unit_and_supervisors_get_it(doors: Doors) -> None:
    number = answered(doors, state="closed")
    people = ("asker", "supervisor", "other", "clerk", "keeper")

    assert [fetch(doors, number, who).status_code for who in people] == [200, 200, 404, 403, 404]
