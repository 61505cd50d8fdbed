"""Many questions at once, in the browser."""

import csv
import io

from playwright.sync_api import expect

from tests.browser.conftest import Home, Visit

HEADS = {"person": "当事人", "relative": "亲属", "name": "姓名", "id_number": "身份证号", "matter": "办理事项", "purpose": "用途",
         "reference": "业务编号"}  # fmt: skip


def _sheet(home: Home, *stories: str) -> bytes:
    """A CSV with a row for each story's question."""
    rows = []
    for story in stories:
        question = home.sheet["questions"][story]
        people = {HEADS[role] + HEADS[field]: one[field] for role, one in question["subjects"].items() for field in one}
        plain = {HEADS[name]: question[name] for name in ("matter", "purpose", "reference")}
        rows.append({**people, "亲属是当事人的": question["details"]["relation"], **plain})
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def test_a_sheet_is_read_looked_at_and_confirmed(home: Home, visit: Visit) -> None:
    """The bad row is named with its reason; the good one waits for the confirmation, then it is asked."""
    page = visit("bank3", "en")
    page.goto("/batches")
    page.select_option("#f-item", "kinship")
    file = {"name": "ask.csv", "mimeType": "text/csv", "buffer": _sheet(home, "kinship", "wrong_check_digit")}
    page.set_input_files("#f-file", file)  # type: ignore[arg-type]
    page.click("text=Read the sheet")
    expect(page.locator("main table")).to_contain_text("The check digit of this ID number is wrong.")
    page.click("text=Ask 1 good row")
    expect(page.locator(".note.good")).to_have_text("The good rows of the batch were asked.")
    expect(page.locator(".tiles")).to_contain_text("1asked")
    page.goto("/cases?mine=1")
    expect(page.locator("table")).to_contain_text(home.sheet["questions"]["kinship"]["reference"])


def test_a_file_that_is_no_sheet_is_told_beside_its_field(visit: Visit) -> None:
    """Nothing is kept of it."""
    page = visit("bank3", "zh")
    page.goto("/batches")
    page.select_option("#f-item", "kinship")
    page.set_input_files("#f-file", {"name": "a.xlsx", "mimeType": "text/plain", "buffer": b"no sheet"})
    page.click("text=读取表格")
    expect(page.locator(".fault")).to_contain_text("文件中没有数据行。")
    assert page.input_value("#f-item") == "kinship"
