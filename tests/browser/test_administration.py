"""Running the house in the browser: somebody is let in and out again, and letters nobody could read are decided about."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from access.units import Unit
from broker import dead_letters
from broker.letter import Letter
from broker.transports.transport import DEAD, Delivery
from cases.agents import take_heartbeats
from tests.browser.conftest import PHONE, Home, Visit
from tests.rooms.buried import signed

WORDS = {
    "zh": {"added": "单位已添加", "given": "授权已生效", "own": "当前密码由他人设置", "off": "账号已停用"},
    "en": {
        "added": "unit was added",
        "given": "permissions were given",
        "own": "given to you by somebody else",
        "off": "switched off",
    },
}


@pytest.mark.parametrize(("lang", "unit", "who"), [("zh", "notary", "gongzheng"), ("en", "archive", "dangan")])
def test_a_new_unit_s_first_person_is_let_in_and_out_again(home: Home, visit: Visit, lang: str, unit: str, who: str) -> None:
    """From the unit to the permission; with the first password to the asking page; switched off, and out at the next click."""
    said, admin = WORDS[lang], visit("admin", lang)
    add_unit(admin, unit)
    expect(admin.locator(".note.good")).to_contain_text(said["added"])
    password = add_person(admin, unit, who)
    admin.goto(f"/admin/new/grants?unit={unit}&matter=mortgage")
    admin.check("input[name=picked][value=marriage]")
    admin.click("main form[method=post] button[type=submit]")
    expect(admin.locator(".note.good")).to_contain_text(said["given"])

    person = visit("", lang)
    sign_in(person, who, password)
    expect(person.locator(".note.care")).to_contain_text(said["own"])
    choose_password(person, password, "a word, another and a third")
    person.wait_for_url("**/pledge")  # before the first question
    person.check("input[name=agree]")
    person.click("main button[type=submit]")
    person.wait_for_url("**/ask*")
    expect(person.locator("main")).to_contain_text("婚姻登记记录核查" if lang == "zh" else "Marriage records")

    admin.goto(f"/admin/accounts/{who}")
    admin.click("summary >> nth=1")
    admin.click("details[open] button[type=submit]")
    expect(admin.locator(".note.good")).to_contain_text(said["off"])
    person.goto("/ask")
    assert "/sign-in" in person.url


def add_unit(page: Page, unit: str) -> None:
    page.goto("/admin/units")
    page.keyboard.press("n")
    page.fill("#f-unit_code", unit)
    page.fill("#f-name_zh", f"新单位{unit}")
    page.fill("#f-name_en", f"New {unit}")
    page.check("input[name=asks]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/admin/units/{unit}?flash=unit_added")


def add_person(page: Page, unit: str, who: str) -> str:
    """The first password; with a fault on the way, upon which nothing typed is lost."""
    page.goto(f"/admin/new/account?unit={unit}")
    page.fill("#f-username", who)
    page.fill("#f-name", "张三")
    page.check("input[name=role_clerk]")
    page.click("main button[type=submit]")
    expect(page.locator("#faults a")).to_have_attribute("href", "#f-roles")
    assert page.input_value("#f-username") == who
    page.uncheck("input[name=role_clerk]")
    page.check("input[name=role_asker]")
    page.click("main button[type=submit]")
    return page.inner_text("#secret")


def sign_in(page: Page, who: str, password: str) -> None:
    page.goto("/sign-in")
    page.fill("#f-username", who)
    page.fill("#f-password", password)
    page.click("main button[type=submit]")


def choose_password(page: Page, old: str, new: str) -> None:
    page.fill("#f-password", old)
    page.fill("#f-new_password", new)
    page.fill("#f-repeated", new)
    page.keyboard.press("Enter")


def bury(home: Home, reason: str, count: int, wire: Callable[[Letter], bytes] = Letter.wire) -> None:
    """So many findings that nobody could handle, each about somebody."""
    finding = {"outcome": "confirmed", "source": "record", "words": "吴一，属实"}
    now = home.assembly.now()
    letters = [Letter.post("finding", "findings", "", {"number": str(n), "finding": finding}, now) for n in range(count)]
    with home.assembly.database.write() as session:
        dead_letters.keep(session, [Delivery(DEAD, wire(one), one, 1, reason, "findings") for one in letters], now)


def test_dead_letters_are_decided_about_with_a_reason(home: Home, visit: Visit) -> None:
    """On a telephone: none is dropped without a reason, none says whom it is about."""
    bury(home, "unit", 3)
    page = visit("admin", "en", PHONE)
    page.goto("/admin/dead")
    page.check("#f-picked thead input") if page.locator("#f-picked thead input").is_visible() else check_all(page)
    page.click("button[formaction]")
    expect(page.locator("#faults")).to_contain_text("Say why nobody needs these letters")
    assert page.locator("input[name=picked]:checked").count() == 3
    page.fill("#f-note", "sent by hand while trying out")
    page.click("button[formaction]")
    expect(page.locator(".note.good")).to_contain_text("The letters were dropped")
    page.goto("/admin/dead?settled=true")
    expect(page.locator("main")).to_contain_text("sent by hand while trying out")
    page.click("main td a >> nth=0")
    expect(page.locator(".outline")).to_contain_text('"outcome": "confirmed"')
    assert "吴一" not in page.content()


def check_all(page: Page) -> None:
    for box in page.locator("input[name=picked]").all():
        box.check()


def test_what_is_put_back_is_read_again(home: Home, visit: Visit) -> None:
    """One press for all letters of a kind."""
    bury(home, "put back together", 2, signed)
    page = visit("admin", "zh")
    page.goto("/admin/dead")
    page.click("tr:has-text('put back together') button")
    expect(page.locator(".note.good")).to_contain_text("信件已放回原队列")
    expect(page.locator("main")).not_to_contain_text("put back together")


def test_the_agents_page_sees_by_itself_that_a_machine_has_stopped(home: Home, visit: Visit) -> None:
    """The agents of the house live; one that says goodbye is seen to have stopped without a reload."""
    with home.assembly.database.write() as session:
        session.add(Unit(code="patents", name_zh="知识产权局", name_en="Patent Office", answers=True))
    page = visit("admin", "zh")
    page.clock.install()
    tell_life(home, "patents", running=True)
    page.goto("/admin/agents")
    expect(page.locator("tr:has-text('公安局') .tag")).to_have_text("在线")
    expect(page.locator("tr:has-text('知识产权局') .tag")).to_have_text("在线")
    tell_life(home, "patents", running=False)
    page.clock.fast_forward(16_000)
    expect(page.locator("tr:has-text('知识产权局') .tag")).to_have_text("已停止")


def tell_life(home: Home, unit: str, running: bool) -> None:
    now = home.assembly.now()
    with home.assembly.database.write() as session:
        take_heartbeats(session, [Letter.post("alive", "findings", "", {"unit": unit, "running": running}, now)], now)


def test_without_scripts_the_pages_work_too(visit: Visit) -> None:
    page = visit("admin", "zh", script=False)
    page.goto("/admin/keys")
    page.fill("#f-key_account", "bank1")
    page.fill("#f-key_purpose", "信贷系统")
    page.check("[name=scope_ask]")
    page.click("main form.card button[type=submit]")
    assert page.inner_text("#secret").startswith("hk_")
    page.goto("/admin/grants?unit=bank-binjiang")
    page.check("input[name=picked] >> nth=0")
    page.fill("#f-until", "2020-01-01")
    page.click("main form.card button[type=submit]")
    expect(page.locator("#faults a")).to_have_attribute("href", "#f-until")
