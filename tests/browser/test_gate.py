"""Who may, in the browser: a permission from the application to the grant, a held question, a frozen account, and the pledge."""

import re

from playwright.sync_api import Page, expect
from sqlmodel import col, select

from access.accounts import Account
from cases.grants.applications import Application
from cases.grants.grants import Grant
from cases.question import Question
from requesters.ask.submit import Submission, submit
from storage.problem import Problem
from tests.browser.conftest import PHONE, Home, Visit


def _folded(page: Page, name: str) -> None:
    """Opens a fold that is not open yet."""
    if page.locator(f"#{name}[open]").count() == 0:
        page.click(f"#{name} > summary")


def test_a_permission_is_applied_for_checked_approved_and_given(home: Home, visit: Visit) -> None:
    """Three people in Chinese: the court applies, the data office checks the form, the holder approves."""
    court, office, holder = (visit(who, "zh") for who in ("court1", "supervisor", "civil1"))
    court.goto("/permissions/new?matter=household_registration")
    court.check("input[value=adopter_children]")
    court.click("button:has-text('申请勾选的事项')")
    expect(court.locator("#e-basis")).to_have_text("此项必填。")
    expect(court.locator("input[value=adopter_children]")).to_be_checked()
    court.fill("#f-basis", "民法典第一千一百零五条")
    court.fill("#f-file_note", "义法函〔2026〕12号")
    court.click("button:has-text('申请勾选的事项')")
    expect(court.locator(".note.good")).to_contain_text("申请已提交")

    office.goto("/permissions")
    office.click("tbody a.num-link")
    office.click("button:has-text('形式审查通过')")
    expect(office.locator("h1 .tag")).to_have_text("数据单位审批中")
    holder.goto("/permissions")
    holder.click("tbody a.num-link")
    holder.click("button:has-text('同意')")
    expect(holder.locator("h1 .tag")).to_have_text("已授权")
    with home.assembly.database.read() as session:
        made = session.exec(select(Application).order_by(col(Application.id).desc())).first()
        assert made is not None
        assert session.get(Grant, ("court", "adopter_children", "household_registration")) is not None
    court.goto(f"/permissions/{made.id}")
    expect(court.locator(".trail li")).to_have_count(3)
    expect(court.locator(".trail li").last.locator(".tag")).to_have_text("已授权")
    office.goto("/permissions")
    office.click(".sub-tabs a:has-text('有效授权')")
    office.select_option("#unit", "court")
    office.select_option("#matter", "household_registration")
    office.select_option("#item", "adopter_children")
    office.click("main form [type=submit]")
    expect(office.locator("tbody tr")).to_have_count(1)


def _fish(home: Home, count: int) -> list[str]:
    """So many differing questions about one card holder; the numbers."""
    plain = next(one for one in home.sheet["questions"].values() if one["item"] == "kinship")
    relations = list(home.assembly.rulebook.catalogue.item("kinship").fields["relation"].by_code)
    asked = [{**plain, "reference": f"XYK-{n}7", "details": {"relation": one}} for n, one in enumerate(relations[:count])]
    batch = [Submission(Question.model_validate(one), "bank-binjiang", "bank2") for one in asked]
    with home.assembly.database.write() as session:
        results = submit(session, batch, home.assembly.now(), home.assembly.rulebook)
    return [one for one in results if not isinstance(one, Problem)]


def test_trap_14_a_held_question_is_decided_by_the_supervisor(home: Home, visit: Visit) -> None:
    """Trap 14, in Chinese for the asker and in English for the supervisor: nobody was asked before the decision."""
    *_, first, second = _fish(home, 7)
    asker, page = visit("bank2", "zh"), visit("supervisor", "en")
    asker.goto(f"/cases/{first}")
    expect(asker.locator("main")).to_contain_text("监管员核看后才会发出")
    page.goto("/held")
    expect(page.locator("main")).to_contain_text("5 differing questions about one person before it")
    page.click(f"a:has-text('{first}')")
    expect(page.locator("main")).to_contain_text("Earlier questions it is like")
    _folded(page, "let_through")
    page.fill("#let_through-f-note", "the notary's file was shown to me")
    page.click("#let_through button")
    expect(page.locator(".note.good")).to_contain_text("its clock runs from now")
    expect(asker.locator("main")).not_to_contain_text("监管员核看后才会发出")

    page.goto("/held")
    page.check(f"input[value='{second}']")
    page.click("button:has-text('Refuse the marked ones')")
    expect(page.locator("#e-note")).to_have_text("This field is needed.")
    expect(page.locator(f"input[value='{second}']")).to_be_checked()
    page.fill("#f-note", "no file was shown")
    page.click("button:has-text('Refuse the marked ones')")
    expect(page.locator(".note.good")).to_contain_text("1 question was refused")
    asker.goto(f"/cases/{second}")
    expect(asker.locator("main")).to_contain_text("no file was shown")


def test_a_frozen_account_is_out_at_once_and_a_frozen_unit_s_letters_wait(home: Home, visit: Visit) -> None:
    """In English on a telephone: the clerk's next click leads to the sign-in; the unit's questions are counted, and go on."""
    clerk, page = visit("education1", "en"), visit("supervisor", "en", PHONE)
    clerk.goto("/ask")
    page.goto("/held/frozen?account=education1")
    page.click("button:has-text('Freeze now')")
    expect(page.locator("#e-reason")).to_contain_text("Say why")
    page.fill("#f-reason", "the telephone was lost")
    page.click("button:has-text('Freeze now')")
    expect(page.locator("tbody")).to_contain_text("education1")
    clerk.goto("/cases")
    expect(clerk).to_have_url(re.compile("/sign-in"))

    page.select_option("#f-unit", "police")
    page.fill("#f-reason", "its keys may be in wrong hands")
    page.click("button:has-text('Freeze now')")
    home.ask("nobody", "frozen-test")
    page.goto("/held/frozen")
    row = page.locator("tr", has_text="police ·")
    expect(row).to_contain_text("1 question to it")
    row.locator("summary").click()
    row.locator("input[name=reason]").fill("new keys are there")
    row.locator("button").click()
    expect(page.locator(".note.good")).to_contain_text("It was let go")
    expect(page.locator("tbody")).not_to_contain_text("police ·")


def test_a_new_clerk_signs_the_pledge_before_the_first_question(home: Home, visit: Visit) -> None:
    with home.assembly.database.write() as session:
        session.add(Account(username="bank9", name="沈新", unit="bank-binjiang", roles=["asker"]))
    page = visit("bank9", "zh")
    page.goto("/ask/kinship")
    expect(page).to_have_url(re.compile("/pledge"))
    page.click("button:has-text('签署')")
    expect(page.locator("#e-agree")).to_be_visible()
    page.check("input[name=agree]")
    page.click("button:has-text('签署')")
    expect(page).to_have_url(re.compile("/ask"))
    expect(page.locator(".note.good")).to_contain_text("承诺书已签署")
