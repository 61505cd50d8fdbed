"""Many questions at once, in the browser."""

import csv
import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import Home, Visit
from tests.town import questions

HEADS = {"person": "当事人", "relative": "亲属", "name": "姓名", "id_number": "身份证号", "matter": "办理事项", "purpose": "用途",
         "reference": "业务编号"}  # fmt: skip
ROWS, BAD = 500, 7
SAID = {
    "zh": {
        "item": "亲属关系核查",
        "read": "读取表格",
        "check": "校验位不符",
        "twice": "第 2 行",
        "text": "文本格式",
        "done": "已全部反馈",
        "outcome": "亲属关系如所述",
    },
    "en": {
        "item": "Kinship",
        "read": "Read the sheet",
        "check": "The check digit",
        "twice": "row 2 asks",
        "text": "as text",
        "done": "Everything is answered.",
        "outcome": "Related as stated",
    },
}


def _cells(question: dict[str, Any]) -> dict[str, str]:
    people = {HEADS[role] + HEADS[field]: one[field] for role, one in question["subjects"].items() for field in one}
    plain = {HEADS[name]: question[name] for name in ("matter", "purpose", "reference")}
    return {**people, "亲属是当事人的": question["details"]["relation"], **plain}


def _sheet(home: Home, *stories: str) -> bytes:
    """A CSV with a row for each story's question."""
    rows = [_cells(home.sheet["questions"][story]) for story in stories]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _large_sheet(first: int) -> bytes:
    """500 rows of which 7 are bad, each in a way of its own; a year of its own makes each a question of its own."""
    # Other people each time: who is asked about again and again is held for the supervisor.
    asked = questions(2 * ROWS)[ROWS:] if first else questions(ROWS)
    rows: list[dict[str, Any]] = [{**_cells(one), "年份": 1990 + first + n % 10} for n, one in enumerate(asked)]
    number = "当事人身份证号"
    rows[1] = {**rows[0], "业务编号": "X-1"}
    rows[2][number] = rows[2][number][:17] + ("1" if rows[2][number][17] != "1" else "2")
    rows[3][number] = int(rows[3][number][:17] + "0")
    rows[4]["亲属是当事人的"] = "uncle"
    rows[5]["用途"] = ""
    rows[6]["办理事项"] = "mortgage"
    rows[7]["年份"] = 1066
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _upload(page: Page, words: dict[str, str], name: str, data: bytes) -> None:
    page.goto("/batches")
    page.click(f".hit:has-text('{words['item']}')")
    page.set_input_files("#f-file", {"name": name, "mimeType": "application/octet-stream", "buffer": data})
    page.click(f"text={words['read']}")


@pytest.mark.parametrize(("lang", "first"), [("zh", 0), ("en", 10)])
def test_five_hundred_rows_with_seven_bad_ones(home: Home, visit: Visit, lang: str, first: int) -> None:
    """Each bad row is named with its reason, the good ones are asked and answered while the page shows how far it is, also after
    a reload; the answers come as a sheet, and so do the bad rows.
    """
    words, page = SAID[lang], visit("bank3", lang)
    _upload(page, words, "五百行.xlsx", _large_sheet(first))
    tiles = page.locator(".tiles")
    expect(tiles).to_contain_text(str(ROWS - BAD))
    expect(tiles.locator(".alarm b")).to_have_text(str(BAD))
    told = page.locator("main table tbody")
    assert [cell for cell in told.locator("td:first-child").all_text_contents() if cell.strip()] == [str(n) for n in range(3, 10)]
    for reason in ("check", "twice", "text"):
        expect(told).to_contain_text(words[reason])
    page.click("form[action$=confirm] button")
    expect(page.locator("progress").first).to_be_visible()
    page.reload()
    expect(page.locator("[role=status]", has_text=words["done"])).to_be_visible(timeout=120_000)
    expect(page.locator("main")).to_contain_text(words["outcome"])
    answers = page.request.get(page.get_attribute("a[href$='results.xlsx']", "href") or "").body()
    lines = list(load_workbook(io.BytesIO(answers)).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert (len(lines), sum(bool(row[1]) for row in lines), sum(bool(row[10]) for row in lines)) == (ROWS, ROWS - BAD, BAD)
    bad = page.request.get(page.get_attribute("a[href$='bad-rows.xlsx']", "href") or "").body()
    assert len(list(load_workbook(io.BytesIO(bad)).worksheets[0].iter_rows(min_row=2))) == BAD


def test_what_was_asked_lately_gets_the_earlier_answer(home: Home, visit: Visit) -> None:
    """The preview says so; not asked again, the row leads to the case there was."""
    home.ask("kinship", "before-the-batch")
    page = visit("bank3", "en")
    _upload(page, SAID["en"], "ask.csv", _sheet(home, "kinship", "wrong_check_digit"))
    expect(page.locator(".tiles")).to_contain_text("1asked by your unit lately")
    page.click("text=Ask 1 good row")
    expect(page.locator(".note.good")).to_have_text("The good rows of the batch are being asked.")
    page.click("text=Look at the rows")
    expect(page.locator("main table")).to_contain_text("asked earlier")
    expect(page.locator("#watermark text").first).to_contain_text(home.sheet["accounts"]["bank3"]["name"])


def test_a_sheet_can_be_discarded(home: Home, visit: Visit) -> None:
    """Nothing of it is left, not even in the list."""
    page = visit("bank2", "en")
    _upload(page, SAID["en"], "discard-me.csv", _sheet(home, "kinship"))
    page.click("text=Discard this sheet")
    expect(page.locator(".note.good")).to_contain_text("discarded")
    expect(page.locator("main")).not_to_contain_text("discard-me.csv")


def test_a_file_that_is_no_sheet_is_told_beside_its_field(visit: Visit) -> None:
    """Nothing is kept of it."""
    page = visit("bank3", "zh")
    _upload(page, SAID["zh"], "a.xlsx", b"no sheet")
    expect(page.locator(".fault")).to_contain_text("文件中没有数据行。")
    expect(page.locator("h1")).to_contain_text("亲属关系核查")


def test_a_batch_is_sent_without_javascript(home: Home, visit: Visit) -> None:
    """Links, forms and a plain reload are enough."""
    page = visit("bank2", "zh", script=False)
    _upload(page, SAID["zh"], "plain.csv", _sheet(home, "withdrawn"))
    again = page.locator("[name=again]")
    if again.count():
        again.check()
    page.click("form[action$=confirm] button")
    expect(page.locator("progress").first).to_be_visible()
