"""The story of a station in the browser, in Chinese: led there by a rule, taken over by the unit under the clerk's hands."""

from playwright.sync_api import expect

from tests.browser.conftest import Home, Visit


def test_a_case_is_led_to_a_station_and_taken_over_while_its_clerk_writes(home: Home, visit: Visit) -> None:
    """Trap 21: who has it open reads at once that it is gone, and at sending why; what was written stands there still."""
    station, unit, court = visit("fotang1", "zh"), visit("police1", "zh"), visit("court1", "zh")
    number = home.ask_desk("station", who="court1", unit="court")
    station.goto("/desk?pile=new")
    expect(station.locator("h1")).to_contain_text("公安局户籍窗口（佛堂派出所）")
    station.click(f"#c-{number}")
    station.keyboard.press("t")
    expect(station.locator(".note.good")).to_contain_text("您已受理此件")
    court.goto(f"/cases/{number}")
    expect(court.locator(".facts").first).to_contain_text("公安局户籍窗口（佛堂派出所）")
    station.fill("#answer-f-archive", "佛堂 3-17")
    unit.goto("/desk?pile=stations")
    expect(unit.locator("#pile")).to_contain_text("佛堂派出所")
    unit.click(f"#c-{number}")
    expect(unit.locator("#case-desk")).to_contain_text("佛堂派出所")
    expect(unit.locator("#answer")).to_have_count(0)
    unit.keyboard.press("t")
    expect(unit.locator(".note.good")).to_contain_text("此件已由你接办，期限不变")
    expect(station.locator("#live-news")).to_contain_text("此件现由上级单位办理")
    station.check("#answer [value=confirmed]")
    station.click("text=发送反馈 >> nth=0")
    expect(station.locator("#faults")).to_contain_text("此件已不在你所")
    page = home.sheet["stories"]["station"]["page"]
    unit.check("#answer [value=confirmed]")
    unit.fill("#answer-f-archive", page)
    unit.click("text=发送反馈 >> nth=0")
    expect(court.locator(".finding")).to_contain_text(page)
    expect(court.locator(".facts").first).to_contain_text("公安局户籍窗口")
    expect(court.locator(".facts").first).not_to_contain_text("佛堂派出所")


def test_a_station_hands_on_with_a_reason_and_the_administrator_leads_the_next_elsewhere(home: Home, visit: Visit) -> None:
    """The reason stands before whoever gets it; a rule that is led elsewhere holds for the next question."""
    first, second, admin = visit("fotang1", "zh"), visit("houzhai1", "zh"), visit("admin", "zh")
    number = home.ask_desk("station", who="court1", unit="court")
    first.goto(f"/desk/{number}")
    first.click("#hand_to_station summary")
    first.select_option("#hand_to_station-f-station", "police-houzhai")
    first.click("#hand_to_station button[type=submit]")
    expect(first.locator("#hand_to_station .fault")).to_have_count(1)
    first.fill("#hand_to_station-f-note", "已迁往后宅")
    first.click("#hand_to_station button[type=submit]")
    expect(first.locator(".note.good")).to_contain_text("此件已移交该所")
    second.goto(f"/desk/{number}")
    expect(second.locator("#passed")).to_contain_text("已迁往后宅")
    admin.goto("/admin/stations")
    admin.select_option("#f-kind", "address")
    admin.fill("#f-value", "佛堂镇")
    admin.select_option("#f-station", "police-houzhai")
    admin.click("#new-rule button[type=submit]")
    expect(admin.locator(".note.good")).to_contain_text("规则即时生效")
    following = home.ask_desk("station", who="court1", unit="court")
    second.goto("/desk?pile=new")
    expect(second.locator(f"#c-{following}")).to_be_visible()
