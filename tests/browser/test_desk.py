"""The window clerk's work in the browser."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Home, Visit


def test_an_arrival_shows_by_itself_and_its_answer_reaches_the_bank(home: Home, visit: Visit) -> None:
    """Take, answer from the archive with volume and page; the bank's open page shows it without a press."""
    desk, bank = visit("police1", "zh"), visit("bank1", "zh")
    desk.goto("/desk?pile=new")
    number = home.ask("paper")
    expect(desk.locator(f"#c-{number}")).to_be_visible()
    expect(desk).to_have_title(re.compile(r"^\(\d+\) 窗口工作台"))
    bank.goto(f"/cases/{number}")
    desk.click(f"#c-{number}")
    question = home.sheet["questions"]["paper"]
    expect(desk.locator("main")).to_contain_text(question["subjects"]["person"]["id_number"])
    desk.keyboard.press("t")
    expect(desk.locator(".note.good")).to_contain_text("您已受理此件")
    desk.check("#answer [value=confirmed]")
    desk.click("text=发送反馈 >> nth=0")
    expect(desk.locator("#answer .fault")).to_have_text("请注明档案的卷号和页码。")
    expect(desk.locator("#answer [value=confirmed]")).to_be_checked()
    desk.fill("#answer-f-archive", "户籍底册 12 卷 34 页")
    desk.click(".phrase >> nth=0")
    assert desk.input_value("#answer-f-words").startswith("历史户籍档案记载")
    desk.click("text=发送反馈 >> nth=0")
    expect(desk.locator(".note.good")).to_contain_text("反馈已发送请求单位")
    expect(bank.locator(".finding")).to_contain_text("户籍底册 12 卷 34 页")
    expect(bank.locator(".finding")).to_contain_text("乙级")


def test_the_second_of_two_clerks_gets_a_clear_word(home: Home, visit: Visit) -> None:
    """Trap 9: two clerks have one case open; the second is told by whom it was taken and loses nothing of what was typed."""
    number = home.ask_desk("two_clerks")
    first, second = visit("police1", "en"), visit("police2", "en")
    for page in (first, second):
        page.goto(f"/desk/{number}")
    first.click("button:has-text('Take t')")
    expect(first.locator(".note.good")).to_be_visible()
    expect(second.locator(".note.care").first).to_contain_text("This case has changed since you opened it.")
    second.click("summary:has-text('Return to the asker')")
    second.fill("#return-f-note", "The file number is missing.")
    second.click("button:has-text('Return')")
    expect(second.locator("#faults")).to_contain_text("Somebody else changed this case meanwhile. Look at it again.")
    expect(second.locator("main")).to_contain_text(home.sheet["accounts"]["police1"]["name"])
    second.click("text=/Take it from/")
    expect(second.locator(".note.good")).to_have_text("You have taken this case.")


def test_a_returned_question_is_corrected_and_asked_again(home: Home, visit: Visit) -> None:
    """The reason reaches the asker, whose form is filled in with what was asked."""
    number = home.ask_desk("returned")
    desk, bank = visit("police1", "en"), visit("bank1", "en")
    desk.goto(f"/desk/{number}")
    desk.click("summary:has-text('Return to the asker')")
    desk.fill("#return-f-note", "Which of the two is the father?")
    desk.click("button:has-text('Return')")
    bank.goto(f"/cases/{number}")
    expect(bank.locator("main")).to_contain_text("Which of the two is the father?")
    bank.click("text=Correct the question")
    person = home.sheet["questions"]["returned"]["subjects"]["person"]
    assert bank.input_value('[name="subjects.person.id_number"]') == person["id_number"]
    bank.fill('[name="purpose"]', "The relative is the father")
    bank.click("text=Send the corrected question")
    expect(bank.locator(".note.good")).to_have_text("The corrected question was sent.")
    expect(bank.locator("main")).to_contain_text("The relative is the father")
