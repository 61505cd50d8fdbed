"""The supervisors' board in the browser: figures that open their cases, urging without the mouse, deciding, searching the trail."""

from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from sqlmodel import select

from cases.case import Case
from cases.lifecycle import Actor
from cases.moves import CLOCK, Move, Mover, make_move
from cases.trail import trail
from contacts.alerts.alerts import Alert
from supervisors.decisions.urge_texts import texts_wait
from tests.browser.conftest import PHONE, WIDE, Home, Visit

CLERK, ASKER = Mover(Actor.CLERK, "police1", "police"), Mover(Actor.ASKER, "bank1", "bank-binjiang")


def moved(home: Home, number: str, name: str, mover: Mover) -> None:
    """The machine may be quicker than the clock in handing the case over: then the clock finds it done."""
    with home.assembly.database.write() as session:
        made = make_move(session, Move(number, name, mover, note="为何"), home.assembly.now(), home.assembly.rulebook)
    assert mover is CLOCK or isinstance(made, Case)


def at_desk(home: Home, key: str, overdue: bool = False, taken: bool = True) -> str:
    """A case that a clerk of the police has taken, whose deadline passed three hours ago if it is overdue."""
    number = home.ask("nobody", key)
    moved(home, number, "hand_over", CLOCK)
    if taken:
        moved(home, number, "take", CLERK)
    if overdue:
        with home.assembly.database.write() as session:
            case = session.get_one(Case, number)
            case.due_at, case.asked_at = home.assembly.now() - timedelta(hours=3), home.assembly.now() - timedelta(days=2)
    return number


def actions(home: Home, number: str) -> list[str]:
    with home.assembly.database.read() as session:
        return [line.action for line in trail.of_cases(session, [number])]


def texts(home: Home, number: str) -> list[tuple[str, str]]:
    with home.assembly.database.read() as session:
        return [(one.recipient, one.template) for one in session.exec(select(Alert).where(Alert.about == number))]


def reach(page: Page, address: str) -> None:
    """Goes down the list with j until this case's link has the focus."""
    for _ in range(60):
        page.keyboard.press("j")
        if page.evaluate("document.activeElement.getAttribute('href')") == address:
            return
    raise AssertionError(f"{address} was not reached")


def test_an_overdue_case_is_found_and_urged_without_the_mouse(home: Home, visit: Visit) -> None:
    """督办：从看板到逾期件，填写意见，经办人收到短信，双方在核查件中看到意见。"""
    number = at_desk(home, "urge-zh", overdue=True)
    page = visit("supervisor", "zh")
    page.goto("/board")
    page.locator("#t-overdue").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/board/cases?what=overdue")
    reach(page, f"/board/{number}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/board/{number}")
    page.keyboard.press("u")
    expect(page.locator("#urge")).to_contain_text("（经办人）")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#faults")).to_contain_text("此项必填")
    page.locator("#urge-f-note").focus()
    page.keyboard.type("群众正在大厅等候，请今天办结")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".note.good")).to_contain_text("已督办")
    waits = texts_wait(home.assembly.rulebook.calendar, home.assembly.now())
    expect(page.locator(".note.good")).to_contain_text("短信将在上班后发出" if waits else "正在通知")
    expect(page.locator("main")).to_contain_text("接收人")
    expect(page.locator("main")).to_contain_text("待发，发送时间" if waits else "发送中")
    expect(page.locator(".trail").first).to_contain_text("群众正在大厅等候，请今天办结")
    assert texts(home, number) == [("police1", "desk_urged")]
    desk = visit("police1", "zh")
    desk.goto(f"/desk/{number}")
    expect(desk.locator("#urged")).to_be_visible()
    expect(desk.locator("#urged")).to_contain_text("群众正在大厅等候，请今天办结")
    bank = visit("bank1", "zh")
    bank.goto(f"/cases/{number}")
    expect(bank.locator("main")).to_contain_text("督办")


def test_a_case_is_given_to_another_clerk_and_several_are_urged_at_once(home: Home, visit: Visit) -> None:
    """In English: reassigning with a reason, then marking and urging from the list."""
    numbers = [at_desk(home, f"many-{n}", overdue=True) for n in range(2)]
    page = visit("supervisor", "en")
    page.goto(f"/board/{numbers[0]}")
    page.click("summary:has-text('Give it to another clerk')")
    page.click("button:has-text('Give it to this clerk')")
    expect(page.locator("#faults")).to_contain_text("2 things are wrong here")
    page.select_option("#reassign-f-clerk", "police2")
    page.fill("#reassign-f-note", "The first clerk is ill")
    page.click("button:has-text('Give it to this clerk')")
    expect(page.locator(".note.good")).to_contain_text("given to this clerk")
    expect(page.locator(".facts").first).to_contain_text(home.sheet["accounts"]["police2"]["name"])
    page.goto("/board/cases?what=overdue&holder=police")
    page.fill("#f-q", "no such file")
    page.keyboard.press("Enter")
    expect(page.locator("#faults")).to_contain_text("the beginning of the asker's file number")
    page.fill("#f-q", numbers[0])
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/board/{numbers[0]}")
    page.goto("/board/cases?what=overdue&holder=police")
    page.fill("#f-note", "Please finish today")
    page.keyboard.press("Enter")
    expect(page.locator("#faults")).to_contain_text("Mark the cases that are to be urged")
    assert page.input_value("#f-note") == "Please finish today"
    for number in numbers:
        page.check(f"input[value='{number}']")
    page.click("button:has-text('Urge the marked cases')")
    expect(page.locator(".note.good")).to_contain_text("2 cases were urged")
    assert texts(home, numbers[0]) == [("police2", "desk_assigned"), ("police2", "desk_urged")]
    assert texts(home, numbers[1]) == [("police1", "desk_urged")]
    assert actions(home, numbers[0])[-4:] == ["reassign", "look", "look", "urge"]


@pytest.mark.parametrize(
    ("lang", "tile", "decide", "missing", "done"),
    [
        ("zh", "待裁定", "裁定", "此项必填。", "裁定已记录。"),
        ("en", "for decision", "Decide", "This field is needed.", "Your decision was recorded."),
    ],
)
def test_what_was_sent_back_twice_is_decided(
    home: Home, visit: Visit, lang: str, tile: str, decide: str, missing: str, done: str
) -> None:
    """The other unit is asked for only with that decision; the reason must be given; the board loses the case by itself."""
    number = at_desk(home, f"decide-{lang}")
    for name, mover in (("return", CLERK), ("correct", ASKER), ("hand_over", CLOCK), ("return", CLERK)):
        moved(home, number, name, mover)
    board, page = visit("supervisor", lang), visit("supervisor", lang)
    board.goto("/board")
    expect(board.locator(f"#decide-{number}")).to_be_visible()
    page.goto("/board")
    page.click(f".tiles a:has-text('{tile}')")
    page.click(f"#n-{number}")
    expect(page.locator("#arbitrate-f-unit")).to_be_hidden()
    page.select_option("#arbitrate-f-decision", "forward")
    expect(page.locator("#arbitrate-f-unit")).to_be_visible()
    page.select_option("#arbitrate-f-decision", "answer")
    page.click(f"form button:has-text('{decide}')")
    expect(page.locator(".fault")).to_have_text(missing)
    page.fill("#arbitrate-f-note", "户籍事项由公安反馈")
    page.click(f"form button:has-text('{decide}')")
    expect(page.locator(".note.good")).to_have_text(done)
    expect(board.locator(f"#decide-{number}")).to_have_count(0)
    expect(board.locator(f"#next-{number}")).to_be_visible()


def test_cases_with_the_machines_are_counted_and_listed(home: Home, visit: Visit) -> None:
    """All open cases stand in one of the figures that say where they are, on the board and on the wall."""
    at_desk(home, "with-machines")
    page = visit("supervisor", "en")
    page.goto("/board")
    places = [int(page.inner_text(f"#t-{key} b")) for key in ("asked", "at_desk", "with_contact", "returned")]
    assert sum(places) == int(page.inner_text("#t-open b"))
    page.click("#t-asked")
    expect(page.locator("h1")).to_contain_text("With the machine")
    assert page.locator("[data-rows] tbody tr").count() == min(places[0], 50)
    page.goto("/wall")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".wall")).to_contain_text("with the machines")


def test_the_board_s_figures_change_by_themselves_and_open_their_cases(home: Home, visit: Visit) -> None:
    """A new case is counted without a reload, and where one was with the keyboard one still is."""
    page = visit("supervisor", "en")
    page.goto("/board")
    before = int(page.inner_text("#t-at_desk b"))
    page.locator("#t-at_desk").focus()
    number = at_desk(home, "live", taken=False)
    expect(page.locator("#t-at_desk b")).to_have_text(str(before + 1), timeout=10_000)
    assert page.evaluate("document.activeElement.id") == "t-at_desk"
    page.keyboard.press("Enter")
    page.wait_for_url("**/board/cases?what=at_desk")
    expect(page.locator(f"#n-{number}")).to_be_visible()
    assert page.locator("[data-rows] tbody tr").count() == min(before + 1, 50)
    page.goto("/board")
    page.click("#holder-police-at_desk")
    expect(page.locator(f"#n-{number}")).to_be_visible()
    expect(page.locator("main")).to_contain_text("At the window")


# Figures once shown may stand for 20 s (web/context.py): each theme asks for others, so that they are read after its case came.
@pytest.mark.parametrize(("theme", "only"), [("light", "holder=police"), ("dark", "item={item}")])
def test_charts_are_drawn_and_their_figures_stand_below(home: Home, visit: Visit, theme: str, only: str) -> None:
    """Each chart is a picture that loads under the strict policy, in the page's own colours, with a table behind it."""
    at_desk(home, f"charted-{theme}")
    page = visit("supervisor", "en")
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.goto("/board/charts?span=day&" + only.format(item=home.sheet["questions"]["nobody"]["item"]))
    shown = page.locator(f"img.for-{theme}")
    expect(shown).to_have_count(3)
    for n in range(3):
        shown.nth(n).scroll_into_view_if_needed()
        page.wait_for_function("([s, n]) => document.querySelectorAll(s)[n].naturalWidth > 0", arg=[f"img.for-{theme}", n])
        expect(shown.nth(n)).to_be_visible()
        expect(page.locator(f"img.for-{'dark' if theme == 'light' else 'light'}").nth(n)).to_be_hidden()
    page.click("#table-volume summary")
    asked = page.locator("#table-volume tbody tr").first.locator("td").nth(1)
    assert int(asked.inner_text()) >= 1
    counted = asked.inner_text()
    asked.locator("a").click()
    page.wait_for_url("**/board/cases?**what=new")
    assert page.locator("[data-rows] tbody tr").count() == min(int(counted), 50)
    page.fill("#f-first", "")
    page.click("button:has-text('Show')")
    expect(page.locator("h1")).to_contain_text("Newly asked")
    page.goto("/board/charts?span=day")
    page.select_option("#f-span", "month")
    page.click("button:has-text('Show')")
    assert page.locator("#table-speed tbody tr").count() == 12
    page.goto("/board/charts/volume.svg?span=hour")
    assert page.evaluate("getComputedStyle(document.querySelector('.axis text, text')).fontFamily").startswith("system-ui")


def test_who_looked_is_found_by_the_citizen_and_taken_away(home: Home, visit: Visit, tmp_path: Path) -> None:
    """按当事人证件号码检索：号码不出现在地址中，检索本身留痕，结果可导出。"""
    number = at_desk(home, "looked-at")
    visit("police1", "zh").goto(f"/desk/{number}")
    page = visit("supervisor", "zh")
    page.goto("/looks")
    person = home.sheet["questions"]["nobody"]["subjects"]["person"]["id_number"]
    page.fill("#f-subject", person[:-1])
    page.keyboard.press("Enter")
    expect(page.locator(".fault")).to_contain_text("身份证")
    page.fill("#f-subject", person)
    page.keyboard.press("Enter")
    row = page.locator("tbody tr", has_text=number).filter(has_text="police1")
    expect(row.first).to_be_visible()
    assert person not in page.url
    assert "search" in actions(home, number)
    with page.expect_download() as waiting:
        page.click("text=导出XLSX")
    waiting.value.save_as(tmp_path / "looks.xlsx")
    sheet = load_workbook(tmp_path / "looks.xlsx").active
    assert sheet is not None
    cells = [str(cell) for line in sheet.iter_rows(values_only=True) for cell in line]
    assert number in cells
    assert not any(person in cell for cell in cells)
    expect(page.locator("button:has-text('查找')")).to_be_enabled()
    assert "export" in actions(home, number)


def test_the_wall_turns_stops_and_holds_everything_without_script(home: Home, visit: Visit) -> None:
    """One part at a time, turned by itself or by the arrows; nobody's name or number stands on it."""
    number = at_desk(home, "on-the-wall", overdue=True)
    page = visit("supervisor", "zh", (1920, 1080))
    page.clock.install()
    page.goto("/wall")
    expect(page.locator(".slide:visible")).to_have_count(1)
    expect(page.locator(".slide:visible h2")).to_have_text("今天")
    page.clock.fast_forward(12_500)
    expect(page.locator(".slide:visible h2")).to_have_text("当前在办")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".slide:visible h2")).to_have_text("按单位")
    page.click("#pause")
    page.clock.fast_forward(30_000)
    expect(page.locator(".slide:visible h2")).to_have_text("按单位")
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.slide:nth-of-type(3) td')).fontSize)")
    assert size >= 40, "too small for five metres"
    page.clock.fast_forward(200_000)
    expect(page.locator("#stale")).to_be_visible()
    assert number not in page.content()
    plain = visit("supervisor", "en", WIDE, script=False)
    plain.goto("/wall")
    expect(plain.locator(".slide:visible")).to_have_count(4)


def test_the_month_prints_to_paper(home: Home, visit: Visit) -> None:
    """A4 without navigation: a few pages, with the charts and the tables of the month."""
    at_desk(home, "printed")
    page = visit("supervisor", "en")
    month = f"{home.assembly.now().astimezone(home.assembly.rulebook.calendar.zone):%Y-%m}"
    page.goto(f"/month?month={month}")
    expect(page.locator("h1")).to_contain_text(month)
    page.wait_for_function("[...document.querySelectorAll('img.for-light')].every((img) => img.naturalWidth > 0)")
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert 1 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page/") <= 5
    page.emulate_media(media="print")
    expect(page.locator(".tabs")).to_be_hidden()
    expect(page.locator("img.for-light").first).to_be_visible()
    page.emulate_media(media="screen")
    for _ in range(2):  # on the first days of a month some of what the house began with is of the month before
        shown = page.locator("h1").inner_text()
        page.click("a[rel=prev]")
        expect(page.locator("h1")).not_to_have_text(shown)
    expect(page.locator("main")).to_contain_text("Nothing was asked in this month")
    phone = visit("supervisor", "zh", PHONE)
    phone.goto("/month")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_address_that_asks_for_nothing_known_shows_what_there_is(visit: Visit) -> None:
    """Unknown figures and units fall back; a day that is none is told; a case that is not there is not found."""
    page = visit("supervisor", "en")
    assert page.goto("/board/cases?what=nothing&holder=nobody").status == 200  # type: ignore[union-attr]
    assert page.goto("/board/cases?what=answered&first=yesterday").status == 422  # type: ignore[union-attr]
    assert page.goto("/board/charts?span=century&item=x").status == 200  # type: ignore[union-attr]
    assert page.goto("/board/charts/nothing.svg").status == 404  # type: ignore[union-attr]
    assert page.goto("/board/20990101-XXXX").status == 404  # type: ignore[union-attr]
    assert page.goto("/month?month=9999-99").status == 200  # type: ignore[union-attr]
