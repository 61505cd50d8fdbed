"""From a certificate's name to the first useful screen without the mouse: one search, one Enter, counted."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cases.documents.id_numbers import ResidentId
from tests.browser.conftest import Home, Visit

WORDS = {
    "zh": {"not": "无需证明，请勿索要", "since": "起取消，请勿再索要", "one": "两个号码是同一个号码"},
    "en": {"not": "Not needed: do not ask for it", "since": "Cancelled since", "one": "Both are one number"},
}


def enter(page: Page, words: str) -> int:
    """Types the words in the one search and presses Enter once; how many keys that took beside the words."""
    page.goto("/ask")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    return 1


def slip_of(page: Page) -> bytes:
    """The slip, by Enter on the button that has the focus."""
    expect(page.locator("form[action$='/slip'] button")).to_be_focused()
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    return Path(waiting.value.path()).read_bytes()


@pytest.mark.parametrize(("lang", "typed"), [("zh", "15位升18位"), ("en", "15 digits")])
def test_not_needed_is_one_search_and_one_enter_away_and_the_next_enter_prints_the_slip(
    home: Home, visit: Visit, lang: str, typed: str
) -> None:
    page = visit("bank1", lang)
    assert enter(page, typed) == 1
    page.wait_for_url("**/ask/certificates/id_number")
    expect(page.locator("#verdict")).to_contain_text(WORDS[lang]["not"])
    assert slip_of(page).startswith(b"%PDF")


@pytest.mark.parametrize(("lang", "typed"), [("zh", "ycjcq"), ("en", "right to inherit")])
def test_cancelled_is_one_search_and_one_enter_away_and_names_what_takes_its_place(
    home: Home, visit: Visit, lang: str, typed: str
) -> None:
    page = visit("bank1", lang)
    assert enter(page, typed) == 1
    page.wait_for_url("**/ask/certificates/inheritance_right")
    expect(page.locator("#verdict")).to_contain_text(WORDS[lang]["since"])
    expect(page.locator(".verdict")).to_contain_text("全市证明事项取消清单")
    page.locator("form[action$='/slip'] button").press("Tab")
    expect(page.locator("a.hit").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/bundles/deposit_of_deceased")


def test_a_certificate_that_is_checked_opens_the_item_s_form_at_once(visit: Visit) -> None:
    page = visit("bank1", "zh")
    enter(page, "亲属关系证明")
    page.wait_for_url(re.compile(r"/ask/kinship(\?|$)"))


def test_15_and_18_digits_of_one_person_are_told_while_they_are_typed_and_stopped_when_sent(home: Home, visit: Visit) -> None:
    people = home.sheet["questions"]["kinship"]["subjects"].values()
    person = next(one for one in people if ResidentId(one["id_number"]).old_number)
    page = visit("bank1", "zh")
    page.goto("/ask/identity_change?matter=close_relative_card")
    page.keyboard.type(person["name"])
    page.keyboard.press("Tab")
    page.keyboard.type(person["id_number"])
    page.locator('[name="details.former_number"]').focus()
    page.keyboard.type(ResidentId(person["id_number"]).old_number or "")
    expect(page.locator("#stopped")).to_contain_text(WORDS["zh"]["one"])
    page.fill('[name="purpose"]', "核对")
    page.fill('[name="reference"]', "N-15")
    page.locator('[name="reference"]').press("Enter")
    expect(page.locator("#stopped")).to_contain_text(WORDS["zh"]["one"])
    expect(page).to_have_url(re.compile("/ask/identity_change"))
    expect(page.locator("#stopped a")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/certificates/id_number?counted=yes")
