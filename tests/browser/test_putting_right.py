"""Putting an answer right in the browser: the clerk's forms, the second person, the asker's banner, and asking again."""

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Home, Visit
from tests.browser.test_every_page import LEVEL

SHOTS = os.environ.get("SCREENS", "")  # a folder for pictures of what is tested here; nothing is kept without


def picture(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def readable(page: Page) -> None:
    """Nobody is kept out, and nothing stands beside the screen."""
    found = Axe().run(page, options=LEVEL).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def answered(home: Home, visit: Visit, story: str) -> str:
    """A case that a clerk answered from the archive, and the bank accepted."""
    number = home.ask_desk(story)
    desk, bank = visit("police1", "zh"), visit("bank1", "zh")
    desk.goto(f"/desk/{number}")
    desk.keyboard.press("t")
    desk.check("#answer [value=contradicted]")
    desk.fill("#answer-f-archive", "12 卷 34 页")
    desk.click("text=发送反馈 >> nth=0")
    expect(desk.locator(".note.good")).to_contain_text("反馈已发送")
    bank.goto(f"/cases/{number}")
    bank.click("text=确认并办结")
    expect(bank.locator(".note.good")).to_be_visible()
    bank.goto("/ask")  # who has the case open sees the amendment arrive, and needs no mark
    return number


@pytest.mark.parametrize(("lang", "size"), [("zh", WIDE), ("en", PHONE)])
def test_a_wrong_answer_is_amended_by_two_and_the_asker_confirms(
    home: Home, visit: Visit, lang: str, size: tuple[int, int]
) -> None:
    words = {
        "zh": ("更正反馈", "确认更正", "确认已知悉", "请说明"),
        "en": ("Amend the answer", "Confirm the amendment", "Confirm that we know", "needed"),
    }[lang]
    number = answered(home, visit, "paper" if lang == "zh" else "two_clerks")
    first, second, bank = visit("police1", lang, size), visit("police2", lang, size), visit("bank1", lang, size)
    first.goto(f"/desk/{number}")
    first.click(f"summary:has-text('{words[0]}')")
    first.check("#amend [value=confirmed]")
    first.fill("#amend-f-archive", "12 卷 35 页")
    picture(first, f"amend-form-{lang}")
    readable(first)
    first.click(f"#amend button:has-text('{words[0]}')")
    expect(first.locator("#faults")).to_be_visible()
    expect(first.locator("#amend [value=confirmed]")).to_be_checked()
    first.fill("#amend-f-note", "看错了一行")
    first.click(f"#amend button:has-text('{words[0]}')")
    expect(first.locator("#proposed")).to_contain_text("看错了一行")
    expect(first.locator(f"#proposed button:has-text('{words[1]}')")).to_have_count(0)
    colleague = visit("bank2", lang, size)
    colleague.goto(f"/cases/{number}")
    expect(colleague.locator("#amended")).to_have_count(0)
    bank.goto("/cases?state=new")
    second.goto("/desk")
    second.click(f"#to-confirm >> text={number}")
    picture(second, f"confirm-form-{lang}")
    readable(second)
    second.click(f"#proposed button:has-text('{words[1]}')")
    expect(second.locator(".note.good")).to_be_visible()
    expect(colleague.locator("#amended .struck")).to_be_visible()  # by itself, on the pages that are open
    expect(bank.locator("tr.unread", has_text=number)).to_be_visible()
    bank.goto(f"/cases/{number}")
    expect(bank.locator("#amended")).to_contain_text("看错了一行")
    expect(bank.locator("main")).not_to_contain_text(home.sheet["accounts"]["police1"]["name"])
    picture(bank, f"banner-{lang}")
    readable(bank)
    bank.click(f"text={words[2]}")
    expect(bank.locator(".note.good")).to_be_visible()
    expect(bank.locator(f"button:has-text('{words[2]}')")).to_have_count(0)
    expect(bank.locator("#amended .struck")).to_be_visible()


def test_a_withdrawn_answer_is_asked_again_with_everything_filled_in(home: Home, visit: Visit) -> None:
    number = answered(home, visit, "returned")
    desk, bank = visit("police2", "en"), visit("bank1", "en")
    desk.goto(f"/desk/{number}")
    desk.click("summary:has-text('Withdraw the answer')")
    desk.fill("#withdraw_answer-f-note", "The volume is a forgery.")
    desk.click("#withdraw_answer button:has-text('Withdraw the answer')")
    expect(desk.locator(".note.good")).to_contain_text("The answer was withdrawn")
    bank.goto(f"/cases/{number}")
    expect(bank.locator("#amended")).to_contain_text("The volume is a forgery.")
    readable(bank)
    bank.click("text=Ask again")
    asked = home.sheet["questions"]["returned"]
    assert bank.input_value('[name="subjects.person.id_number"]') == asked["subjects"]["person"]["id_number"]
    assert bank.input_value('[name="purpose"]') == asked["purpose"]
    assert bank.input_value('[name="reference"]') == asked["reference"]
    assert bank.input_value('[name="matter"]') == asked["matter"]
    expect(bank).to_have_url(re.compile(f"again={number}$"))
    bank.click("#question button:has-text('Send')")
    expect(bank.locator(".note.good[data-news]")).to_contain_text("Your question was sent.")


def test_a_late_dispute_is_decided_by_the_supervisor(home: Home, visit: Visit) -> None:
    number = answered(home, visit, "withdrawn")
    bank, board = visit("bank1", "en"), visit("supervisor", "en")
    bank.goto(f"/cases/{number}")
    bank.click("summary:has-text('Dispute the answer')")
    bank.fill("#fold-dispute #f-note", "A notary says otherwise.")
    bank.click("button:has-text('Dispute')")
    expect(bank.locator(".note.good")).to_contain_text("Your dispute was sent to the supervisor")
    board.goto("/board")
    board.click(f"#disputed-{number}")
    readable(board)
    board.select_option("#arbitrate-f-decision", "amend")
    board.fill("#arbitrate-f-note", "Please look again.")
    board.click("#late-dispute button:has-text('Decide')")
    expect(board.locator(".note.good")).to_contain_text("Your decision was recorded.")
    expect(bank.locator("main")).to_contain_text("Waits at the window")
