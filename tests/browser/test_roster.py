"""The roster's keepers in the browser: coverage, towns and people, sheets with a preview, and numbers proven by a code."""

import re
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect
from sqlmodel import select

from contacts.roster import areas, roster
from contacts.roster.roster import Area, Contact, ContactEntry
from tests.browser.conftest import Home, Visit

TOWN = {"area_code": "339900", "area_name": "试验镇", "kind": "town"}


def _community(home: Home, code: str, name: str, **people: str) -> list[int]:
    """A community of the tests' own town with these people; their ids."""
    now = home.assembly.now()
    with home.assembly.database.write() as session:
        if session.get(Area, TOWN["area_code"]) is None:
            areas.add(session, TOWN, "keeper", now)
        areas.add(session, {"area_code": code, "area_name": name, "kind": "community", "parent": TOWN["area_code"]}, "keeper", now)
        entries = [
            ContactEntry(area=code, name=who, phone=phone, place_in_order=place)
            for place, (who, phone) in enumerate(people.items(), 1)
        ]
        return [contact.id or 0 for contact in roster.add_all(session, entries, "keeper", now)]


def _code_on_phone(page: Page, home: Home, number: str) -> str:
    """What the person with this telephone reads there."""
    page.goto(f"{home.phones}/?lang=zh&q={number}")
    found = re.search(r"验证码(\d{4})", page.locator("article.phone li.theirs").first.inner_text())
    assert found
    return found[1]


def _wrong(code: str) -> str:
    return "1000" if code != "1000" else "1001"


def _card(page: Page) -> Locator:
    return page.locator("#number")


def test_a_number_is_proven_by_the_code_that_the_contact_reads_out(full_home: Home, full_visit: Visit) -> None:
    """A text goes out; the wrong code is told at its field; the right one makes the community green."""
    (one,) = _community(full_home, "339900001", "念码社区", 金念="13912340071")
    page, phone = full_visit("keeper", "zh"), full_visit()
    page.goto("/roster?q=念码社区")
    expect(page.locator(".chip", has_text="念码社区")).to_contain_text("号码从未核对")
    page.click(".chip:has-text('念码社区')")
    page.click("text=金念")
    expect(_card(page)).to_contain_text("从未核对")
    page.keyboard.press("v")
    expect(page.locator(".note.good")).to_contain_text("验证码已发出")
    expect(_card(page)).to_contain_text("已送达手机", timeout=15_000)  # by itself
    code = _code_on_phone(phone, full_home, "13912340071")
    page.fill("#number-f-code", _wrong(code))
    page.keyboard.press("Enter")
    expect(page.locator(".fault")).to_have_text("与发出的验证码不符，请让对方再念一遍。")
    expect(_card(page)).to_contain_text("还可输入4次")
    page.fill("#number-f-code", code)
    page.keyboard.press("Enter")
    expect(page.locator(".note.good")).to_have_text("号码无误：验证码核对一致。")
    expect(page.locator(".trail")).to_contain_text("号码已核对")
    page.goto("/roster?q=念码社区")
    expect(page.locator(".chips .good")).to_contain_text("念码社区")
    with full_home.assembly.database.read() as session:
        assert session.get_one(Contact, one).verified_at is not None


def test_a_reply_with_the_code_shows_on_the_keeper_s_open_page(full_home: Home, full_visit: Visit) -> None:
    """The contact texts the code back; the page turns by itself."""
    (one,) = _community(full_home, "339900002", "回码社区", 何回="13912340072")
    page, phone = full_visit("keeper", "en"), full_visit()
    page.goto(f"/roster/339900002/{one}")
    page.click("button:has-text('Text a code')")
    expect(_card(page)).to_contain_text("arrived on the telephone", timeout=15_000)
    code = _code_on_phone(phone, full_home, "13912340072")
    phone.fill("form.reply input[name=text]", f"{code} 是我")
    phone.click("form.reply button")
    expect(_card(page)).to_contain_text("The contact replied with the code", timeout=15_000)
    expect(_card(page).locator(".tag")).to_have_text("checked")
    expect(page.locator(".trail")).to_contain_text("the contact, by text")


def _fill_person(page: Page, name: str, phone: str, role: str = "secretary") -> None:
    page.fill("#add-f-name", name)
    page.select_option("#add-f-role", role)
    page.fill("#add-f-phone", phone)
    page.click("button.btn-primary:has-text('Add')")


def test_a_town_is_kept_from_its_founding_to_its_end_without_javascript(full_visit: Visit) -> None:
    """Town, community, two people, their order, a move, taking off and back, a new name, and retiring, each with its history."""
    page = full_visit("keeper", "en", script=False)
    page.goto("/roster")
    page.click("text=New town or community")
    page.select_option("#f-kind", "community")
    page.fill("#f-area_code", "new")
    page.fill("#f-area_name", "Riverside")
    page.click("main button[type=submit]")
    expect(page.locator(".fault")).to_contain_text("An area's code has letters, digits and hyphens")
    assert page.input_value("#f-area_name") == "Riverside"
    page.select_option("#f-kind", "town")
    page.fill("#f-area_code", "338800")
    page.click("main button[type=submit]")
    for code, name in (("338800001", "North Bank"), ("338800002", "South Bank")):
        page.goto("/roster/338800")
        page.click("text=New community here")
        page.fill("#f-area_code", code)
        page.fill("#f-area_name", name)
        page.click("main button[type=submit]")
    expect(page.locator("h1")).to_contain_text("South Bank")
    page.goto("/roster/338800001")
    _fill_person(page, "Wu", "123")
    expect(page.locator(".fault")).to_contain_text("This is not a telephone number that can be dialled")
    assert page.input_value("#add-f-name") == "Wu"
    page.fill("#add-f-phone", "１３９１２３４００７３")
    page.click("button.btn-primary:has-text('Add')")
    page.click("summary:has-text('Add a contact')")
    _fill_person(page, "Li", "0579-85230077", "deputy")
    expect(page.locator("#people tbody tr")).to_have_count(2)
    page.click("button[aria-label='Ask Li one place earlier']")
    expect(page.locator("#people tbody tr").first).to_contain_text("Li")
    _follow_person(page)
    page.goto("/roster/338800001")
    page.click("summary:has-text('Rename')")
    page.fill("#area-f-area_name", "Old North Bank")
    page.click("button:has-text('Save')")
    expect(page.locator(".trail")).to_contain_text("North Bank → Old North Bank")
    page.click("summary:has-text('Retire')")
    expect(page.locator("#retire-f-area")).to_contain_text("1 person is taken off the roster with it")
    page.click("#retire-f-area button")
    expect(page.locator(".note.care")).to_contain_text("Retired on")
    page.goto("/roster?q=North")
    expect(page.locator(".empty-list")).to_contain_text("No community fits.")


def _follow_person(page: Page) -> None:
    """Wu changes office, moves to the other bank, leaves the roster and comes back."""
    page.click("#people >> text=Wu")
    page.select_option("#entry-f-role", "director")
    page.click("button:has-text('Save')")
    expect(page.locator(".trail")).to_contain_text("Party secretary → Director")
    page.click("summary:has-text('Move')")
    page.fill("#move-f-to", "West Bank")
    page.click("button:text-is('Move')")
    expect(page.locator(".fault")).to_have_text("The roster has no such area.")
    page.fill("#move-f-to", "South Bank")
    page.click("button:text-is('Move')")
    expect(page.locator(".trail")).to_contain_text("North Bank → South Bank")
    page.click("summary:has-text('Take off')")
    page.click("button:has-text('Take off')")
    expect(page.locator("#people")).not_to_contain_text("Wu")
    page.goto("/roster/changes")
    page.click("main tbody tr:has-text('Taken off') >> nth=0 >> a")
    page.click("text=Put back on the roster")
    expect(page.locator(".note.good")).to_contain_text("stands on the roster again")


def _fetched(page: Page, path: Path) -> Any:
    page.goto("/roster/import")
    page.select_option("#town", "339900")
    with page.expect_download() as download:
        page.click("button:has-text('导出花名册')")
    download.value.save_as(path)
    return load_workbook(path)


def _send(page: Page, book: Any, path: Path) -> None:
    book.save(path)
    page.goto("/roster/import")
    page.set_input_files("#f-file", path)
    page.check("[name=complete]")
    page.click("button:has-text('预览变更')")


def _names(home: Home, area: str) -> set[str]:
    with home.assembly.database.read() as session:
        return {one.name for one in session.exec(select(Contact).where(Contact.area == area, Contact.active))}


def test_a_sheet_is_fetched_changed_looked_at_and_only_then_taken_without_javascript(
    full_home: Home, full_visit: Visit, tmp_path: Path
) -> None:
    """Bad rows are told by row and reason; the preview says who comes, changes and goes; nothing is written before the yes."""
    _community(full_home, "339900003", "表格社区", 甲某="13912340074", 乙某="13912340075")
    page = full_visit("keeper", "zh", script=False)
    book = _fetched(page, tmp_path / "roster.xlsx")
    people = book["联系人"]
    rows = {people.cell(row, 2).value: row for row in range(2, people.max_row + 1)}
    people.cell(rows["甲某"], 4).value = "123"
    _send(page, book, tmp_path / "bad.xlsx")
    expect(page.locator(".note.bad")).to_contain_text("有1行无法导入")
    expect(page.locator("main tbody tr")).to_contain_text(f"{rows['甲某']}")
    expect(page.locator("button:has-text('项变更')")).to_have_count(0)
    people.cell(rows["甲某"], 4).value = "13912340076"
    people.append(["表格社区", "丙某", "副主任", "13912340077", "3"])
    people.delete_rows(rows["乙某"])
    _send(page, book, tmp_path / "good.xlsx")
    shown = page.locator("main tbody")
    expect(shown).to_contain_text("139 1234 0074 → 139 1234 0076")
    expect(shown.locator("tr:has-text('丙某')")).to_contain_text("新增")
    expect(shown.locator("tr:has-text('乙某')")).to_contain_text("移出花名册")
    assert _names(full_home, "339900003") == {"甲某", "乙某"}
    page.click("button:has-text('导入3项变更')")
    expect(page.locator(".note.good").first).to_have_text("表格已导入。")
    assert _names(full_home, "339900003") == {"甲某", "丙某"}
    page.goto("/roster/changes")
    expect(page.locator("tr:has-text('乙某')").first).to_contain_text("移出花名册")


def test_the_gaps_of_the_county_are_seen_at_a_glance_and_found_at_a_press(visit: Visit) -> None:
    """The sample city has one community without any number: a red chip with its word, one press away from its people."""
    page = visit("keeper", "zh")
    page.goto("/roster")
    expect(page.locator(".reach-tiles .nobody b")).to_contain_text("1")
    page.click(".reach-tiles .nobody")
    assert page.locator(".chips .chip").count() == 1
    expect(page.locator(".chips .nobody")).to_contain_text("无人可联系")
    page.click(".chips .nobody")
    expect(page.locator("#people")).to_contain_text("无号码")
    page.goto("/roster/people?number=stale")
    tags = page.locator("main tbody .tag").all_inner_texts()
    assert tags
    assert set(tags) == {"长期未确认"}


def test_somebody_is_found_without_a_name_in_the_address(home: Home, visit: Visit) -> None:
    """Names and numbers are sought by a form that leaves nothing in the address or the browser's history."""
    with home.assembly.database.read() as session:
        one = session.get_one(Contact, 5)
    page = visit("keeper", "en")
    page.goto("/roster/people")
    page.keyboard.press("/")
    page.keyboard.type(one.phone[-4:])
    page.keyboard.press("Enter")
    expect(page.locator("main tbody")).to_contain_text(one.name)
    assert page.url.endswith("/roster/people")
