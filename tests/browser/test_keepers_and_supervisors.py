"""The roster's keepers and the supervisor in the browser."""

from playwright.sync_api import expect

from cases.case import Case
from cases.lifecycle import Actor
from cases.moves import CLOCK, Move, Mover, make_move
from tests.browser.conftest import Home, Visit


def test_a_contact_is_added_changed_and_removed_with_its_history(visit: Visit) -> None:
    """A number that cannot be is told at its field; a change shows before and after; the removed one is gone."""
    page = visit("keeper", "en")
    page.goto("/roster")
    page.locator("main table a").first.click()
    page.fill("#f-name", "陈新")
    page.select_option("#f-role", "deputy")
    page.fill("#f-phone", "123")
    page.click("button:has-text('Add')")
    expect(page.locator(".fault")).to_contain_text("This is not a telephone number that can be dialled")
    assert page.input_value("#f-name") == "陈新"
    page.fill("#f-phone", "１３９０００００００９")
    page.click("button:has-text('Add')")
    expect(page.locator(".note.good")).to_have_text("The contact was added.")
    expect(page.locator("main table")).to_contain_text("139 0000 0009")
    page.click("text=陈新")
    page.fill("#f-phone", "13900000010")
    page.click("text=Save")
    page.click("text=陈新")
    expect(page.locator(".trail")).to_contain_text("+8613900000009 → +8613900000010")
    page.click("summary:has-text('Take off the roster')")
    page.click("button:has-text('Take off the roster')")
    expect(page.locator("main")).not_to_contain_text("陈新")


def test_communities_nobody_can_be_reached_in_are_found_at_a_press(visit: Visit) -> None:
    """The sample city has one community without any number."""
    page = visit("keeper", "zh")
    page.goto("/roster")
    page.click(".tiles a")
    assert page.locator("main tbody tr").count() >= 1
    expect(page.locator("main tbody tr").first).to_contain_text("无人")


def _send_back_twice(home: Home, number: str) -> None:
    """The machine may be quicker than the clock in handing the case over: then the clock finds it done."""
    clerk, asker = Mover(Actor.CLERK, "police1", "police"), Mover(Actor.ASKER, "bank1", "bank-binjiang")
    for name, mover in (("hand_over", CLOCK), ("return", clerk), ("correct", asker), ("hand_over", CLOCK), ("return", clerk)):
        with home.assembly.database.write() as session:
            made = make_move(session, Move(number, name, mover, note="为何"), home.assembly.now(), home.assembly.rulebook)
        assert mover is CLOCK or isinstance(made, Case)


def test_the_board_s_figures_lead_to_their_cases_and_a_decision_is_made(home: Home, visit: Visit) -> None:
    """A case sent back twice stands for decision; the supervisor decides with a reason, and the board loses it by itself."""
    number = home.ask("nobody", "board-test")
    _send_back_twice(home, number)
    board, page = visit("supervisor", "zh"), visit("supervisor", "zh")
    board.goto("/board")
    expect(board.locator("main")).to_contain_text(number)
    page.goto("/board")
    page.click(".tiles a:has-text('待裁定')")
    page.click(f"text={number}")
    page.select_option("#arbitrate-f-decision", "answer")
    page.click("button:has-text('裁定')")
    expect(page.locator(".fault")).to_have_text("此项必填。")
    page.fill("#arbitrate-f-note", "户籍事项由公安反馈")
    page.click("button:has-text('裁定')")
    expect(page.locator(".note.good")).to_have_text("裁定已记录。")
    expect(page.locator(".looks")).to_contain_text("查看")
    expect(board.locator("main")).not_to_contain_text("等待裁定")
