"""What a clerk writes is never lost, and colleagues see who is on what."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, update

from access.sessions import SignIn
from tests.browser.conftest import PHONE, Home, Visit

HERE = {"zh": "正在查看", "en": "has it open"}
WRITES = {"zh": "正在填写", "en": "is writing"}
TAKEN = {"zh": "您已受理此件", "en": "You have taken this case"}
CHANGED = {"zh": "您打开之后，此件已有变化", "en": "This case has changed since you opened it."}
MEANWHILE = {"zh": "此件刚刚已被他人办理", "en": "Somebody else changed this case meanwhile."}
SAVED = {"zh": "草稿已于", "en": "Draft saved at"}
KEPT = {"zh": "您填写的内容已保存", "en": "What you wrote is kept"}
BACK = {"zh": "保存的草稿已恢复", "en": "stands here again"}


def _end_sessions(home: Home, username: str) -> None:
    """Lets the sessions of this clerk run out."""
    ran_out = home.assembly.now() - timedelta(minutes=1)
    with home.assembly.database.write() as session:
        session.connection().execute(update(SignIn).where(col(SignIn.username) == username).values(until=ran_out))


def _sign_in(page: Page, home: Home, username: str) -> None:
    page.fill("[name=username]", username)
    page.fill("[name=password]", home.sheet["accounts"][username]["password"])
    page.click("main button[type=submit]")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_two_clerks_who_meet_on_a_case_see_each_other(home: Home, visit: Visit, lang: str) -> None:
    """Who has it open, who writes, who took it: each sees it by itself; the second is refused clearly and loses nothing."""
    number = home.ask_desk("two_clerks", f"meeting-{lang}")
    first, second, desk = visit("police1", lang), visit("police2", lang), visit("police2", lang)
    name = home.sheet["accounts"]["police1"]["name"]
    first.goto(f"/desk/{number}")
    second.goto(f"/desk/{number}")
    desk.goto("/desk?pile=new")
    expect(first.locator(".here")).to_contain_text(HERE[lang])
    expect(second.locator(".here")).to_contain_text(name + (" " if lang == "en" else "") + HERE[lang])
    first.keyboard.press("a")
    first.fill("#answer-f-words", "第 3 册")
    expect(second.locator(".here")).to_contain_text(name + (" " if lang == "en" else "") + WRITES[lang])
    expect(desk.locator("tr", has_text=number)).to_contain_text(WRITES[lang])
    first.keyboard.press("Escape")
    first.keyboard.press("t")
    expect(first.locator(".note.good")).to_contain_text(TAKEN[lang])
    assert first.input_value("#answer-f-words") == "第 3 册", "taking the case leaves what was begun"
    expect(second.locator(".note.care").first).to_contain_text(CHANGED[lang])
    second.keyboard.press("a")
    second.keyboard.press("4")
    second.fill("#answer-f-words", "查过了")
    second.keyboard.press("Control+Enter")
    expect(second.locator("#faults")).to_contain_text(MEANWHILE[lang])
    expect(second.locator(".strip")).to_contain_text(name)
    second.click("main form[action$=take] button")
    assert second.input_value("#answer-f-words") == "查过了", "what the second wrote is kept"
    first.close()
    expect(second.locator(".here")).to_have_count(0)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_draft_survives_a_reload_and_an_expired_session(home: Home, visit: Visit, lang: str) -> None:
    """Saved while it is written; the session ends; the open page says so and leads back to the very words."""
    number = home.ask_desk("paper", f"draft-{lang}")
    desk = visit("police2", lang)
    desk.goto(f"/desk/{number}")
    desk.keyboard.press("t")
    desk.check("#answer [value=cannot_say]")
    desk.fill("#answer-f-words", "第 3 至 7 册已查")
    expect(desk.locator("#answer .draft-words")).to_contain_text(SAVED[lang])
    desk.reload()
    assert desk.input_value("#answer-f-words") == "第 3 至 7 册已查"
    _end_sessions(home, "police2")
    desk.fill("#answer-f-words", "第 3 至 9 册已查")
    expect(desk.locator("#ended")).to_contain_text(KEPT[lang])
    desk.click("#ended a")
    expect(desk.locator(".note.good")).to_contain_text(KEPT[lang])
    _sign_in(desk, home, "police2")
    expect(desk.locator("#answer .draft-back")).to_contain_text(BACK[lang])
    assert desk.input_value("#answer-f-words") == "第 3 至 9 册已查"
    expect(desk.locator("#answer [value=cannot_say]")).to_be_checked()
    desk.click("#answer button[type=submit] >> nth=0")
    expect(desk.locator(".note.good")).to_be_visible()
    desk.goto(f"/desk/{number}")
    expect(desk.locator(".draft-back")).to_have_count(0)


def test_an_answer_sent_into_an_expired_session_is_kept_as_a_draft(home: Home, visit: Visit) -> None:
    """Without scripts too: the sign-in page says that it is kept, and after it the form is filled as it was sent."""
    number = home.ask_desk("paper", "late-answer")
    desk = visit("police2", "zh", PHONE, script=False)
    desk.goto(f"/desk/{number}")
    desk.click("button:has-text('受理') >> nth=0")
    desk.check("#answer [value=confirmed]")
    desk.fill("#answer-f-archive", "底册 1 卷 2 页")
    _end_sessions(home, "police2")
    desk.click("#answer button[type=submit] >> nth=0")
    expect(desk.locator(".note.good")).to_contain_text("您填写的内容已保存")
    _sign_in(desk, home, "police2")
    expect(desk).to_have_url(f"{home.url}/desk/{number}")
    assert desk.input_value("#answer-f-archive") == "底册 1 卷 2 页"
    desk.click("#answer button[type=submit] >> nth=0")
    expect(desk.locator(".note.good")).to_contain_text("反馈已发送请求单位")


def test_a_second_window_notices_the_newer_draft(home: Home, visit: Visit) -> None:
    """Neither window overwrites the other unseen; saving on purpose does, and a reload shows what is newest."""
    number = home.ask_desk("paper", "two-windows")
    first = visit("police2", "en")
    first.goto(f"/desk/{number}#answer")
    second = first.context.new_page()
    second.goto(f"/desk/{number}#answer")
    first.fill("#answer-f-words", "from the first window")
    expect(first.locator("#answer .draft-words")).to_contain_text("Draft saved at")
    second.fill("#answer-f-words", "from the second")
    expect(second.locator("#answer .draft-words.care")).to_contain_text("Another window saved a newer draft")
    second.click("#answer [data-save]")
    expect(second.locator("#answer .draft-words")).to_contain_text("Draft saved at")
    first.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(first.locator("#answer .draft-words.care")).to_contain_text("Another window saved a newer draft")
    first.reload()
    assert first.input_value("#answer-f-words") == "from the second"
    first.click("button:has-text('Throw the draft away')")
    expect(first.locator(".note.good")).to_have_text("Your draft was thrown away.")
    assert first.input_value("#answer-f-words") == ""


def test_a_sign_in_in_another_window_lets_the_open_page_go_on(home: Home, visit: Visit) -> None:
    """The page that stayed open fetches the new session's token and saves again."""
    number = home.ask_desk("paper", "new-token")
    desk = visit("police2", "en")
    with desk.expect_response("**/live?*"):  # the page's stream is open before the session ends
        desk.goto(f"/desk/{number}#answer")
    _end_sessions(home, "police2")
    other = desk.context.new_page()
    other.goto("/sign-in")
    _sign_in(other, home, "police2")
    other.close()
    desk.fill("#answer-f-words", "goes on")
    expect(desk.locator("#answer .draft-words")).to_contain_text("Draft saved at")
    desk.keyboard.press("Escape")
    desk.keyboard.press("4")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".note.good")).to_have_text("Your answer was sent to the asking unit.")


def test_a_case_is_answered_without_javascript(home: Home, visit: Visit) -> None:
    """Take, keep a draft, come back, choose a standard phrase, send: forms and links are enough."""
    number = home.ask_desk("paper", "answer-without-scripts")
    desk = visit("police2", "en", PHONE, script=False)
    desk.goto("/desk?pile=new")
    desk.click(f"#c-{number}")
    desk.click("button:has-text('Take') >> nth=0")
    expect(desk.locator(".note.good")).to_have_text("You have taken this case.")
    desk.fill("#answer-f-words", "Looked through twice.")
    desk.click("#answer button:has-text('Save draft')")
    expect(desk.locator(".note.good")).to_have_text("Your draft is kept.")
    assert desk.input_value("#answer-f-words") == "Looked through twice."
    desk.check("#answer [value=no_record]")
    desk.select_option("#answer [name=phrase]", "1")
    desk.click("#answer button:has-text('Send the answer')")
    expect(desk.locator(".note.good")).to_have_text("Your answer was sent to the asking unit.")
    bank = visit("bank1", "en")
    bank.goto(f"/cases/{number}")
    expect(bank.locator(".finding .words")).to_have_text(
        "The archive was searched; nothing was found about this.\nLooked through twice."
    )


def test_an_earlier_answer_is_shown_and_can_be_written_again(home: Home, visit: Visit) -> None:
    """The same question, asked once more: outcome, reference and words of the first answer at one press."""
    first, desk = home.ask_desk("paper", "same-1"), visit("police2", "en")
    desk.goto(f"/desk/{first}#answer")
    desk.keyboard.press("1")
    desk.fill("#answer-f-archive", "vol. 9, p. 8")
    desk.fill("#answer-f-words", "As written there.")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".note.good")).to_be_visible()
    desk.goto(f"/desk/{home.ask_desk('paper', 'same-2')}")
    expect(desk.locator("#tries")).to_contain_text("Not searched")
    earlier = desk.locator("#earlier .finding", has_text=first)
    expect(earlier).to_contain_text("vol. 9, p. 8")
    earlier.locator("button").click()
    expect(desk.locator("#answer [value=confirmed]")).to_be_checked()
    assert desk.input_value("#answer-f-archive") == "vol. 9, p. 8"
    assert desk.input_value("#answer-f-words") == "As written there."


def test_the_same_question_open_a_second_time_is_pointed_out(home: Home, visit: Visit) -> None:
    """With its number, who has it and a link; another question is not, nor the same one once it is answered."""
    first, other, desk = home.ask_desk("two_clerks", "twice-1"), home.ask_desk("paper", "twice-other"), visit("police1", "en")
    desk.goto(f"/desk/{first}")
    desk.keyboard.press("t")
    expect(desk.locator(".note.good")).to_be_visible()
    second = home.ask_desk("two_clerks", "twice-2")
    desk.goto(f"/desk/{second}")
    told = desk.locator("#open-too li", has_text=first)
    expect(told).to_contain_text(home.sheet["accounts"]["police1"]["name"])
    expect(desk.locator("#open-too")).not_to_contain_text(other)
    expect(desk.locator("#open-too")).not_to_contain_text(second)
    told.locator("a").click()
    expect(desk.locator("#open-too")).to_contain_text(second)
    desk.keyboard.press("a")
    desk.keyboard.press("3")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".note.good")).to_contain_text("sent")
    expect(desk.locator("#twin")).to_contain_text("The same question is still open")
    desk.click("#twin a")
    expect(desk.locator("#earlier")).to_contain_text(first)
    expect(desk.locator("#open-too li", has_text=first)).to_have_count(0)


def test_from_the_list_of_faults_enter_leads_to_the_field(home: Home, visit: Visit) -> None:
    """The list has the focus; Tab and Enter, and the field has it, wide enough for a long reference."""
    desk = visit("police1", "zh")
    desk.goto(f"/desk/{home.ask_desk('paper', 'faults-focus')}#answer")
    desk.keyboard.press("1")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#faults")).to_be_focused()
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator("#answer-f-archive")).to_be_focused()
    desk.keyboard.type("苏溪镇户籍底册1984年第82卷-175")
    assert desk.evaluate("(one => one.scrollWidth <= one.clientWidth)(document.activeElement)")


def test_a_case_is_given_to_a_colleague_who_has_it_at_once(home: Home, visit: Visit) -> None:
    """h, the colleague, a note: the case leaves one desk and stands in the other's pile."""
    number, other = home.ask_desk("paper", "given"), home.sheet["accounts"]["police1"]["name"]
    desk, colleague = visit("police2", "en"), visit("police1", "en")
    colleague.goto("/desk?pile=mine")
    desk.goto(f"/desk/{number}")
    desk.keyboard.press("t")
    expect(desk.locator(".note.good")).to_be_visible()
    desk.keyboard.press("h")
    desk.select_option("#reassign-f-clerk", label=other)
    desk.fill("#reassign-f-note", "You know this village.")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".note.good")).to_contain_text("given")
    expect(colleague.locator(f"#c-{number}")).to_be_visible()
    colleague.click(f"#c-{number}")
    colleague.click("summary:has-text('What happened')")
    expect(colleague.locator(".trail").first).to_contain_text("You know this village.")
