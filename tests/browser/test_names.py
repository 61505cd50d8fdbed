"""Names in the browser: how one is read is shown before it is sent, and one that does not fit its number is no answer about it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE, Home, Visit
from tests.browser.test_putting_right import picture, readable

WORDS = {
    "zh": ("姓名读作", "身份信息不符", "核对姓名后再问", "谁的姓名与号码不符", "请说明谁的姓名与号码不符", "所述各项"),
    "en": (
        "The name is read as", "Name and number do not fit", "Look at the name again", "Whose name and number do not fit",
        "Say whose name and number do not fit", "What was stated",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lang", "size"), [("zh", WIDE), ("en", PHONE)])
def test_a_wrong_name_leads_back_to_the_form(home: Home, visit: Visit, lang: str, size: tuple[int, int]) -> None:
    words, bank = WORDS[lang], visit("bank1", lang, size)
    question = home.sheet["questions"]["kinship"]
    bank.goto("/ask/kinship?matter=" + question["matter"])
    for role, one in question["subjects"].items():
        bank.fill(f"[id='f-subjects.{role}.name']", one["name"])
        bank.fill(f"[id='f-subjects.{role}.id_number']", one["id_number"])
    wrong = question["subjects"]["relative"]["name"] + ("误" if lang == "zh" else "错")
    bank.fill("[id='f-subjects.relative.name']", f"{wrong[0]}　{wrong[1:]}")
    bank.select_option("[id='f-details.relation']", "father")
    bank.fill("#f-purpose", "核对")
    bank.fill("#f-reference", f"XM-2026-{lang}1")
    bank.press("#f-reference", "Tab")
    expect(bank.locator("#echo-relative")).to_contain_text(f"{words[0]} {wrong}")
    picture(bank, f"name-read-{lang}")
    readable(bank)

    bank.press("#f-reference", "Enter")
    expect(bank.locator(".finding .outcome")).to_contain_text(words[1])
    picture(bank, f"name-misfit-{lang}")
    readable(bank)
    bank.click(f"text={words[2]}")
    expect(bank.locator("[id='f-subjects.relative.name']")).to_have_value(f"{wrong[0]} {wrong[1:]}")
    expect(bank.locator("#f-reference")).to_have_value(f"XM-2026-{lang}1")


@pytest.mark.parametrize(("lang", "size"), [("zh", WIDE), ("en", PHONE)])
def test_a_clerk_says_whose_name_does_not_fit(home: Home, visit: Visit, lang: str, size: tuple[int, int]) -> None:
    words, desk = WORDS[lang], visit("police1", lang, size)
    number = home.ask_desk("paper" if lang == "zh" else "two_clerks", f"misfit-{lang}")
    desk.goto(f"/desk/{number}")
    desk.keyboard.press("t")
    expect(desk.locator("#answer-f-identity")).to_be_hidden()
    desk.check("#answer [value=identity_mismatch]")
    expect(desk.locator("#answer-f-identity")).to_contain_text(words[3])
    desk.click("#answer button.btn-primary")
    expect(desk.locator("#answer-f-identity")).to_contain_text(words[4])
    picture(desk, f"clerk-misfit-{lang}")
    readable(desk)
    desk.select_option("[id='answer-f-identity.relative']", "name_differs")
    desk.click("#answer button.btn-primary")
    expect(desk.locator(".note.good")).to_be_visible()
    case = home.case(number) if hasattr(home, "case") else None
    assert case is None or case.outcome == "identity_mismatch"
