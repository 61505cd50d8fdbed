"""Keys beside an input method, with another alphabet, and before the page's scripts have come."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Home, Visit

PRESS = """([target, keys]) => document.querySelector(target).dispatchEvent(
    new KeyboardEvent("keydown", {bubbles: true, cancelable: true, ...keys}))"""
COMPOSING = {"isComposing": True, "keyCode": 229}
AFTER_ITS_END = {"isComposing": False, "keyCode": 229}  # Safari: compositionend comes before the Enter that ended it


def _press(page: Page, target: str, **keys: object) -> None:
    page.evaluate(PRESS, [target, keys])


@pytest.mark.parametrize("state", [COMPOSING, AFTER_ITS_END])
def test_the_enter_that_chooses_a_word_opens_nothing(home: Home, visit: Visit, state: dict[str, object]) -> None:
    """A clerk types 亲属 by pinyin: the Enter that takes the letters belongs to the input method, the next one to the page."""
    page = visit("bank1", "zh")
    page.goto("/ask")
    page.fill("#q", "亲属关系")
    _press(page, "#q", key="Enter", code="Enter", **state)
    page.wait_for_timeout(600)  # longer than the search waits
    assert page.url.endswith("/ask")
    _press(page, "#q", key="Enter", code="Enter")
    page.wait_for_url("**/ask/**")


@pytest.mark.parametrize("state", [COMPOSING, AFTER_ITS_END])
def test_no_shortcut_hears_what_an_input_method_types(home: Home, visit: Visit, state: dict[str, object]) -> None:
    """Neither the desk's keys nor those of every page."""
    number = home.ask_desk("paper", f"composing-{state['isComposing']}")
    desk = visit("police1", "zh")
    desk.goto(f"/desk/{number}")
    for key, code in (("t", "KeyT"), ("a", "KeyA"), ("Process", "KeyT"), ("?", "Slash")):
        _press(desk, "body", key=key, code=code, **state)
    desk.wait_for_timeout(300)
    assert "?" not in desk.url
    expect(desk.locator("#keys")).to_be_hidden()
    expect(desk.locator("#answer")).not_to_have_attribute("open", "")


def test_a_shortcut_is_found_by_its_place_where_the_sign_is_another(home: Home, visit: Visit) -> None:
    """Full width ？ and １, Caps Lock, a Cyrillic layout: the same keys of the same board."""
    number = home.ask_desk("paper", "by-place")
    desk = visit("police1", "zh")
    desk.goto(f"/desk/{number}")
    _press(desk, "body", key="？", code="Slash", shiftKey=True)
    expect(desk.locator("#keys")).to_be_visible()
    desk.keyboard.press("Escape")
    _press(desk, "body", key="е", code="KeyT")
    expect(desk.locator(".note.good")).to_contain_text("您已受理此件")
    _press(desk, "body", key="A", code="KeyA")
    _press(desk, "body", key="１", code="Digit1")
    expect(desk.locator("#answer input[data-digit='1']")).to_be_checked()


def test_a_key_pressed_before_the_scripts_have_come_is_not_lost(home: Home, visit: Visit) -> None:
    """The page is read at once on a slow line, its scripts come later: what was pressed meanwhile is done then."""
    number = home.ask_desk("paper", "early")
    desk = visit("police1", "zh")

    held: list[Route] = []
    desk.route("**/hecha.js", lambda route: held.append(route))
    desk.goto(f"/desk/{number}", wait_until="commit")
    expect(desk.locator("#answer")).to_be_attached()
    desk.keyboard.press("t")
    desk.wait_for_timeout(200)
    expect(desk.locator(".note.good")).to_have_count(0)
    held[0].continue_()
    expect(desk.locator(".note.good")).to_contain_text("您已受理此件")
