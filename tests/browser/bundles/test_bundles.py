"""A customer, a form, an answer: bundles in the browser, asked without the mouse, with every key and click counted."""

import re
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Home, Visit

APPLICANT = "王涛伟330725196901245435"
RELATIONS = {"son": "儿子", "daughter": "女儿"}
LEVEL = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@dataclass
class Counted:
    """A page whose keys and clicks are counted."""

    page: Page
    keys: int = 0
    clicks: int = 0

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1


def people_of(home: Home, story: str) -> dict[str, list[dict[str, Any]]]:
    """Who stands in a story's bundle, by role."""
    people: dict[str, list[dict[str, Any]]] = home.sheet["bundles"][story]["people"]
    return people


def typed(person: dict[str, Any]) -> str:
    """Somebody as they are typed: name and number without anything between them."""
    return f"{person['name']}{person.get('id_number') or person['credit_code']}"


def ask_deposit(home: Home, page: Page, reference: str) -> Counted:
    """From the search to the page of the bundle, without the mouse. The second heir is not on record."""
    counted, people = Counted(page), people_of(home, "deposit")
    deceased, heirs = people["deceased"][0], people["heir"]
    page.goto("/ask")
    counted.type("zqck")
    counted.press("Enter")
    page.wait_for_url("**/ask/bundles/deposit_of_deceased")
    expect(page.locator("#f-reference")).to_be_focused()
    counted.type(reference)
    counted.press("Tab")
    counted.type(typed(deceased))
    for place, heir in enumerate(heirs):
        counted.press("Tab", "Tab")
        counted.type(typed(heir))
        expect(page.locator(f'[name="people.heir.{place}.details.relation"]')).to_have_value(heir["details"]["relation"])
    relation = RELATIONS[heirs[1]["details"]["relation"]]
    expect(page.locator("#reads")).to_contain_text(f"{heirs[1]['name']}是{deceased['name']}的{relation}吗")
    counted.press("Enter")
    page.wait_for_url("**/bundles/B*")
    return counted


def state_by_community(home: Home, desk: Page, number: str) -> None:
    """The police's clerk rings the community, writes down what was said, and answers with it."""
    desk.goto(f"/desk/{number}")
    desk.click("button[data-key=t]")
    expect(desk.locator(".note.good")).to_be_visible()
    desk.keyboard.press("c")
    desk.keyboard.type(home.sheet["stories"]["community"]["area"])
    expect(desk.locator("#places a")).to_have_count(1)
    desk.keyboard.press("Enter")
    desk.locator(".people > li").nth(0).locator("button:has-text('记录通话内容')").click()
    desk.keyboard.press("Space")
    desk.select_option("#state-f-known_by", "personally")
    desk.fill("#state-f-words", "是父子，两家住隔壁三十年了。")
    desk.click("button:has-text('记录陈述')")
    expect(desk.locator("#statements")).to_contain_text("两家住隔壁三十年了")
    desk.check("#answer [value=confirmed]")
    desk.click("text=发送反馈 >> nth=0")
    expect(desk.locator(".note.good")).to_be_visible()


def test_a_deposit_with_two_heirs_one_of_whom_only_the_community_knows(home: Home, visit: Visit, tmp_path: Path) -> None:
    """At most 80 keys and 4 clicks; the page turns by itself with each answer; one paper, checkable as a whole and page by page."""
    page, (known, gone) = visit("bank1", "zh"), people_of(home, "deposit")["heir"]
    counted = ask_deposit(home, page, "DK2032")
    assert (counted.keys <= 80, counted.clicks <= 4) == (True, True), counted
    expect(page.locator(".tie.green.good")).to_have_count(2)
    expect(page.locator(".joined")).to_contain_text("尚无结果")
    expect(page.locator("section.note.good")).to_contain_text(f"{known['name']}：这位继承人的亲属关系有登记或档案为证")
    expect(page.locator("a:has-text('部分结果回执')")).to_be_visible()
    open_case = page.locator(".told-questions li", has_text=gone["name"]).locator("a.num-link")
    expect(page.locator(".told-questions li", has_text=gone["name"]).first).to_contain_text("尚未反馈")

    state_by_community(home, visit("police1", "zh"), open_case.first.inner_text())
    expect(page.locator(".joined .outcome")).to_contain_text("死亡有据；部分亲属关系仅凭社区陈述")
    expect(page.locator(".tie.amber.stated")).to_contain_text("丙级，供参考")
    expect(page.locator(".joined")).to_contain_text("各项均已反馈")
    expect(page.locator("#watermark text").first).to_contain_text(home.sheet["accounts"]["bank1"]["name"])
    assert gone["id_number"] not in page.content()

    address = page.url.split("?")[0]
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(page.request.get(f"{address.replace('/bundles/', '/api/v1/bundles/')}/paper.pdf").body())
    stranger = visit("", "zh")
    stranger.goto("/verify")
    stranger.set_input_files("#f-file", paper)
    stranger.click("button:has-text('查验文件')")
    expect(stranger.locator(".sealed-pages .tag.good")).to_have_count(3)
    expect(stranger.locator("main")).not_to_contain_text(gone["name"])


def test_the_next_customer_is_one_key_away_and_the_same_customer_keeps_the_people(home: Home, visit: Visit) -> None:
    page = visit("bank2", "zh")
    ask_deposit(home, page, "DK2033")
    page.locator("details[data-key=s] summary").focus()
    page.keyboard.press("s")
    page.click("details[data-key=s] a.hit >> nth=0")
    expect(page.locator("input[name$='.who']").first).to_have_value(re.compile("^.{2,4} 33"))
    page.go_back()
    page.locator("h1").click()
    page.keyboard.press("n")
    page.wait_for_url("**/ask/bundles/deposit_of_deceased")
    expect(page.locator("#f-reference")).to_be_focused()
    expect(page.locator("#f-reference")).to_have_value("")
    expect(page.locator("[name='people.deceased.0.who']")).to_have_value("")


def test_a_court_filing_is_answered_by_machines_in_seconds(home: Home, visit: Visit) -> None:
    """One ID number and one credit code: five questions, read back before they are sent, answered without anybody's hand."""
    people = people_of(home, "court_filing")
    page = visit("court1", "en")
    counted = Counted(page)
    page.goto("/ask/bundles/court_filing")
    counted.type("C-2026-1")
    counted.press("Tab")
    counted.type(typed(people["defendant"][0]))
    counted.press("Tab", "Tab")
    counted.type(typed(people["enterprise"][0]))
    counted.press("Enter")
    expect(page.locator("#read-back")).to_contain_text("Nothing was sent yet")
    expect(page.locator("#read-back li")).to_have_count(5)
    expect(page.locator("#read-back button")).to_be_focused()
    sent = monotonic()
    counted.press("Enter")
    page.wait_for_url("**/bundles/B*")
    expect(page.locator(".joined")).to_contain_text("every question has its answer")
    assert monotonic() - sent < 10, "machines answer in seconds"
    expect(page.locator(".joined .outcome")).to_contain_text("The records answered every question")
    expect(page.locator(".family a.tie")).to_have_count(5)
    assert counted.keys <= 80, counted
    assert Axe().run(page, options=LEVEL).response["violations"] == []
    page.locator(".family a.tie").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*")
    page.keyboard.press("b")
    page.wait_for_url("**/bundles/B*")


def test_legal_aid_takes_one_card_and_at_most_sixty_keys(home: Home, visit: Visit) -> None:
    counted = Counted(visit("legal-aid1", "zh"))
    counted.page.goto("/ask/bundles/legal_aid")
    counted.type("FY-2026-31")
    counted.press("Tab")
    counted.type(APPLICANT)
    expect(counted.page.locator("#reads li")).to_have_count(7)
    counted.press("Enter")
    counted.page.wait_for_url("**/bundles/B*")
    assert counted.keys <= 60, counted
    expect(counted.page.locator(".told-questions a.num-link")).to_have_count(7)


def test_several_lines_are_pasted_at_once_and_a_wrong_digit_is_told_in_its_row(home: Home, visit: Visit) -> None:
    page, (known, gone) = visit("bank2", "zh"), map(typed, people_of(home, "deposit")["heir"])
    wrong = gone[:-1] + ("7" if gone[-1] != "7" else "8")
    page.goto("/ask/bundles/deposit_of_deceased")
    page.evaluate("""lines => { const data = new DataTransfer(); data.setData("text", lines);
      const field = document.querySelector("[name='people.heir.0.who']"); field.focus();
      field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})); }""",
                  f"{known}\n{wrong}\n")  # fmt: skip
    expect(page.locator("[name='people.heir.0.who']")).to_have_value(known)
    expect(page.locator("[name='people.heir.1.who']")).to_have_value(wrong)
    expect(page.locator("[name='people.heir.2.who']")).to_have_value("")
    expect(page.locator("[id='echo-people.heir.1'] .fault")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#faults")).to_be_focused()
    expect(page.locator("[id='e-people.heir.1.who']")).to_be_visible()
    expect(page.locator("[name='people.heir.0.who']")).to_have_value(known)


@pytest.mark.parametrize("size", [PHONE])
def test_without_scripts_everything_is_asked_by_forms(home: Home, visit: Visit, size: tuple[int, int]) -> None:
    page, people = visit("bank1", "zh", size=size, script=False), people_of(home, "deposit")
    deceased, heirs = people["deceased"][0], people["heir"]
    page.goto("/ask/bundles/deposit_of_deceased")
    page.fill("[name='people.deceased.0.who']", typed(deceased))
    page.fill("[name='people.heir.0.who']", typed(heirs[0]))
    page.click("button[name=more]")
    page.fill("[name='people.heir.1.who']", typed(heirs[1]))
    page.fill("#f-reference", "DK2034")
    page.press("#f-reference", "Enter")
    said = page.inner_text("#read-back")
    assert f"{deceased['name']}已经去世了吗？" in said
    for heir in heirs:
        assert f"{heir['name']}是{deceased['name']}的{RELATIONS[heir['details']['relation']]}吗？" in said
    page.click("#read-back button")
    assert "/bundles/B" in page.url
    assert page.locator(".family a.tie").count() >= 3
