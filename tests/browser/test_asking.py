"""The bank asks in the browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from cases.case import Case
from tests.browser.conftest import PHONE, Home, Visit


def _fill(page: Page, home: Home, story: str) -> None:
    question = home.sheet["questions"][story]
    for role, subject in question["subjects"].items():
        for field, value in subject.items():
            page.fill(f'[name="subjects.{role}.{field}"]', value)
    page.select_option('[name="details.relation"]', question["details"]["relation"])
    page.select_option('[name="matter"]', question["matter"])
    page.fill('[name="purpose"]', question["purpose"])
    page.fill('[name="reference"]', question["reference"])


SAID = {
    "zh": {
        "item": "亲属关系核查",
        "send": "发送",
        "true": "属实",
        "grade": "甲级",
        "found": "机器依据记录反馈",
        "accept": "确认并办结",
        "closed": "此件办结",
        "again": "再次发送",
    },
    "en": {
        "item": "Kinship",
        "send": "Send",
        "true": "True",
        "grade": "Grade A",
        "found": "Answered from the records",
        "accept": "Accept and close",
        "closed": "the case is closed",
        "again": "Send again",
    },
}


def _send(page: Page, words: dict[str, str]) -> None:
    """Sends the form; where the same was asked before in this house, once more."""
    page.click(f"#question >> text={words['send']}")
    if "/cases/" not in page.url:
        page.click(f"text={words['again']}")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_question_is_found_asked_and_answered_on_the_page_by_itself(home: Home, visit: Visit, lang: str) -> None:
    """Typing initials, Enter, filling in, sending: the answer appears by itself, under its reader's name."""
    words, page = SAID[lang], visit("bank1", lang)
    page.goto("/ask")
    page.keyboard.type("qsgx")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/kinship")
    expect(page.locator('[name="subjects.person.name"]')).to_be_focused()
    _fill(page, home, "kinship")
    expect(page.locator('[name="urgent_reason"]')).to_be_hidden()
    page.check('[name="urgent"]')
    expect(page.locator('[name="urgent_reason"]')).to_be_visible()
    page.uncheck('[name="urgent"]')
    _send(page, words)
    expect(page.locator("h1")).to_contain_text(words["item"])
    expect(page.locator(".finding .outcome")).to_contain_text(words["true"])
    expect(page.locator(".note.good")).to_have_count(0)
    expect(page.locator(".finding")).to_contain_text(words["grade"])
    expect(page.locator(".trail")).to_contain_text(words["found"])
    expect(page.locator("#watermark text").first).to_contain_text(home.sheet["accounts"]["bank1"]["name"])
    expect(page.locator("main")).not_to_contain_text(home.sheet["questions"]["kinship"]["subjects"]["person"]["id_number"])
    page.click(f"text={words['accept']}")
    expect(page.locator(".note.good")).to_contain_text(words["closed"])


def test_numbers_are_checked_while_they_are_typed(home: Home, visit: Visit) -> None:
    """Birth date and sex are told back, 15 digits are bridged before the eyes, a wrong digit is told before anything is sent."""
    page = visit("bank2", "zh")
    page.goto("/ask/kinship")
    right = home.sheet["questions"]["kinship"]["subjects"]["relative"]["id_number"]
    page.fill('[name="subjects.person.id_number"]', right[:10])
    expect(page.locator("#echo-person")).to_have_text("已输入 10 位，共 18 位")
    page.fill('[name="subjects.person.id_number"]', right[:17] + ("1" if right[17] != "1" else "2"))
    expect(page.locator("#echo-person .fault")).to_contain_text("校验位不符")
    page.fill('[name="subjects.person.id_number"]', right[:6] + right[8:17])
    expect(page.locator("#echo-person .bridged")).to_contain_text(right)
    expect(page.locator("#echo-person .fits")).to_contain_text(f"{right[6:10]}-{right[10:12]}-{right[12:14]} 出生 · 男")
    assert right not in page.url


def test_the_promise_is_shown_before_sending_and_follows_what_is_typed(home: Home, visit: Visit) -> None:
    """Usually a machine; a year before the records goes to a person; urgent is sooner."""
    home.ask("kinship", "for-the-promise")
    page = visit("bank2", "en")
    page.goto("/ask/kinship")
    expect(page.locator("#promise")).to_contain_text("The department's machine")
    page.fill('[name="year"]', "1979")
    expect(page.locator("#promise")).to_contain_text("a person looks in the archive")
    expect(page.locator("#promise")).to_contain_text("If urgent")
    page.check('[name="urgent"]')
    expect(page.locator("#promise")).not_to_contain_text("If urgent")


def test_an_unread_answer_comes_first_and_counts_in_the_title_until_it_is_looked_at(home: Home, visit: Visit) -> None:
    """The list changes by itself; a look takes the mark away."""
    page = visit("bank2", "en")
    page.goto("/cases")
    page.wait_for_timeout(300)
    number = home.ask("kinship", "unread-test", who="bank2")
    row = page.locator("tr.unread", has_text=number)
    expect(row).to_be_visible(timeout=20000)
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{number}")
    page.goto("/cases?state=new")
    expect(page.locator(".empty-list")).to_contain_text("You have read every answer.")


def test_a_no_does_not_look_like_a_yes_in_the_list(home: Home, visit: Visit) -> None:
    """What was found has a colour of its own beside the state; what nobody could say stays as quiet as the rest."""
    page = visit("bank2", "en")
    colours = {}
    number = home.ask("kinship", "coloured", who="bank2")
    shown = f"tr:has(a[href='/cases/{number}']) .found"
    page.goto(f"/cases/{number}")
    expect(page.locator(".finding")).to_be_visible(timeout=20000)
    for outcome in ("confirmed", "contradicted", "no_record", "cannot_say"):
        with home.assembly.database.write() as session:
            session.get_one(Case, number).outcome = outcome
        page.goto("/cases")
        # In one go: the live list may be swapped between finding the row and reading its colour.
        colours[outcome] = page.evaluate("one => getComputedStyle(document.querySelector(one)).color", shown)
    assert len({colours["confirmed"], colours["contradicted"], colours["no_record"]}) == 3
    assert colours["cannot_say"] == colours["no_record"]


def test_an_answer_is_rated_and_the_rating_stands(home: Home, visit: Visit) -> None:
    """A mark left out is told; what was chosen stays."""
    page = visit("bank1", "zh")
    page.goto(f"/cases/{home.ask('kinship', 'rated')}")
    expect(page.locator(".finding")).to_be_visible()
    page.click("text=评价本次反馈")
    page.check('[name="timeliness"][value="5"]')
    page.click("text=提交评价")
    expect(page.locator(".fault")).to_have_count(1)
    expect(page.locator('[name="timeliness"][value="5"]')).to_be_checked()
    page.check('[name="usefulness"][value="4"]')
    page.click("text=提交评价")
    expect(page.locator(".note.good")).to_contain_text("评价已记录")
    expect(page.locator("main")).to_contain_text("已评价：及时 5 分，有用 4 分")


def test_a_case_is_found_again_by_file_number_and_by_the_person(home: Home, visit: Visit) -> None:
    """The ID number is never in an address; a wrong one is told instead of finding nothing."""
    number = home.ask("kinship", "found-again")
    person = home.sheet["questions"]["kinship"]["subjects"]["person"]["id_number"]
    page = visit("bank1", "en")
    page.goto("/cases")
    page.fill("#f-q", number[:12])
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{number}")
    page.goto("/cases")
    page.fill("#f-q", person)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(number)
    assert person not in page.url
    page.goto("/cases")
    page.fill("#f-q", person[:17] + ("1" if person[17] != "1" else "2"))
    page.keyboard.press("Enter")
    expect(page.locator(".fault")).to_contain_text("check digit")


def test_a_wrong_check_digit_is_told_beside_its_field_and_nothing_typed_is_lost(home: Home, visit: Visit) -> None:
    """The fault stands at the field and in the summary at the top, whose link leads to the field."""
    page = visit("bank1", "en")
    page.goto("/ask/kinship")
    _fill(page, home, "wrong_check_digit")
    page.click("#question button[type=submit]")
    field = page.locator('[name="subjects.person.id_number"]')
    beside = page.locator(".field", has=field).locator(".fault")
    expect(beside).to_have_text("The check digit of this ID number is wrong. Compare it with the card.")
    assert field.get_attribute("aria-invalid") == "true"
    assert page.locator(".field .fault").count() == 1
    question = home.sheet["questions"]["wrong_check_digit"]
    assert field.input_value() == question["subjects"]["person"]["id_number"]
    assert page.input_value('[name="subjects.relative.name"]') == question["subjects"]["relative"]["name"]
    assert page.input_value('[name="details.relation"]') == "father"
    page.click("#faults a")
    expect(field).to_be_focused()
    assert page.url.endswith("#f-subjects.person.id_number")


def test_an_empty_form_names_every_field_that_is_needed(visit: Visit) -> None:
    """All faults at once, in the order of the page."""
    page = visit("bank1", "zh")
    page.goto("/ask/kinship")
    page.click("main button[type=submit]")
    links = [link.get_attribute("href") or "" for link in page.locator("#faults a").all()]
    wanted = ["subjects.person.name", "subjects.person.id_number", "subjects.relative.name", "subjects.relative.id_number"]
    assert links == [f"#f-{name}" for name in [*wanted, "details.relation", "matter", "purpose", "reference"]]


def test_pressing_twice_opens_one_case(home: Home, visit: Visit) -> None:
    """The form carries a key of its own: sent a second time it leads to the same case."""
    page = visit("bank2", "zh")
    page.goto("/ask/kinship")
    _fill(page, home, "disputed")
    fields = page.eval_on_selector_all("main form [name]", "all => Object.fromEntries(all.map(one => [one.name, one.value]))")
    fields.pop("urgent")
    first, second = (page.request.post("/ask/kinship", form=fields).url for _ in range(2))
    assert first == second
    assert "/cases/" in first


def test_what_was_asked_lately_is_shown_before_it_is_asked_again(home: Home, visit: Visit) -> None:
    """The earlier case is offered; sending once more opens a new one."""
    earlier = home.ask("fifteen")
    page = visit("bank1", "en")
    page.goto("/ask/marriage")
    question = home.sheet["questions"]["fifteen"]
    for role, subject in question["subjects"].items():
        for field, value in subject.items():
            page.fill(f'[name="subjects.{role}.{field}"]', value)
    page.select_option('[name="matter"]', question["matter"])
    page.fill('[name="purpose"]', question["purpose"])
    page.fill('[name="reference"]', "AJ-2")
    page.click("main button[type=submit]")
    expect(page.locator("#faults .note.care")).to_contain_text(earlier)
    page.click("#faults >> text=Send again")
    page.wait_for_url(re.compile("/cases/"))
    assert earlier not in page.url


def test_everything_can_be_asked_without_javascript_on_a_phone(home: Home, visit: Visit) -> None:
    """Forms, links and a plain refresh are enough."""
    page = visit("bank3", "zh", PHONE, script=False)
    page.goto("/ask/kinship")
    _fill(page, home, "withdrawn")
    page.fill('[name="year"]', "1979")
    expect(page.locator('[name="urgent_reason"]')).to_be_visible()
    page.click("main button[type=submit]")
    expect(page.locator(".tag.at_desk")).to_be_visible()
    page.click("summary:has-text('撤回核查')")
    page.click("button:has-text('撤回')")
    expect(page.locator(".note.good")).to_contain_text("已撤回")
    page.goto("/cases?state=closed")
    expect(page.locator("table")).to_contain_text("已撤回")


def test_another_unit_s_case_does_not_exist(home: Home, visit: Visit) -> None:
    """A case of the bank's is not there for the school."""
    number = home.ask("kinship")
    page = visit("education1", "en")
    response = page.goto(f"/cases/{number}")
    assert response is not None
    assert response.status == 404
    expect(page.locator("main")).to_contain_text("There is no case with this number.")


def test_a_receipt_is_printed_and_whoever_holds_it_can_check_it(home: Home, visit: Visit) -> None:
    """The paper's number and the file show what is on record, without names; a wrong number or a changed file shows nothing."""
    number = home.ask("kinship", "receipt-test")
    bank, stranger = visit("bank1", "en"), visit(lang="en")
    bank.goto(f"/cases/{number}")
    expect(bank.locator(".finding")).to_be_visible()
    receipt = bank.request.get(bank.get_attribute("text=Receipt (PDF)", "href") or "")
    assert receipt.headers["content-type"] == "application/pdf"
    stranger.goto("/verify")
    stranger.fill("#f-number", number[:-1])
    stranger.click("text=Check the number")
    expect(stranger.locator(".fault")).to_have_text("No answered case has this number. Compare it with the receipt.")
    stranger.fill("#f-number", number.lower())
    stranger.click("text=Check the number")
    expect(stranger.locator("main")).to_contain_text("True: by the registers the relative is the person's father")
    expect(stranger.locator("main")).not_to_contain_text(home.sheet["questions"]["kinship"]["subjects"]["person"]["name"])
    pdf = receipt.body()
    _send_file(stranger, pdf)
    expect(stranger.locator(".note.good")).to_contain_text("Genuine.")
    expect(stranger.locator("main")).to_contain_text("True: by the registers the relative is the person's father")
    _send_file(stranger, pdf[:3000] + bytes([pdf[3000] ^ 1]) + pdf[3001:])
    expect(stranger.locator("#faults")).to_contain_text("This file was altered after it was sealed.")
    expect(stranger.locator(".note.good")).to_have_count(0)


def _send_file(page: Page, pdf: bytes) -> None:
    page.set_input_files("#f-file", {"name": "receipt.pdf", "mimeType": "application/pdf", "buffer": pdf})
    page.click("text=Check the file")
