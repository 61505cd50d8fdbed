"""Asking the community in the browser: choosing it, texts and replies, the phone task, and what survives on the way."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from contacts.roster.roster import Area, Contact
from tests.browser.conftest import PHONE, Home, Visit

WORDS = {
    "zh": {
        "text": "立即按此顺序发短信", "with": "依据此陈述反馈", "send": "发送反馈", "sent": "反馈已发送请求单位",
        "grade": "丙级", "silent": "近期未问", "true": "是的，是这样",
    },
    "en": {
        "text": "Text them in this order", "with": "Answer with this statement", "send": "Send the answer",
        "sent": "Your answer was sent", "grade": "Grade C", "silent": "not asked lately", "true": "Yes, it is so",
    },
}  # fmt: skip


def _area(home: Home, code: str) -> Area:
    with home.assembly.database.read() as session:
        return session.get_one(Area, code)


def _first_contact(home: Home, area: str) -> Contact:
    with home.assembly.database.read() as session:
        here = select(Contact).where(Contact.area == area).order_by(col(Contact.place_in_order))
        return next(one for one in session.exec(here) if one.takes_sms)


def _other_area(home: Home) -> str:
    """A community that no story asks, with two people who can be texted."""
    with home.assembly.database.read() as session:
        asked = {story["area"] for story in home.sheet["stories"].values()}
        found = session.exec(select(Contact).where(Contact.role == "secretary").order_by(col(Contact.area).desc()))
        return next(one.area for one in found if one.area not in asked and one.takes_sms)


def _open(page: Page, number: str) -> None:
    """Opens the case and takes it."""
    page.goto(f"/desk/{number}")
    page.click("button[data-key=t]")
    expect(page.locator(".note.good")).to_be_visible()


def _reply(phones: Page, home: Home, number: str, phone: str, words: str) -> None:
    """Waits for the text on the telephone, and types the code with these words."""
    phone_box = phones.locator("article", has=phones.locator(f"h2:text-is('{phone}')"))
    text = phone_box.locator("li.theirs", has_text=number[-4:])
    phones.goto(f"{home.phones}/?lang=zh")
    for _ in range(100):
        if text.count():
            break
        phones.wait_for_timeout(100)
        phones.reload()
    code = re.findall(r"“(\d{4}) 1”", text.first.inner_text())[0]
    phone_box.locator("input[name=text]").fill(f"{code} {words}")
    phone_box.locator("button").click()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_consultation_and_its_reply_through_the_telephones(full_home: Home, full_visit: Visit, lang: str) -> None:
    """One click texts the first contact; the reply appears on the open page by itself while the clerk is writing."""
    said = WORDS[lang]
    area = full_home.sheet["stories"]["community"]["area"] if lang == "zh" else _other_area(full_home)
    number, contact = full_home.ask("community", f"phones-{lang}"), _first_contact(full_home, area)
    desk, phones, bank = full_visit("police1", lang), full_visit(), full_visit("bank1", lang)
    _open(desk, number)
    desk.keyboard.press("c")
    desk.keyboard.type(_area(full_home, area).name)
    desk.locator("#places a", has_text=_area(full_home, area).name).wait_for()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(desk.locator(".people li").first).to_contain_text(contact.name)
    expect(desk.locator(".people li").first).to_contain_text(said["silent"])
    desk.click(f"button:has-text('{said['text']}')")
    expect(desk.locator("#case-state .tag.with_contact")).to_be_visible()
    expect(desk.locator("#texts li").first).to_contain_text(contact.name)
    desk.locator("#answer summary").click()
    desk.fill("#answer-f-words", "两家住隔壁三十年了")
    _reply(phones, full_home, number, contact.phone, "1 从小看着他长大")
    expect(desk.locator("#statements")).to_contain_text("从小看着他长大", timeout=20000)
    expect(desk.locator("#said-aloud")).to_contain_text(contact.name)
    expect(desk).to_have_title(re.compile("^● "))
    expect(desk.locator("#case-state .tag.at_desk")).to_be_visible()
    expect(desk.locator("#live-news .note")).to_have_count(0)
    assert desk.input_value("#answer-f-words") == "两家住隔壁三十年了"
    desk.click(f"button:has-text('{said['with']}')")
    expect(desk.locator("#answer [value=confirmed]")).to_be_checked()
    expect(desk.locator("#answer button:focus")).to_contain_text(said["send"])
    desk.keyboard.press("Enter")
    expect(desk.locator(".note.good")).to_contain_text(said["sent"])
    bank.goto(f"/cases/{number}")
    expect(bank.locator(".finding")).to_contain_text(said["grade"])
    expect(bank.locator(".finding")).to_contain_text("两家住隔壁三十年了")
    hidden = (contact.name, contact.phone[-8:])
    assert not any(secret in bank.content() for secret in hidden), "the asker never sees who it was"


def test_the_phone_task_keeps_words_and_calls_in_vain(home: Home, visit: Visit) -> None:
    """Number, script, a call in vain beside the first contact; the words of the second are kept as spoken and carry the answer."""
    number, area = home.ask_desk("community"), home.sheet["stories"]["community"]["area"]
    desk, bank = visit("police1", "zh"), visit("bank1", "zh")
    _open(desk, number)
    desk.keyboard.press("c")
    desk.keyboard.type(area)
    expect(desk.locator("#places a")).to_have_count(1)
    desk.keyboard.press("Enter")
    names = home.sheet["questions"]["community"]["subjects"]
    expect(desk.locator(".script")).to_contain_text(names["person"]["name"])
    first, second = desk.locator(".people > li").nth(0), desk.locator(".people > li").nth(1)
    first.locator("button:has-text('无人接听')").click()
    expect(first).to_contain_text("未联系上")
    expect(first).to_contain_text("1 次电话未联系上")
    second.locator("button:has-text('记录通话内容')").click()
    desk.keyboard.press("Space")
    desk.select_option("#state-f-known_by", "personally")
    desk.fill("#state-f-words", "是父子，两家住隔壁三十年了。")
    expect(desk.locator("#state .draft-words")).not_to_be_empty()
    desk.reload()
    expect(desk.locator("#state-f-words")).to_have_value("是父子，两家住隔壁三十年了。")
    assert desk.input_value("#state-f-contact")
    desk.click("button:has-text('记录陈述')")
    expect(desk.locator("#statements")).to_contain_text("两家住隔壁三十年了")
    expect(desk.locator("#statements")).to_contain_text("拨打花名册登记的号码")
    expect(desk.locator("#statements")).to_contain_text(home.sheet["accounts"]["police1"]["name"])
    desk.locator("summary:has-text('办理经过')").click()
    expect(desk.locator(".trail").first).to_contain_text("致电联系人未果")
    desk.check("#answer [value=confirmed]")
    desk.click("text=发送反馈 >> nth=0")
    bank.goto(f"/cases/{number}")
    expect(bank.locator(".finding")).to_contain_text("丙级")
    expect(bank.locator(".finding")).to_contain_text("主任")
    expect(bank.locator(".finding")).to_contain_text("本人认识当事人")
    expect(bank.locator(".finding")).not_to_contain_text("属实")
    expect(bank.locator("main")).not_to_contain_text("致电联系人未果")


def test_choosing_a_community_leaves_a_half_written_answer_alone(home: Home, visit: Visit) -> None:
    """The search and the lists of the towns fetch only their own part; what was asked lately is offered the next time."""
    number, area = home.ask_desk("community", "half-written"), home.sheet["stories"]["community"]["area"]
    desk = visit("police2", "en", PHONE)
    _open(desk, number)
    desk.check("#answer [value=available_from]")
    expect(desk.locator("#answer-f-available_on")).to_be_visible()
    desk.check("#answer [value=no_record]")
    expect(desk.locator("#answer-f-available_on")).to_be_hidden()
    desk.fill("#answer-f-words", "Volumes 3 to 7 hold")
    desk.click("summary:has-text('Ask the community')")
    desk.fill("#consult-f-area", "zzz")
    expect(desk.locator("#places")).to_contain_text("No community has these letters")
    desk.click("summary:has-text('Choose from the lists')")
    desk.select_option("#town", _area(home, area).parent)
    desk.click("text=Show its communities")
    desk.select_option("#town-area", area)
    desk.click("text=Show its contacts")
    expect(desk.locator(".script")).to_be_visible()
    desk.click("text=Another community")
    desk.locator("#consult-f-area").press_sequentially(_area(home, area).name, delay=60)  # as people type
    desk.locator("#places a").first.click()
    expect(desk.locator(".script")).to_be_visible()
    assert desk.input_value("#answer-f-words") == "Volumes 3 to 7 hold"
    expect(desk.locator("#answer [value=no_record]")).to_be_checked()
    desk.click("text=Text them in this order")
    expect(desk.locator("#case-state .tag.with_contact")).to_be_visible()
    bank = visit("bank1", "en")
    bank.goto(f"/cases/{number}")
    expect(bank.locator(".trail")).to_contain_text("Community asked")
    again = home.ask_desk("community", "asked-lately")
    _open(desk, again)
    desk.click("summary:has-text('Ask the community')")
    expect(desk.locator("#places a").first).to_contain_text(_area(home, area).name)
    expect(desk.locator("#places a").first).to_contain_text("asked lately")


def test_the_community_is_asked_without_javascript(home: Home, visit: Visit) -> None:
    """Search, choice, text and statement are plain forms; a fault stands beside its field and what was typed stays."""
    number, area = home.ask_desk("community", "no-script"), home.sheet["stories"]["community"]["area"]
    desk = visit("police3", "zh", script=False)
    _open(desk, number)
    desk.click("summary:has-text('请社区核实')")
    desk.fill("#consult-f-area", _area(home, area).name)
    desk.click("button:has-text('查找')")
    desk.locator("#places a").first.click()
    desk.locator("button:has-text('号码有误')").first.click()
    expect(desk.locator(".note.good")).to_contain_text("未接通的电话已记录")
    desk.click("text=立即按此顺序发短信")
    expect(desk.locator("#case-state .tag.with_contact")).to_be_visible()
    desk.check("#state-f-outcome")
    desk.fill("#state-f-words", "是父子。")
    desk.click("button:has-text('记录陈述')")
    expect(desk.locator("#state-contacts .fault")).to_be_visible()
    assert desk.input_value("#state-f-words") == "是父子。"
    desk.select_option("#state-f-contact", index=1)
    desk.click("button:has-text('记录陈述')")
    expect(desk.locator("#state .fault")).to_be_visible()
    desk.select_option("#state-f-known_by", "not_said")
    desk.click("button:has-text('记录陈述')")
    expect(desk.locator("#statements")).to_contain_text("是父子。")
