"""The window clerk works without the mouse: from the text on the telephone to the answer, and from row to row."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Home, Visit

WORDS = {
    "zh": {"tail": "尾号", "sent": "反馈已发送请求单位", "taken": "您已受理此件", "grade": "乙级", "phrase": "历史户籍档案记载"},
    "en": {
        "tail": "ending ",
        "sent": "Your answer was sent",
        "taken": "You have taken this case",
        "grade": "Grade B",
        "phrase": "The old household register",
    },
}


def _tab_to(page: Page, selector: str) -> None:
    """Presses Tab until this has the focus."""
    for _ in range(80):
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {selector}")


def _texted(home: Home, visit: Visit, number: str) -> str:
    """The user name of the clerk whose telephone got the text about this case."""
    phones = visit(lang="zh")
    phones.goto(home.phones)
    text = phones.locator("article", has_text=f"尾号{number[-4:]}")
    while not text.count():
        phones.wait_for_timeout(200)
        phones.reload()
    held = (text.first.locator("h2").text_content() or "").removeprefix("+86").replace(" ", "")
    return next(name for name, one in home.sheet["accounts"].items() if held in one["phone"].replace(" ", ""))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_paper_case_from_the_text_to_the_answer_by_keyboard_alone(full_home: Home, full_visit: Visit, lang: str) -> None:
    """The text comes, the clerk signs in, finds the row, takes the case, answers with volume and page; the bank has it."""
    full_home.a_minute_later()
    number = full_home.ask("paper", f"by-keys-{lang}")
    username, said = _texted(full_home, full_visit, number), WORDS[lang]
    desk = full_visit("", lang)
    desk.goto("/sign-in?next=/desk?pile=new")
    _tab_to(desk, "[name=username]")
    desk.keyboard.type(username)
    _tab_to(desk, "[name=password]")
    desk.keyboard.type(full_home.sheet["accounts"][username]["password"])
    desk.keyboard.press("Enter")
    expect(desk.locator(f"#c-{number}")).to_be_visible()
    expect(desk).to_have_title(re.compile(r"^\(\d+\) "))
    for _ in range(30):
        desk.keyboard.press("j")
        if desk.evaluate("document.activeElement.textContent") == number:
            break
    desk.keyboard.press("Enter")
    expect(desk.locator("h1")).to_contain_text(number)
    desk.keyboard.press("t")
    expect(desk.locator(".note.good")).to_contain_text(said["taken"])
    desk.keyboard.press("a")
    desk.keyboard.press("1")
    _tab_to(desk, "#answer-f-archive")
    desk.keyboard.type("户籍底册 12 卷 34 页")
    _tab_to(desk, ".phrase")
    desk.keyboard.press("Enter")
    expect(desk.locator("#answer-f-words")).to_have_value(re.compile("^" + said["phrase"]))
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".note.good")).to_contain_text(said["sent"])
    bank = full_visit("bank1", lang)
    bank.goto(f"/cases/{number}")
    expect(bank.locator(".finding")).to_contain_text("户籍底册 12 卷 34 页")
    expect(bank.locator(".finding")).to_contain_text(said["grade"])


def test_a_standard_phrase_is_read_in_the_reader_s_language(full_home: Home, full_visit: Visit) -> None:
    """Written from the Chinese page, read in English; what the clerk added stays as written."""
    number = full_home.ask_desk("two_clerks", "phrases")
    desk, bank = full_visit("police1", "zh"), full_visit("bank1", "en")
    desk.goto(f"/desk/{number}#answer")
    desk.keyboard.press("3")
    desk.click(".phrase >> nth=1")
    desk.keyboard.press("End")
    desk.keyboard.type("\n第 3 至 7 册。")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".note.good")).to_contain_text("反馈已发送")
    bank.goto(f"/cases/{number}")
    expect(bank.locator(".finding .words")).to_have_text("The archive was searched; nothing was found about this.\n第 3 至 7 册。")


def test_one_key_takes_the_next_case_and_sending_may_take_the_one_after(full_home: Home, full_visit: Visit) -> None:
    """n takes; Ctrl+Shift+Enter sends, takes and says so; with nothing left the desk says so."""
    desk = full_visit("police2", "en")
    numbers = {full_home.ask_desk("returned", f"next-{n}") for n in range(2)}
    desk.goto("/desk")
    desk.keyboard.press("n")
    expect(desk.locator(".note.good")).to_have_text("You have taken this case.")
    done = set[str]()
    while desk.url.count("/desk/"):
        last = (desk.locator("h1 .num-link").text_content() or "").strip()
        done.add(last)
        desk.keyboard.press("4")
        desk.keyboard.press("Control+Shift+Enter")
        expect(desk.locator("h1")).not_to_contain_text(last)
        expect(desk.locator(".note.good")).to_contain_text("Your answer was sent to the asking unit.")
        if desk.url.count("/desk/"):
            expect(desk.locator(".note.good")).to_contain_text("This page shows the next case, which is now yours.")
            expect(desk.locator("#before a")).to_have_text(last)
            desk.goto(desk.url.split("?")[0] + "?flash=answer_next&about=<b>")
            expect(desk.locator("#before")).to_have_count(0)
    assert numbers <= done
    desk.keyboard.press("n")
    expect(desk.locator(".note.good")).to_have_text("No new case waits: each has its clerk.")


def test_the_keys_are_shown_and_can_be_switched_off(visit: Visit) -> None:
    """? opens the list of keys, Escape closes it; switched off, a letter does nothing, on the next page neither."""
    desk = visit("police1", "en")
    desk.goto("/desk?pile=mine")
    desk.keyboard.press("?")
    expect(desk.locator("#keys")).to_be_visible()
    expect(desk.locator("#keys")).to_contain_text("Take the next case")
    desk.keyboard.press("7")
    desk.keyboard.press("Escape")
    expect(desk.locator("#keys")).to_be_hidden()
    assert "pile=mine" in desk.url, "keys rest while the list is open"
    desk.keyboard.press("7")
    desk.wait_for_url("**/desk?pile=answered")
    desk.click("button:has-text('Keys')")
    desk.uncheck("#keys-on")
    desk.keyboard.press("Escape")
    desk.reload()
    desk.keyboard.press("2")
    desk.keyboard.press("?")
    desk.wait_for_timeout(300)
    assert "pile=answered" in desk.url
    expect(desk.locator("#keys")).to_be_hidden()


def test_an_arrival_is_marked_and_told_while_the_row_in_hand_keeps_the_focus(home: Home, visit: Visit) -> None:
    """A new row appears under the eyes of somebody who goes through the rows: it takes nothing from them."""
    first = home.ask_desk("paper", "arrival-1")
    desk = visit("police1", "en")
    desk.goto("/desk?pile=new")
    desk.focus(f"#c-{first}")
    second = home.ask("paper", "arrival-2")
    expect(desk.locator("tr.fresh", has_text=second)).to_be_visible()
    expect(desk.locator("#arrived")).to_contain_text(second)
    expect(desk.locator(f"#c-{first}")).to_be_focused()


def test_a_case_is_found_again_from_the_desk_by_one_key(home: Home, visit: Visit) -> None:
    """/ goes to the field; one hit is opened, several are listed and walked through, none says what to type."""
    number = home.ask_desk("paper", "found-by-key")
    home.ask_desk("paper", "found-by-key-too")
    person = home.sheet["questions"]["paper"]["subjects"]["person"]["id_number"]
    desk = visit("police1", "zh")
    for words, there in ((number, ""), (person, "#found .num-link"), ("无此编号", ".fault")):
        desk.goto("/desk")
        desk.keyboard.press("/")
        desk.keyboard.type(words)
        desk.keyboard.press("Enter")
        if not there:
            expect(desk.locator("h1 .num-link")).to_have_text(number)
            continue
        expect(desk.locator(there).first).to_be_visible()
        assert words not in desk.url
    expect(desk.locator("#e-q")).to_contain_text("本窗口没有相符的件")
    expect(desk.locator("#f-q")).to_be_focused()
    expect(desk.locator("#f-q")).to_have_value("无此编号")
    desk.fill("#f-q", person)
    desk.keyboard.press("Enter")
    expect(desk.locator("#found")).to_contain_text(number)
    desk.keyboard.press("Escape")
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.locator("h1 .num-link")).to_be_visible()
