"""Two sides that talk, in the browser: asked back and replied live, a later day, all reasons of a return at once."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Home, Visit
from tests.browser.test_putting_right import readable

SHOTS = os.environ.get("SCREENS", "")


def picture(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(("lang", "size"), [("zh", WIDE), ("en", PHONE)])
def test_what_is_asked_back_and_replied_shows_on_open_pages(home: Home, visit: Visit, lang: str, size: tuple[int, int]) -> None:
    """No press on either page shows what the other side wrote. Asking back is three keys and the words."""
    stands, ask = {"zh": ("暂停计时", "哪一年迁出？"), "en": ("The clock stands still", "Which year did they move?")}[lang]
    number = home.ask_desk("ask_back" if lang == "zh" else "later_day")
    desk, bank = visit("police1", lang, size), visit("bank1", lang, size)
    bank.goto(f"/cases/{number}")
    desk.goto(f"/desk/{number}")
    desk.keyboard.press("q")
    expect(desk.locator("#ask_back-f-words")).to_be_focused()
    picture(desk, f"ask-form-{lang}")
    desk.keyboard.type(ask)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#paused")).to_contain_text(stands)
    expect(bank.locator("#talk")).to_contain_text(ask)
    expect(bank.locator("#paused")).to_contain_text(stands)
    picture(bank, f"asked-back-bank-{lang}")
    picture(desk, f"asked-back-desk-{lang}")
    readable(bank)
    bank.fill("#reply-f-words", "1998 年 <b>迁出</b>")
    bank.click("#reply-1 button")
    expect(bank.locator("#paused")).to_have_count(0)
    expect(desk.locator("#talk")).to_contain_text("1998 年 <b>迁出</b>")
    expect(desk.locator("#paused")).to_have_count(0)
    picture(bank, f"replied-bank-{lang}")
    picture(desk, f"replied-desk-{lang}")
    readable(desk)
    desk.goto("/desk?pile=mine")
    expect(desk.locator(f"tr:has(#c-{number})")).not_to_contain_text("新消息" if lang == "zh" else "New message")
    _a_later_day(desk, bank, number, lang)


def _a_later_day(desk: Page, bank: Page, number: str, lang: str) -> None:
    desk.goto(f"/desk/{number}")
    desk.keyboard.press("e")
    day = desk.evaluate("new Date(Date.now() + 12 * 864e5).toISOString().slice(0, 10)")
    desk.fill("#offer_later-f-day", "2020-01-01")
    desk.fill("#offer_later-f-note", "档案正在装订")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#faults")).to_be_visible()
    for ahead in range(12, 20):  # the first working day from then on
        day = desk.evaluate(f"new Date(Date.now() + {ahead} * 864e5).toISOString().slice(0, 10)")
        desk.fill("#offer_later-f-day", day)
        desk.locator("#offer_later-f-note").press("Control+Enter")
        desk.wait_for_load_state()
        if desk.locator("#offered").count():
            break
    expect(bank.locator("#offered")).to_contain_text(day)
    picture(bank, f"offered-bank-{lang}")
    picture(desk, f"offered-desk-{lang}")
    bank.click(f"button:has-text('{day}')")
    expect(bank.locator("#offered")).to_have_count(0)
    expect(desk.locator("#conversation")).to_contain_text("商定" if lang == "zh" else "agreed")


def test_everything_that_is_missing_is_ticked_together_and_read_by_the_asker(home: Home, visit: Visit) -> None:
    number = home.ask_desk("returned")
    desk, bank = visit("police1", "zh"), visit("bank1", "zh")
    desk.goto(f"/desk/{number}")
    desk.keyboard.press("x")
    desk.locator("#return button:has-text('退回')").click()
    expect(desk.locator("#return .fault")).to_contain_text("请勾选")
    desk.check("#return [name=reason_year_missing]")
    desk.check("#return [name=reason_place_missing]")
    desk.fill("#return-f-note", "请写明村名")
    picture(desk, "return-form-zh")
    desk.locator("#return button:has-text('退回')").click()
    expect(desk.locator(".note.good")).to_contain_text("退回")
    bank.goto(f"/cases/{number}")
    expect(bank.locator(".reasons").first).to_contain_text("缺少年份或时间范围")
    expect(bank.locator(".reasons").first).to_contain_text("请写明村名")
    picture(bank, "returned-bank-zh")
