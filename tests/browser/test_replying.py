"""A contact answers on the one-time page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlmodel import select

from cases.case import Case
from cases.lifecycle import Actor
from cases.moves import CLOCK, Move, Mover, make_move
from contacts.alerts.alerts import Alert, Order, Purpose, order
from contacts.roster.roster import Contact
from tests.browser.conftest import PHONE, Home, Visit


def _texted(home: Home, number: str) -> Alert:
    """A clerk consults, and a contact with a mobile is texted; the text itself goes nowhere here."""
    clerk, now, book = Mover(Actor.CLERK, "police2", "police"), home.assembly.now(), home.assembly.rulebook
    with home.assembly.database.write() as session:
        make_move(session, Move(number, "hand_over", CLOCK), now, book)  # unless the machine was quicker
        assert isinstance(make_move(session, Move(number, "consult", clerk), now, book), Case)
        # Numbers are sealed: no database can look for how one begins.
        contact = next(one for one in session.exec(select(Contact)) if one.phone.startswith("+86139"))
        wanted = Order(
            about=number,
            purpose=Purpose.CONSULT,
            recipient_kind="contact",
            recipient=str(contact.id),
            to_number=contact.phone,
            template="consult_contact",
            params={"number_tail": number[-4:], "window_phone": "0579-8555 0202"},
            wants_reply=True,
        )
        return order(session, [wanted], now)[0]


def test_a_contact_sees_the_question_and_answers_once(home: Home, visit: Visit) -> None:
    """Number and code show the question with names; the words reach the clerk as spoken; the code is then used up."""
    number = home.ask("community", "reply-page")
    alert = _texted(home, number)
    desk, phone = visit("police2", "zh"), visit(lang="zh", size=PHONE)
    phone.goto("/reply")
    phone.fill("#f-phone", alert.to_number.removeprefix("+86"))
    phone.fill("#f-code", "0000")
    phone.click("text=查看问题")
    expect(phone.locator(".fault")).to_contain_text("没有待答复的问题")
    phone.fill("#f-code", alert.reply_code)
    phone.click("text=查看问题")
    expect(phone.locator(".script")).to_contain_text(home.sheet["questions"]["community"]["subjects"]["relative"]["name"])
    phone.fill("#f-words", "他俩是父子。")
    phone.click("text=发送反馈")
    expect(phone.locator("#faults")).to_contain_text("请在三个答案中选择一个")
    expect(phone.locator(".replies .fault")).to_contain_text("请在三个答案中选择一个")
    assert not Axe().run(phone).response["violations"]
    assert phone.input_value("#f-words") == "他俩是父子。"
    phone.check("#f-outcome")
    phone.select_option("#f-known_by", "neighbours")
    phone.click("text=发送反馈")
    expect(phone.locator(".note.good")).to_contain_text("谢谢")
    desk.goto(f"/desk/{number}")
    expect(desk.locator("#statements")).to_contain_text("他俩是父子。")
    expect(desk.locator("#statements")).to_contain_text("据亲属或邻居所说")
    phone.fill("#f-phone", alert.to_number)
    phone.fill("#f-code", alert.reply_code)
    phone.click("text=查看问题")
    expect(phone.locator(".fault")).to_contain_text("没有待答复的问题")


def test_whoever_guesses_codes_is_stopped(home: Home, visit: Visit) -> None:
    """After five wrong codes for a telephone even the right one opens nothing from there until the next day."""
    alert = _texted(home, home.ask("nobody", "guessing"))
    page = visit(lang="en")
    wrong = "1000" if alert.reply_code != "1000" else "1001"
    said = ""
    for code in [wrong] * 5 + [alert.reply_code]:
        said = page.request.post("/reply", form={"phone": alert.to_number, "code": code}).text()
    assert "The code was wrong too often." in said
    assert home.sheet["questions"]["nobody"]["subjects"]["person"]["name"] not in said
