"""A record is looked up in the browser: what will be shown is said before; a machine or a person gives it back; it is printed."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from cases.case import Case
from cases.trail.trail import Trail
from tests.browser.conftest import PHONE, WIDE, Home, Visit
from tests.browser.test_every_page import LEVEL

SAID: dict[str, dict[str, str]] = {
    "zh": {
        "told": "办理“住房按揭贷款”将向您显示：", "fields": "坐落、用途、共有情况、抵押、查封", "send": "发送",
        "again": "再次发送",
        "found": "名下有不动产登记（登记数据截至", "paper": "电子证明（PDF）", "limits": "仅反映本市不动产登记簿",
    },
    "en": {
        "told": "For Mortgage you will be shown:", "fields": "Address, Use, Share, Mortgaged or seized", "send": "Send",
        "again": "Send again", "found": "Property on record (register as of", "paper": "Electronic certificate (PDF)",
        "limits": "It shows this city's register",
    },
}  # fmt: skip


def fill(page: Page, question: dict[str, Any]) -> None:
    """The people, the purpose and the file number of a story's question."""
    person = question["subjects"]["person"]
    page.fill('[name="subjects.person.name"]', person["name"])
    page.fill('[name="subjects.person.id_number"]', person["id_number"])
    page.fill('[name="purpose"]', question["purpose"])
    page.fill('[name="reference"]', question["reference"])


def send(page: Page, words: dict[str, str]) -> None:
    """Sends the form; where the same was asked before in this house, once more."""
    page.click(f"#question >> text={words['send']}")
    if "/cases/" not in page.url:
        page.click(f"text={words['again']}")
    page.wait_for_url("**/cases/*")


def is_readable(page: Page) -> None:
    """axe-core finds nothing, and nothing sticks out."""
    found = Axe().run(page, options=LEVEL).response["violations"]
    assert not [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("lang", "size"), [("zh", WIDE), ("en", PHONE)])
def test_a_record_is_asked_for_and_shown_under_its_readers_name(home: Home, visit: Visit, lang: str, size: tuple[int, int]) -> None:
    """Which fields the matter gets is said beforehand; those come, and no other; the paper is a PDF; each look is on the trail."""
    words, question, page = SAID[lang], home.sheet["questions"]["deeds"], visit("bank1", lang, size)
    page.goto("/ask/property_register")
    page.select_option('[name="matter"]', "mortgage")
    told = page.locator(".told:visible")
    expect(told).to_have_count(1)
    expect(told).to_contain_text(words["told"])
    expect(told).to_contain_text(words["fields"])
    page.select_option('[name="matter"]', "business_loan")
    expect(page.locator(".told:visible")).not_to_contain_text(words["told"])
    page.select_option('[name="matter"]', "mortgage")
    is_readable(page)
    fill(page, question)
    send(page, words)
    expect(page.locator(".finding .outcome")).to_contain_text(words["found"])
    fields = [shown.strip() for shown in page.locator(".record dt").all_inner_texts()]
    assert fields == re.split("、(?!查封)|, ", words["fields"])
    expect(page.locator(".finding")).to_contain_text(words["limits"])
    expect(page.locator("#watermark text").first).to_contain_text(home.sheet["accounts"]["bank1"]["name"])
    is_readable(page)
    number = page.url.rsplit("/", 1)[1].partition("?")[0]
    paper = page.request.get(page.locator(f"text={words['paper']}").get_attribute("href") or "")
    assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")
    with home.assembly.database.read() as session:
        lines = session.exec(select(Trail.action).where(Trail.number == number, col(Trail.who) == "bank1")).all()
    assert {"look", "receipt"} <= set(lines)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_several_lines_are_a_table_and_on_a_telephone_a_list(home: Home, visit: Visit, lang: str) -> None:
    number, page = home.ask("household", f"table-{lang}"), visit("bank1", lang)
    page.goto(f"/cases/{number}")
    rows = page.locator(".record tbody tr")
    expect(rows.first).to_be_visible()
    assert rows.count() >= 4
    is_readable(page)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    is_readable(page)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_stated_is_compared_and_nothing_on_record_is_shown(home: Home, visit: Visit, lang: str) -> None:
    """The fields to state are the matter's; of each it is said whether it is as stated."""
    words, question, page = SAID[lang], home.sheet["questions"]["stated_parents"], visit("bank1", lang)
    page.goto("/ask/birth_record?matter=close_relative_card")
    expect(page.locator('[name="details.mother"]')).to_be_hidden()
    page.check('[name="mode"][value="compare"]')
    expect(page.locator('[name="details.mother"]')).to_be_visible()
    expect(page.locator('[name="details.certificate"]')).to_have_count(0)  # of no use to this matter
    is_readable(page)
    fill(page, question)
    page.fill('[name="details.mother"]', question["details"]["mother"])
    page.fill('[name="details.father"]', "李平")
    send(page, words)
    finding = page.locator(".finding")
    expect(finding.locator(".outcome")).to_be_visible()
    expect(finding).to_contain_text("与所述不同" if lang == "zh" else "Not as stated")
    expect(finding).not_to_contain_text(question["details"]["father"])
    is_readable(page)


def test_a_person_fills_in_the_fields_by_keyboard_and_the_bank_sees_them(home: Home, visit: Visit) -> None:
    """Enter goes on, and from the last field to a new row; Ctrl+Delete takes a row out; days as people type them."""
    number, desk = home.ask_desk("paper_marriage"), visit("civil1", "zh")
    desk.goto(f"/desk/{number}")
    desk.keyboard.press("t")
    expect(desk.locator(".note.good")).to_be_visible()
    desk.keyboard.press("1")
    first = desk.locator('#answer [name="records.0.event"]')
    expect(first).to_be_visible()
    expect(desk.locator('#answer [name="records.0.spouse_number"]')).to_have_count(0)  # a mortgage does not need it
    is_readable(desk)
    first.focus()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    desk.keyboard.type("1971年5月3日")
    desk.keyboard.press("Enter")
    desk.keyboard.type("陈珠凤")
    desk.keyboard.press("Enter")
    expect(desk.locator('#answer [name="records.1.event"]')).to_be_focused()
    desk.keyboard.press("Enter")
    desk.keyboard.type("5 March")
    desk.fill("#answer-f-archive", "1971年结婚登记第3卷 12页")
    desk.click("text=发送反馈 >> nth=0")
    wrong = desk.locator('#answer [name="records.1.registered_on"]')
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_value("5 March")
    wrong.focus()
    desk.keyboard.press("Control+Delete")
    expect(wrong).to_have_count(0)
    desk.click("text=发送反馈 >> nth=0")
    expect(desk.locator(".note.good")).to_contain_text("反馈已发送请求单位")
    bank = visit("bank1", "en", PHONE)
    bank.goto(f"/cases/{number}")
    expect(bank.locator(".record")).to_contain_text("1971-05-03")
    expect(bank.locator(".record")).to_contain_text("陈珠凤")
    expect(bank.locator(".finding")).to_contain_text("1971年结婚登记第3卷 12页")
    is_readable(bank)
    with home.assembly.database.read() as session:
        found = session.get_one(Case, number).finding
    assert found is not None
    assert found["records"] == [{"event": "marriage", "registered_on": "1971-05-03", "spouse": "陈珠凤"}]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_permissions_say_which_fields_a_matter_gets(visit: Visit, lang: str) -> None:
    page = visit("admin", lang)
    page.goto("/admin/new/grants?unit=bank-binjiang&matter=mortgage")

    expect(page.locator("#f-picked")).to_contain_text(SAID[lang]["fields"])
    is_readable(page)
