"""The electronic certificate of a query: the fields the matter needs, for what and until when; afterwards it is over."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cases.case import Case
from deploy.operations.seal_keys import CityKeys
from requesters.receipts import receipts, verify_pages
from requesters.receipts.expiry import about_with, is_over, until_of
from storage.database import Database
from tests.rooms.requesters.test_receipts import answered, fetch, told
from tests.rooms.requesters.test_verify_pages import send
from tests.routes import SON, Doors, later, open_doors
from tests.seals import NOW
from web.templates import PageRenderer

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the same statements on both
DEED = {"address": "稠城街道银杏路5号", "use": "home", "share": "joint", "burden": "mortgaged"}
WANTED = {"address": "text", "use": "choice", "share": "choice", "burden": "choice"}
EVIDENCE = {"electronic_from": "1998", "as_of": "2026-02-28"}


@pytest.fixture
def doors(database: Database, tmp_path: Path) -> Doors:
    doors = open_doors(database, NOW, [receipts.router, verify_pages.router])
    doors.app.state.context = replace(doors.app.state.context, seals=CityKeys(tmp_path / "seals", database), page=PageRenderer())
    return doors


def queried(doors: Doors, *rows: dict[str, str], **asked: Any) -> str:
    """An answered query for the deeds of somebody, as a mortgage needs them."""
    number = answered(doors, name="吴一")
    finding = {"outcome": "confirmed", "source": "record", "words": "", "evidence": EVIDENCE, "records": list(rows)}
    with doors.database.write() as session:
        case = session.get_one(Case, number)
        case.sqlmodel_update(
            {
                "item": "property_register", "matter": "mortgage", "mode": "query", "wanted": WANTED, "source": "record",
                "subjects": {"person": case.subjects["person"]}, "details": {}, "finding": finding, **asked,
            }
        )  # fmt: skip
    return number


def test_a_certificate_names_fields_period_use_and_its_last_day(doors: Doors, tmp_path: Path) -> None:
    number = queried(doors, DEED)
    pages, text = told(fetch(doors, number).content, tmp_path)

    assert pages == 1
    for words in (
        "不动产登记信息电子证明", "Electroniccertificate:propertyregister", number, "稠城街道银杏路5号", "住宅",
        "共同共有", "已抵押", "mortgaged", "1998年—2026-02-28", "2026-04-01止", "仅供bank单位办理“住房按揭贷款”使用",
        "未登记的和外地的不动产不在其中", "吴一",
    ):  # fmt: skip
        assert words in text
    assert SON not in text


def test_a_field_that_is_empty_on_record_is_on_the_paper_as_empty(doors: Doors, tmp_path: Path) -> None:
    row = {name: value for name, value in DEED.items() if name != "share"}

    assert "登记中为空" in told(fetch(doors, queried(doors, row)).content, tmp_path)[1]


def test_several_entries_are_a_table_and_many_stand_behind(doors: Doors, tmp_path: Path) -> None:
    few = [{**DEED, "address": f"银杏路{n}号"} for n in range(1, 4)]
    many = [{**DEED, "address": f"稻香路{n}号"} for n in range(1, 120)]
    pages, text = told(fetch(doors, queried(doors, *few)).content, tmp_path)

    assert pages == 1
    assert "共3条登记，逐条见下表" in text
    assert all(f"银杏路{n}号" in text for n in range(1, 4))
    pages, text = told(fetch(doors, queried(doors, *many)).content, tmp_path)
    assert pages > 2
    assert "共119条登记，逐条见附页" in text
    assert all(f"稻香路{n}号" in text for n in range(1, 120))


def test_it_is_genuine_and_after_its_last_day_it_is_said_to_be_over(doors: Doors) -> None:
    number = queried(doors, DEED)
    pdf = fetch(doors, number).content
    now = send(doors, pdf).text

    assert "Genuine." in now
    assert "it was valid until" not in now
    for secret in ("银杏路", "共同共有", "吴一"):
        assert secret not in now
    later(doors, days=30)
    assert "it was valid until" not in send(doors, pdf).text  # its last day is included
    later(doors, days=1)
    after = send(doors, pdf).text
    assert "Genuine." in after
    assert "it was valid until 2026-04-01" in after
    by_number = doors.client().post("/verify", data={"number": number}).text
    assert "It was valid until 2026-04-01" in by_number


def test_nothing_is_printed_before_the_answer_and_after_the_last_day(doors: Doors) -> None:
    number = queried(doors, DEED, state="at_desk", finding=None)
    assert fetch(doors, number).json()["errors"][0]["code"] == "not_answered"
    number = queried(doors, DEED)
    later(doors, days=31)

    assert fetch(doors, number).status_code == 409
    assert fetch(doors, number).json()["errors"][0]["code"] == "expired"


def test_a_compare_says_of_each_value_whether_it_is_as_stated_and_shows_none_of_the_record(doors: Doors, tmp_path: Path) -> None:
    finding = {"outcome": "contradicted", "source": "record", "words": "", "evidence": EVIDENCE, "facts": {"address": "differs"}}
    asked = {"mode": "compare", "matter": "court_filing", "details": {"address": "稻香路9号"}, "wanted": {"address": "text"}}
    number = queried(doors, finding=finding, outcome="contradicted", **asked)
    text = told(fetch(doors, number).content, tmp_path)[1]

    assert "核查回执" in text
    assert "与所述不同" in text
    assert "银杏路" not in text


@pytest.mark.parametrize("about", ["核查回执 20260302-7K3M", "核查回执 2026 · B-1 2/3", "电子证明 2026 · 有效至 2026-02-3"])
def test_a_seal_without_a_last_day_names_none(about: str, database_url: str) -> None:
    assert until_of(type("Sealed", (), {"about": about})()) is None


def test_the_last_day_is_read_back_from_the_seal(database_url: str) -> None:
    sealed = type("Sealed", (), {"about": about_with("电子证明 20260302-7K3M", NOW.date())})()

    assert (until_of(sealed), is_over(sealed, NOW.date()), is_over(None, NOW.date())) == (NOW.date(), False, False)
