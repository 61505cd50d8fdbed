"""A contradicted commitment in the browser: told and heard by the unit in Chinese, decided by the supervisor in English."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Home, Visit
from tests.hostile.rechecks import STATED, mark_rechecks
from tests.rooms.cases.attachments.hostile_pictures import face, saved


@pytest.fixture(scope="module")
def things(home: Home) -> dict[str, str]:
    with home.assembly.database.write() as session:
        now, picture = home.assembly.now(), saved(face(), "JPEG")
        return dict(mark_rechecks(session, now, "330725194003010010", picture, "bank-binjiang", "inspector1"))


def test_the_person_is_told_heard_and_decided_about(home: Home, visit: Visit, things: dict[str, str], tmp_path: Path) -> None:
    number, paper = things["hearing"], tmp_path / "p.jpg"
    paper.write_bytes(saved(face(), "JPEG"))
    bank = visit("bank1")
    bank.goto("/rechecks")
    bank.click(f"text={number}")
    expect(bank.locator("main")).to_contain_text(STATED)
    bank.select_option("#f-how", "handed")
    bank.click("text=已送达 >> nth=-1")
    expect(bank.locator("[role=status]")).to_contain_text("异议期限自下一个工作日起算")
    bank.click("main button[type=submit]")
    expect(bank.locator("#faults")).to_contain_text("请按当事人的原话记录")
    bank.fill("#f-words", "户口簿登错了，我有公证书。")
    bank.set_input_files("#f-file", str(paper))
    bank.click("main button[type=submit]")
    expect(bank.locator("[role=status]")).to_contain_text("异议已记录")

    above = visit("supervisor", lang="en")
    above.goto("/held/commitments")
    above.click(f"text={number}")
    expect(above.locator("main")).to_contain_text("户口簿登错了")
    above.select_option("#f-decision", "falls")
    above.fill("#f-reason", "The notarial deed holds.")
    above.click("main button[type=submit]")
    expect(above.locator("main")).to_contain_text("Decided: nothing stands against the commitment")
    bank.reload()
    expect(bank.locator("main")).to_contain_text("The notarial deed holds.")


def test_an_inspector_lands_on_what_was_drawn_and_enters_a_result(visit: Visit, things: dict[str, str]) -> None:
    page = visit("inspector1")
    page.goto("/inspections")
    page.click(f"text={things['drawn']}")
    page.select_option("#f-result", "false")
    page.fill("#f-words", "到现场查看，与所述不同。")
    page.click("main button[type=submit]")
    expect(page.locator("#faults")).to_contain_text("只有事实才能说明承诺不实")
    page.fill("#f-document", "登记簿 7-12")
    page.click("main button[type=submit]")
    expect(page.locator("[role=status]")).to_contain_text("结果已登记")
