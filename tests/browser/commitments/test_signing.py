"""Commitments in the browser: signed with a finger on a telephone, in Chinese; on paper, in English; two taps sign once."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from cases.certificates.certificate import Certificate
from cases.commitments.commitment import Commitment
from tests.browser.conftest import PHONE, Home, Visit
from tests.rooms.cases.attachments.hostile_pictures import jpeg
from tests.rooms.requesters.commitments.counter import INCOME, LATER
from tests.routes import SON


@pytest.fixture(autouse=True)
def stocked(home: Home) -> None:
    """Two certificates by commitment in the directory, whatever else the city has."""
    given: dict[str, Any] = {"certificate_class": "commitment", "document": "示例文件"}
    with home.assembly.database.write() as session:
        if session.get(Certificate, "income_of_test") is None:
            session.add(Certificate(code="income_of_test", zh="家庭收入证明", en="Household income", commitment=INCOME, **given))
            session.add(Certificate(code="lease_of_test", zh="房屋租赁合同", en="Lease", commitment=LATER, **given))


def fill(page: Page, reference: str) -> None:
    page.fill("#f-subjects\\.person\\.name", "吴一")
    page.fill("#f-subjects\\.person\\.id_number", SON)
    page.select_option("#f-matter", index=1)
    page.fill("#f-reference", reference)


def draw(page: Page) -> None:
    """A signature in three strokes with the mouse, which the browser tells as a pointer."""
    pad = page.locator("#signing canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    x, y, w, h = box["x"], box["y"], box["width"], box["height"]
    for stroke in ([(0.15, 0.3), (0.3, 0.7), (0.4, 0.3)], [(0.5, 0.2), (0.5, 0.8)], [(0.6, 0.5), (0.75, 0.4), (0.9, 0.6)]):
        page.mouse.move(x + stroke[0][0] * w, y + stroke[0][1] * h)
        page.mouse.down()
        for px, py in stroke[1:]:
            page.mouse.move(x + px * w, y + py * h, steps=8)
        page.mouse.up()


def in_store(home: Home, reference: str) -> list[Commitment]:
    with home.assembly.database.read() as session:
        return list(session.exec(select(Commitment).where(Commitment.reference == reference)))


def test_a_person_signs_on_the_telephone(visit: Visit, home: Home) -> None:
    """From the form to the sealed paper; an empty field is not sent, and the consequences stand above the field."""
    page = visit("bank1", "zh", PHONE)
    page.goto("/commitments/new/income_of_test")
    fill(page, "CN-2026-1")
    page.fill("#f-stated\\.income", "3200")
    expect(page.locator("#reads")).to_contain_text("本人吴一家庭月收入为3200 元。")
    page.click("text=生成承诺书全文")
    expect(page.locator(".sheet .part-consequences")).to_contain_text("国办发〔2020〕42号")
    page.click("text=确认签署")
    expect(page.locator("#pad-empty")).to_have_text("还没有签名。")
    draw(page)
    page.click("text=确认签署")
    expect(page.locator("#faults")).to_contain_text("本人当面签名")  # nobody has said that they saw it
    draw(page)
    page.check("#f-witnessed")
    page.click("text=确认签署")
    expect(page.locator(".note.good")).to_contain_text("已签名存档")
    expect(page.locator(".sheet.signature img")).to_have_js_property("complete", True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    (one,) = in_store(home, "CN-2026-1")[-1:]
    assert (one.state, one.signed_how, one.witness) == ("signed", "screen", "bank1")
    with page.expect_download() as fetched:
        page.click("a.btn-primary")
    assert fetched.value.suggested_filename == f"{one.number}.pdf"


def test_two_taps_sign_once(visit: Visit, home: Home) -> None:
    """The button pressed again while the first is under way, and the form sent again from the page before."""
    page = visit("bank1", "zh")
    page.goto("/commitments/new/income_of_test")
    fill(page, "CN-2026-2")
    page.fill("#f-stated\\.income", "100")
    page.dblclick("text=生成承诺书全文")
    draw(page)
    page.check("#f-witnessed")
    page.dblclick("text=确认签署")
    expect(page.locator(".note.good")).to_contain_text("已签名存档")
    assert [one.state for one in in_store(home, "CN-2026-2")] == ["signed"]


def test_a_paper_that_follows_is_promised_on_paper(visit: Visit, home: Home) -> None:
    """In English, without the mouse in the pad: printed, signed by hand, photographed; then the paper comes, seen by the clerk."""
    page = visit("bank1", "en")
    page.goto("/commitments/new/lease_of_test")
    fill(page, "EN-2026-1")
    page.select_option("#f-language", "en")
    page.fill("#f-phone", "139 0001 0001")
    page.click("text=Show the text to be signed")
    expect(page.locator(".sheet")).to_contain_text("I will hand this paper in")
    page.click("text=On paper instead")
    with page.expect_download():
        page.click("text=Page to be signed (PDF)")
    page.set_input_files("#f-file", {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    page.check("#f-witnessed_paper")
    page.click("text=Keep the signed page")
    expect(page.locator(".head")).to_contain_text("Paper to follow")
    page.goto("/commitments")
    expect(page.locator("#all ~ .card").first).to_contain_text("EN-2026-1")
    page.fill("#f-q", "EN-2026")
    page.press("#f-q", "Enter")
    page.click(".num-link >> nth=0")
    page.click("text=The paper is here")
    expect(page.locator("#faults")).to_contain_text("upload a photograph")
    page.check("#f-seen")
    page.click("text=The paper is here")
    expect(page.locator(".head")).to_contain_text("Paper handed in")
    (one,) = in_store(home, "EN-2026-1")
    assert (one.paper, one.paper_how, one.signed_how, one.locale) == ("handed_in", "sight", "paper", "en")


@pytest.mark.parametrize("size", [PHONE, (1440, 900)], ids=["phone", "wide"])
def test_every_page_is_free_of_faults_for_those_who_do_not_see(visit: Visit, home: Home, size: tuple[int, int]) -> None:
    page = visit("bank1", "zh", size)
    page.goto("/commitments/new/lease_of_test")
    pages = ["/commitments", "/commitments/new/lease_of_test", "/commitments/new/income_of_test"]
    with home.assembly.database.read() as session:
        pages += [f"/commitments/{one.number}" for one in session.exec(select(Commitment)).all()]
    fill(page, f"AX-{size[0]}-1")
    page.click("text=生成承诺书全文")
    for path in [page.url, *pages]:
        page.goto(path)
        found = Axe().run(page)
        assert found.violations_count == 0, (path, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path


def test_touches_draw_as_the_mouse_does(home: Home, browser: Browser) -> None:
    """A real touch: the page does not scroll under the finger, and the line is there."""
    context = browser.new_context(base_url=home.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.add_cookies([{"name": "hecha", "value": home.token("bank1", "zh"), "url": home.url}])
    page = context.new_page()
    page.goto("/commitments/new/income_of_test")
    fill(page, "CN-2026-3")
    page.fill("#f-stated\\.income", "1")
    page.click("text=生成承诺书全文")
    pad = page.locator("#signing canvas")
    pad.scroll_into_view_if_needed()
    box, before = pad.bounding_box(), page.evaluate("scrollY")
    assert box is not None
    session = context.new_cdp_session(page)
    for n in range(12):
        kind = "touchStart" if n == 0 else "touchMove"
        point = {"x": box["x"] + 40 + n * 20, "y": box["y"] + 40 + (n % 3) * 30}
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.evaluate("scrollY") == before
    page.check("#f-witnessed")
    page.click("text=确认签署")
    expect(page.locator(".note.good")).to_contain_text("已签名存档")
    assert [one.state for one in in_store(home, "CN-2026-3")] == ["signed"]
    context.close()
