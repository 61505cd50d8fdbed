"""Duty in the browser: the plan of the coming days, absences with a deputy, gaps before they bite, and handing cases over."""

from playwright.sync_api import Page, expect
from sqlmodel import Session, delete

from cases.case import Case
from cases.duty.absence import Absence
from cases.duty.standing_order import Shift
from cases.lifecycle import Actor
from cases.moves import CLOCK, Move, Mover, make_move
from tests.browser.conftest import PHONE, Home, Visit


def _fresh(home: Home) -> None:
    with home.assembly.database.write() as session:
        _forget(session)


def _forget(session: Session) -> None:
    session.connection().execute(delete(Absence))
    session.connection().execute(delete(Shift))


def _names(home: Home, *usernames: str) -> list[str]:
    return [home.sheet["accounts"][username]["name"] for username in usernames]


def _taken(home: Home, number: str, clerk: str) -> None:
    now, book = home.assembly.now(), home.assembly.rulebook
    with home.assembly.database.write() as session:
        make_move(session, Move(number, "hand_over", CLOCK), now, book)  # unless the machine was quicker
        assert isinstance(make_move(session, Move(number, "take", Mover(Actor.CLERK, clerk, "police")), now, book), Case)


def _away(page: Page, who: str, deputy: str, first: str, last: str) -> None:
    page.select_option("#away-f-username", who)
    page.select_option("#away-f-deputy", deputy)
    page.fill("#away-f-first_day", first)
    page.fill("#away-f-last_day", last)
    page.click("#absences button.btn-primary")


def _days(page: Page) -> list[str]:
    return [text[:10] for text in page.locator("#days tbody td:first-child .day").all_inner_texts()]


def test_the_leader_sees_a_gap_before_it_bites_and_closes_it(full_home: Home, full_visit: Visit) -> None:
    """All clerks away on one day: the page says so at once; a day set for somebody who comes closes the gap."""
    _fresh(full_home)
    page = full_visit("police-leader", "zh")
    page.goto("/duty")
    days, names = _days(page), _names(full_home, "police1", "police2", "police3", "police-leader")
    assert len(days) == 10
    expect(page.locator("#days tbody tr").nth(0)).to_contain_text(names[0])
    expect(page.locator("#duty-gaps")).to_have_count(0)
    for who in ("police1", "police2", "police3"):
        _away(page, who, "", days[3], days[3])
        expect(page.locator(".note.good")).to_contain_text("请假已登记")
    expect(page.locator("#duty-gaps")).to_contain_text(f"{days[3]}")
    expect(page.locator("#duty-gaps")).to_contain_text("无人值班")
    page.goto("/desk")
    expect(page.locator("#duty-gaps")).to_contain_text("无人值班")
    page.click("#duty-gaps a")
    row = page.locator("#days tbody tr").nth(3)
    expect(row.locator("td").nth(1)).to_have_text("无人")
    row.locator("summary").click()
    row.locator("select").select_option("police-leader")
    row.locator("button").click()
    expect(page.locator(".note.good")).to_contain_text("当日值班已设定")
    expect(page.locator("#duty-gaps")).to_have_count(0)
    expect(page.locator("#days tbody tr").nth(3).locator("td").nth(1)).to_contain_text(names[3])


def test_a_wrong_absence_is_explained_beside_its_field_and_nothing_typed_is_lost(full_home: Home, full_visit: Visit) -> None:
    """The deputy is away then too: the fault names the field, the days stay; with another deputy it is entered, on a telephone."""
    _fresh(full_home)
    page = full_visit("police-leader", "en", PHONE)
    page.goto("/duty")
    day = _days(page)[1]
    _away(page, "police2", "", day, day)
    _away(page, "police1", "police2", day, day)
    expect(page.locator("#faults")).to_contain_text("Stands in: This colleague is away at that time too.")
    expect(page.locator("#absences .fault")).to_contain_text("Choose somebody else, or nobody.")
    assert (page.input_value("#away-f-first_day"), page.input_value("#away-f-username")) == (day, "police1")
    page.select_option("#away-f-deputy", "police3")
    page.click("#absences button.btn-primary")
    expect(page.locator("#days tbody tr").nth(1)).to_contain_text(f"for {_names(full_home, 'police1')[0]}")
    page.locator("#absences button:has-text('Take back')").nth(0).click()
    expect(page.locator(".note.good")).to_have_text("The absence was ended.")


def test_a_clerk_without_script_takes_a_day_and_hands_cases_over(full_home: Home, full_visit: Visit) -> None:
    """Nothing of it needs JavaScript; the colleague's desk has the cases and the page says where they went."""
    _fresh(full_home)
    number = full_home.ask("paper", "handed-over")
    page, colleague = full_visit("police2", "zh", script=False), full_visit("police3", "zh")
    _taken(full_home, number, "police2")
    page.goto("/duty")
    page.locator("#days tbody tr").nth(2).locator("button").click()
    row = page.locator("#days tbody tr").nth(2)
    expect(row.locator("td").nth(1)).to_contain_text(_names(full_home, "police2")[0])
    page.click("#held button")
    expect(page.locator("#held .fault")).to_contain_text("请选择一位同事")
    page.select_option("#handed-f-clerk", "police3")
    page.fill("#handed-f-note", "下周休假")
    page.click("#held button")
    expect(page.locator(".note.good")).to_contain_text("核查件已移交")
    expect(page.locator("#held")).to_contain_text("您手上没有在办的核查件")
    colleague.goto("/duty")
    expect(colleague.locator("#held")).to_contain_text(number)
