"""The roster's keepers and the supervisor in the browser."""

from playwright.sync_api import expect

from cases.case import Case
from cases.lifecycle import Actor
from cases.moves import CLOCK, Move, Mover, make_move
from tests.browser.conftest import Home, Visit


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
