"""What was answered untruly once: each is asked again over HTTP, and read as the API, the page and the sealed paper tell it."""

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests

from cases.grants.grants import Grant
from deploy.assembly import Assembly, assemble
from deploy.settings import read_settings
from sample.stories.private import private_stage
from sample.stories.stage import Stage
from tests.town import founded_at

NEXT = count(1)
ITEMS = {
    "no_criminal_record": "teacher_licence", "death": "deposit_of_deceased", "kinship": "inheritance",
    "identity_change": "household_registration", "vehicle": "legal_aid",
}  # fmt: skip
SPACED = {  # one name, as people's programs write it
    "ideographic blank": "{0}　{1}", "blank": "{0} {1}", "U+200B": "{0}\u200b{1}", "U+202D": "\u202d{0}{1}\u202c",
    "U+FEFF": "\ufeff{0}{1}",
}  # fmt: skip
DOTS = "•・．‧⋅\u0387."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return founded_at(tmp_path_factory.mktemp("true"))


@pytest.fixture(scope="module")
def stage(home: Path) -> Iterator[Stage]:
    """A running house with the sample city, in which the bank may ask everything that is tried here."""
    with private_stage(home) as stage:
        house: Assembly = assemble(read_settings(home=home, clock_file=stage.clock_file))
        bank = stage.sheet["accounts"]["bank1"]["unit"]
        with house.database.write() as session:
            for item, matter in ITEMS.items():
                session.merge(Grant(unit=bank, item=item, matter=matter, until=date(2999, 1, 1)))
        house.database.close()
        yield stage


@pytest.fixture(scope="module")
def police(home: Path, stage: Stage) -> Iterator[sqlite3.Connection]:
    """The records of the police, to choose people from and to write names into."""
    [path] = home.rglob("police.sqlite")
    records = sqlite3.connect(path)
    yield records
    records.close()


def blameless(police: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Living people without a conviction whose whole adult life lies in the records: (number, name of two characters)."""
    found = police.execute(
        "SELECT number, name FROM member WHERE left IS NULL AND length(number) = 18 AND length(name) = 2 "
        "AND substr(number, 7, 4) BETWEEN '1990' AND '2000' AND number NOT IN (SELECT number FROM no_criminal_record) "
        "AND number NOT IN (SELECT old_number FROM former) GROUP BY number ORDER BY number"
    )
    yield from found.fetchall()


def ask(stage: Stage, item: str, subjects: dict[str, Any], **details: str) -> dict[str, Any]:
    """The answered case as the bank sees it."""
    n = next(NEXT)
    question = {
        "item": item, "matter": ITEMS[item], "subjects": subjects, "details": details, "purpose": "核对",
        "reference": f"T-2026-{n:04}",
    }  # fmt: skip
    return stage.look("bank1", stage.ask("bank1", question), wait=30)


def person(number: str, name: str) -> dict[str, Any]:
    return {"person": {"name": name, "id_number": number}}


def told(stage: Stage, case: dict[str, Any]) -> tuple[str, str, str]:
    """All that is said of the answer: headline and page in both languages, and the paper, without blanks."""
    number, headline = case["number"], case["finding"]["headline"]
    session = requests.Session()
    account = stage.sheet["accounts"]["bank1"]
    session.post(f"{stage.url}/sign-in", {"username": "bank1", "password": account["password"]}, timeout=30)
    pages = [
        session.get(f"{stage.url}/cases/{number}", headers={"Accept-Language": lang}, cookies={"lang": lang}, timeout=30).text
        for lang in ("zh", "en")
    ]
    assert headline["zh"] in pages[0]
    tool = shutil.which("pdftotext")
    assert tool, "poppler-utils reads the receipts in these tests"
    pdf = stage.call("bank1", "GET", f"/cases/{number}/receipt.pdf").content
    paper = subprocess.run([tool, "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    parts = (headline["zh"] + headline["en"], re.sub(r"<[^>]+>", "", "".join(pages)), paper)
    joined = ["".join(part.split()) for part in parts]
    return joined[0], joined[1], joined[2]


def says(stage: Stage, case: dict[str, Any], *words: str) -> None:
    """Headline, page and paper say these words."""
    for place in told(stage, case):
        assert all("".join(word.split()) in place for word in words), (words, place[:2000])


def never_says(stage: Stage, case: dict[str, Any], *words: str) -> None:
    """Nothing in headline, page and paper says these words."""
    for place in told(stage, case):
        assert not [word for word in words if "".join(word.split()) in place]


@pytest.mark.parametrize("way", SPACED)
def test_a_blank_or_an_unseen_sign_in_a_name_is_no_criminal_record(stage: Stage, police: sqlite3.Connection, way: str) -> None:
    """叶　巧 asked where the records hold 叶巧 was answered "criminal record found"."""
    number, name = list(blameless(police))[list(SPACED).index(way)]
    case = ask(stage, "no_criminal_record", person(number, SPACED[way].format(*name)))

    assert case["finding"]["outcome"] == "confirmed"
    never_says(stage, case, "：有犯罪记录", "a criminal record was found", "身份信息不符")


@pytest.mark.parametrize("dot", DOTS)
def test_a_dot_of_another_kind_is_no_criminal_record(stage: Stage, police: sqlite3.Connection, dot: str) -> None:
    number, _ = list(blameless(police))[20 + DOTS.index(dot)]
    for table in ("member", "residence_permit", "birth"):
        police.execute(f"UPDATE {table} SET name = '古丽米热·艾比布力' WHERE number = ?", (number,))
    police.commit()
    case = ask(stage, "no_criminal_record", person(number, f"古丽米热{dot}艾比布力"))

    assert case["finding"]["outcome"] == "confirmed"


@pytest.mark.parametrize(
    ("record", "typed"), [("高山", "⾼山"), ("张䶮", "张\ue863"), ("Anna Li", "ANNA LI"), ("Anna Li", "Ａｎｎａ　Ｌｉ")]
)
def test_the_same_letters_in_another_code_are_no_criminal_record(
    stage: Stage, police: sqlite3.Connection, record: str, typed: str
) -> None:
    number, _ = list(blameless(police))[40 + sum(map(ord, typed)) % 40]
    for table in ("member", "residence_permit", "birth"):
        police.execute(f"UPDATE {table} SET name = ? WHERE number = ?", (record, number))
    police.commit()

    assert ask(stage, "no_criminal_record", person(number, typed))["finding"]["outcome"] == "confirmed"


@pytest.mark.parametrize("typed", ["李错字", "#N/A"])
def test_a_typing_mistake_is_no_criminal_record(stage: Stage, police: sqlite3.Connection, typed: str) -> None:
    number, _ = list(blameless(police))[100 + len(typed)]
    case = ask(stage, "no_criminal_record", person(number, typed))

    assert (case["finding"]["outcome"], case["finding"]["identity"]) == ("identity_mismatch", {"person": "name_differs"})
    says(stage, case, "身份信息不符")
    never_says(stage, case, "：有犯罪记录", "a criminal record was found", "属实：", "不属实")


def test_a_death_on_another_day_is_not_a_life(stage: Stage, police: sqlite3.Connection) -> None:
    """The sealed headline read "not true: the person is registered as living"."""
    number, name = police.execute("SELECT number, name FROM death WHERE length(number) = 18 ORDER BY number").fetchone()
    case = ask(stage, "death", person(number, name), died_on="1901-01-01")

    assert (case["finding"]["outcome"], case["finding"]["facts"]) == ("contradicted", {"registered": "agrees", "day": "differs"})
    says(stage, case, "死亡已登记；登记的死亡日期与所述不同")
    never_says(stage, case, "户口未注销", "registered as living", "没有死亡登记")


def test_kinship_under_a_misspelt_name_denies_no_kinship(stage: Stage) -> None:
    people = stage.sheet["questions"]["kinship"]["subjects"]
    wrong = {**people, "relative": {**people["relative"], "name": people["relative"]["name"] + "误"}}
    case = ask(stage, "kinship", wrong, relation="father")

    assert case["finding"]["identity"] == {"person": "agrees", "relative": "name_differs"}
    says(stage, case, "身份信息不符：登记中，亲属")
    never_says(stage, case, "亲属不是", "关系与所述不符", "不属实")


def test_old_and_new_number_in_each_others_fields_are_still_one_person(stage: Stage, police: sqlite3.Connection) -> None:
    """It was answered "not one person"."""
    found = police.execute("SELECT number, name, old_number FROM former WHERE number <> old_number AND length(old_number) = 18")
    number, name, old_number = found.fetchone()
    case = ask(stage, "identity_change", person(old_number, name), former_number=number)

    assert case["finding"]["facts"] == {"recorded": "agrees", "former_number": "differs"}
    says(stage, case, "有身份信息变更登记")
    never_says(stage, case, "非同一人", "not one person")


def test_who_has_no_car_is_told_so_by_the_machine(stage: Stage, police: sqlite3.Connection) -> None:
    """ "He has none" went to a person each time."""
    number, name = list(blameless(police))[150]
    case = ask(stage, "vehicle", person(number, name))

    assert (case["state"], case["finding"]["outcome"], case["finding"]["source"]) == ("answered", "no_record", "record")
    says(stage, case, "名下查无机动车登记")


def test_a_purpose_of_several_lines_puts_nothing_under_the_seal(stage: Stage) -> None:
    """A purpose with newlines pushed the true outcome to page 3 and put a false one on page 1."""
    question = {**stage.sheet["questions"]["kinship"], "purpose": "贷款\n反馈结果 属实", "reference": "T-2026-9999"}
    for purpose in (question["purpose"], "贷款\u202e实属"):
        reply = stage.call("bank1", "POST", "/cases", {**question, "purpose": purpose})
        assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "purpose")


def test_the_paper_says_the_outcome_before_anything_that_was_typed(stage: Stage) -> None:
    case = stage.look("bank1", stage.ask("bank1", {**stage.sheet["questions"]["kinship"], "reference": "T-2026-8888"}), wait=30)
    paper = told(stage, case)[2]

    assert paper.index("反馈结果") < paper.index("以下为请求单位所填") < paper.index("T-2026-8888")
