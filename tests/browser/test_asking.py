"""The bank asks in the browser."""

import re

from playwright.sync_api import Page, expect

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


def test_a_question_is_found_asked_and_answered_on_the_page_by_itself(home: Home, visit: Visit) -> None:
    """Typing a word, choosing the item, sending: the answer appears without anybody pressing anything."""
    page = visit("bank1", "zh")
    page.goto("/ask")
    page.fill('[name="q"]', "qsgx")
    page.click("main button[type=submit]")
    page.click("text=亲属关系核查")
    _fill(page, home, "kinship")
    expect(page.locator('[name="urgent_reason"]')).to_be_hidden()
    page.check('[name="urgent"]')
    expect(page.locator('[name="urgent_reason"]')).to_be_visible()
    page.uncheck('[name="urgent"]')
    page.click("text=发送")
    expect(page.locator("h1")).to_contain_text("亲属关系核查")
    expect(page.locator(".finding .outcome")).to_contain_text("属实")
    expect(page.locator(".note.good")).to_have_count(0)
    expect(page.locator(".finding")).to_contain_text("甲级")
    expect(page.locator(".trail")).to_contain_text("机器依据记录反馈")
    expect(page.locator("main")).not_to_contain_text(home.sheet["questions"]["kinship"]["subjects"]["person"]["id_number"])
    page.click("text=确认并办结")
    expect(page.locator(".note.good")).to_contain_text("此件办结")


def test_a_wrong_check_digit_is_told_beside_its_field_and_nothing_typed_is_lost(home: Home, visit: Visit) -> None:
    """The fault stands at the field and in the summary at the top, whose link leads to the field."""
    page = visit("bank1", "en")
    page.goto("/ask/kinship")
    _fill(page, home, "wrong_check_digit")
    page.click("main button[type=submit]")
    field = page.locator('[name="subjects.person.id_number"]')
    beside = page.locator(".field", has=field).locator(".fault")
    expect(beside).to_have_text("The check digit of this ID number is wrong. Compare it with the card.")
    assert field.get_attribute("aria-invalid") == "true"
    assert page.locator(".fault").count() == 1
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
    expect(page.locator(".note.care")).to_contain_text(earlier)
    page.click("text=Send again")
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
    page.click("text=撤回")
    expect(page.locator(".note.good")).to_contain_text("已撤回")
    page.goto("/cases?state=closed&mine=1")
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
    """The paper's number shows what is on record, without names; a wrong number shows nothing."""
    number = home.ask("kinship", "receipt-test")
    bank, stranger = visit("bank1", "en"), visit(lang="en")
    bank.goto(f"/cases/{number}")
    expect(bank.locator(".finding")).to_be_visible()
    receipt = bank.request.get(bank.get_attribute("text=Receipt (PDF)", "href") or "")
    assert receipt.headers["content-type"] == "application/pdf"
    stranger.goto("/verify")
    stranger.fill("#f-number", number[:-1])
    stranger.click("text=Check >> nth=-1")
    expect(stranger.locator(".fault")).to_have_text("No answered case has this number. Compare it with the receipt.")
    stranger.fill("#f-number", number.lower())
    stranger.click("text=Check >> nth=-1")
    expect(stranger.locator("main")).to_contain_text("True: they are related as stated")
    expect(stranger.locator("main")).not_to_contain_text(home.sheet["questions"]["kinship"]["subjects"]["person"]["name"])
