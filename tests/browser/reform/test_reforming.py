"""The reform office in the browser: ten certificates classified by keys, a survey from the sheets to the settled point."""

import io
import re
import zipfile
from uuid import uuid4

from playwright.sync_api import Page, expect
from sqlmodel import select

from cases.certificates.certificate import Certificate
from sample.survey import NEW, UNUSED, survey_files
from tests.browser.conftest import PHONE, Home, Visit


def shelve(home: Home, count: int) -> str:
    """So many certificates without a class, with more papers a year than all others; how their codes begin."""
    prefix = f"keys{uuid4().hex[:6]}_"
    with home.assembly.database.write() as session:
        for n in range(count):
            code, told = f"{prefix}{n}", {"zh": f"{prefix}第{n}号证明", "en": f"{prefix} number {n}"}
            session.add(Certificate(code=code, yearly_volume=900_000_000 - n, **told))
    return prefix


def classes(home: Home, prefix: str) -> list[str]:
    """Which classes these certificates have."""
    with home.assembly.database.read() as session:
        found = session.exec(select(Certificate).where(Certificate.code.startswith(prefix))).all()  # type: ignore[attr-defined]  # a column
    return [one.certificate_class for one in sorted(found, key=lambda one: one.code)]


def first_of_many(page: Page) -> None:
    """The first certificate: document and day are typed once."""
    page.keyboard.press("5")
    page.select_option("[name=item_0]", "kinship")
    page.fill("#f-document", "义改办〔2026〕7号")
    page.fill("#f-since", "20260301")
    page.keyboard.press("Enter")


def test_ten_certificates_are_classified_by_keys_and_confirmed_by_a_colleague(home: Home, visit: Visit) -> None:
    """1 to 5 choose a class, Enter shows before and after, Enter proposes it and brings the next; n skips one."""
    prefix = shelve(home, 10)
    page, colleague = visit("reform1", "zh"), visit("reform2", "zh")
    page.goto("/reform/certificates")
    page.keyboard.press("n")
    expect(page.locator("h1")).to_contain_text(f"{prefix}第0号证明")
    page.keyboard.press("n")
    expect(page.locator("h1")).to_contain_text(f"{prefix}第1号证明")
    page.goto("/reform/next/certificate")
    first_of_many(page)
    expect(page.locator(".note.care")).to_contain_text("请再看一遍")
    expect(page.locator(".before-after")).to_contain_text("部门核查")
    page.keyboard.press("Enter")
    for n in range(1, 10):
        expect(page.locator("h1")).to_contain_text(f"{prefix}第{n}号证明")
        expect(page.locator("#f-document")).to_have_value("义改办〔2026〕7号")
        page.keyboard.press("2")
        page.select_option("#ready-cancelled", "2")
        expect(page.locator("#f-clause_zh")).to_have_value("没有法律法规依据，任何单位不得再索要。")
        page.focus("[value=cancelled]")
        page.keyboard.press("Enter")
        expect(page.locator(".before-after")).to_contain_text("已取消")
        page.keyboard.press("Enter")
    expect(page.locator(".note.good")).to_contain_text(re.compile("类别已提议|每项证明都已分类"))
    assert classes(home, prefix) == [""] * 10
    colleague.goto("/reform")
    expect(colleague.locator(".waits li").first).to_contain_text("项类别变更待您确认")
    colleague.click(".waits li:first-child a")
    waiting = colleague.locator("form[action$='/confirm']").count()
    assert waiting >= 10
    for left in range(waiting - 1, -1, -1):
        colleague.locator("form[action$='/confirm'] button").first.click()
        expect(colleague.locator("form[action$='/confirm']")).to_have_count(left)
    assert classes(home, prefix) == ["check", *["cancelled"] * 9]


def test_a_survey_goes_from_the_blank_sheets_to_the_settled_point(home: Home, visit: Visit) -> None:
    """Three sheets at once; names nobody knew, points between the units, one of them settled, the wall counts it."""
    page, wall = visit("reform1", "zh"), visit("supervisor", "zh")
    page.goto("/reform/survey")
    with page.expect_download() as fetched:
        page.click("text=全部下载")
    assert len(zipfile.ZipFile(io.BytesIO(fetched.value.path().read_bytes())).namelist()) >= 15
    sheets = [{"name": name, "mimeType": "", "buffer": data} for name, data in survey_files().items()]
    page.set_input_files("#f-file", sheets)
    page.get_by_role("button", name="查看").click()
    expect(page.locator(".card-title")).to_have_count(3)
    page.get_by_role("button", name="收录3个文件").click()
    expect(page.locator(".note.good").first).to_contain_text("摸底表已收录")
    page.click("text=下一步：名称对应")
    for name in (NEW, UNUSED):
        page.locator(".name-row", has_text=name).get_by_text("作为一项新证明").click()
    page.get_by_role("button", name="保存所选").click()
    page.goto("/reform/survey/points?unit=fotang-town")
    point = page.locator(".point", has_text="有人开，无人收")
    expect(point).to_contain_text(UNUSED)
    point.locator("summary").click()
    point.locator("textarea").fill("镇里已停开，电话核对")
    point.get_by_role("button", name="已办结").click()
    expect(page.locator(".note.good")).to_contain_text("该问题已办结")
    wall.goto("/reform/survey/wall")
    expect(wall.locator(".slide").first).to_contain_text("单位已交齐")
    wall.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert wall.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_sheet_with_faults_is_told_in_english_and_nothing_is_taken(home: Home, visit: Visit) -> None:
    page = visit("reform2", "en", PHONE)
    page.goto("/reform/survey")
    bad = b"Certificate,For which matter,Papers taken a year\nSingle status,,about 80\n"
    page.select_option("#f-unit", "education")
    page.set_input_files("#f-file", {"name": "education.csv", "mimeType": "text/csv", "buffer": bad})
    page.get_by_role("button", name="Look at them").click()
    expect(page.locator(".note.bad")).to_contain_text("1 file cannot be taken in.")
    expect(page.locator("tbody")).to_contain_text("This field is needed.")
    expect(page.locator("tbody")).to_contain_text("This must be a whole number.")
    expect(page.locator("text=Take in 1 file")).to_have_count(0)
    page.get_by_role("button", name="Give it up").click()
    expect(page.locator(".note.good")).to_contain_text("nothing of it was taken in")
