"""The bank asks about people without a resident ID card: by what they type alone, in Chinese and English, wide and narrow."""

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Home, Visit


def test_a_card_is_asked_about_as_before_and_a_passport_by_two_fields_more(home: Home, visit: Visit) -> None:
    """With an ID number nothing appears; where a number may be of two documents the asker chooses, then says which country."""
    page, card = visit("bank1", "zh"), home.sheet["questions"]["foreign_spouse"]
    kind, country = page.locator("#kind-relative select"), page.locator("#beside-relative [name$=country]")
    page.goto("/ask/kinship")
    page.fill('[name="subjects.person.name"]', card["subjects"]["person"]["name"])
    page.locator('[name="subjects.person.id_number"]').press_sequentially(card["subjects"]["person"]["id_number"], delay=40)
    expect(page.locator("#echo-person .fits")).to_be_visible()
    expect(page.locator("#kind-person *, #beside-person *")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(page.locator('[name="subjects.relative.name"]')).to_be_focused()
    page.keyboard.type("TREMBLAY, Marie")
    page.keyboard.press("Tab")
    page.keyboard.type("m12345678")
    expect(kind).to_be_visible()
    expect(country).to_have_count(0)
    page.keyboard.press("Tab")
    expect(kind).to_be_focused()
    kind.select_option("passport")
    expect(country).to_be_visible()
    expect(kind).to_have_value("passport")
    page.keyboard.press("Tab")
    page.keyboard.type("加拿大")
    page.keyboard.press("Tab")
    page.keyboard.type("马丽")
    expect(page.locator("#echo-relative")).to_contain_text("护照 · 加拿大")
    expect(country).to_have_value("加拿大")
    page.select_option('[name="details.relation"]', "spouse")
    page.select_option('[name="matter"]', card["matter"])
    page.fill('[name="purpose"]', card["purpose"])
    page.fill('[name="reference"]', "XYK-2026-7")
    page.click("#question button[type=submit]")
    page.wait_for_url("**/cases/2*")
    expect(page.locator("main")).to_contain_text("M*****678")
    expect(page.locator("main")).to_contain_text("护照 · 加拿大")
    expect(page.locator("main")).not_to_contain_text("M12345678")


def test_without_scripts_the_form_comes_back_with_the_question_and_what_an_item_cannot_take_says_what_to_do(visit: Visit) -> None:
    page = visit("bank1", "en", PHONE, script=False)
    page.goto("/ask/kinship")
    page.fill('[name="subjects.relative.name"]', "TREMBLAY, Marie")
    page.fill('[name="subjects.relative.id_number"]', "12345678")
    page.click("#question button[type=submit]")
    expect(page.locator("#kind-relative select")).to_be_visible()
    expect(page.locator("#faults")).to_contain_text("Say which document this number is of.")
