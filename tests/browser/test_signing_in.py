"""Signing in, out, and the language of one's choice."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Home, Visit


def test_signing_in_leads_to_one_s_own_page_and_out_again(home: Home, visit: Visit) -> None:
    """A wrong password says no more than it must; the right one leads to the desk; after signing out the way is shut."""
    page = visit(lang="en")
    page.goto("/desk")
    assert page.url.endswith("/sign-in?next=/desk")
    page.fill("#f-username", "police1")
    page.fill("#f-password", "not this one")
    page.click("main button[type=submit]")
    expect(page.locator("#faults")).to_contain_text("User name and password do not go together.")
    assert page.input_value("#f-username") == "police1"
    page.fill("#f-password", home.sheet["accounts"]["police1"]["password"])
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_contain_text("Desk")
    page.click("text=Sign out")
    page.goto("/desk")
    assert "/sign-in" in page.url


def test_the_session_cookie_is_out_of_reach_of_scripts(home: Home, visit: Visit) -> None:
    """HttpOnly, and sent by no other site's forms."""
    page = visit(lang="en")
    page.goto("/sign-in?next=//elsewhere.example/")
    assert page.input_value("[name=next] >> nth=1") == ""
    page.fill("#f-username", "keeper")
    page.fill("#f-password", home.sheet["accounts"]["keeper"]["password"])
    page.click("main button[type=submit]")
    page.wait_for_url("**/roster")
    cookie = next(one for one in page.context.cookies() if one["name"] == "hecha")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"


def test_a_form_from_elsewhere_is_refused(home: Home, visit: Visit) -> None:
    """Another site cannot sign somebody in, and a page without the session's token moves nothing."""
    page = visit("police1", "en")
    foreign = page.request.post("/sign-in", form={"username": "police1"}, headers={"Origin": "https://elsewhere.example"})
    assert foreign.status == 403
    assert page.request.post("/sign-out", form={}).status == 403


def test_the_language_is_the_person_s_own_choice(visit: Visit) -> None:
    """The switch changes the page and is kept with the account."""
    page = visit("court1", "zh")
    page.goto("/ask")
    page.click("text=English")
    expect(page.locator("h1")).to_have_text("Which certificate, or what is to be verified?")
    assert page.get_attribute("html", "lang") == "en"
    again = visit("court1", "")
    again.goto("/ask")
    expect(again.locator("h1")).to_have_text("Which certificate, or what is to be verified?")


def test_other_sessions_of_one_s_own_can_be_ended(home: Home, visit: Visit) -> None:
    """A session left open elsewhere is shut from here."""
    left_open, page = visit("tax1", "en"), visit("tax1", "en")
    page.goto("/me")
    page.locator("form[action^='/me/sessions'] button").first.click()
    expect(page.locator(".note.good")).to_have_text("The session was ended.")
    left_open.goto("/desk")
    assert "/sign-in" in left_open.url


def test_the_language_of_the_sign_in_page_stays(home: Home, browser: Browser) -> None:
    """A browser that asks for English gets English before and after signing in, whatever the account was set up with."""
    context = browser.new_context(base_url=home.url, locale="en-US")
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("#f-username", "civil1")
    page.fill("#f-password", home.sheet["accounts"]["civil1"]["password"])
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_contain_text("Desk")
    assert [one.get("expires") for one in context.cookies() if one["name"] == "lang"] == [-1]
    context.close()
