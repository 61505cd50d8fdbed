"""Pages about uploaded sheets: one line accounts for every row, and what was not read stands there by name, in both languages."""

import re
from collections.abc import Iterator

import pytest
from openpyxl import Workbook

from contacts.roster import roster_imports
from storage.sheets import files, rows
from tests.hostile.ground import AREA, BATCH_HEADER, CONTACT_HEADER, Ground, open_ground
from tests.hostile.wire import Reply, form, multipart
from tests.rooms.requesters.test_batch_accounts import NOTES, workbook
from tests.sheets import saved
from web.languages import say

LANGUAGES = ["zh", "en"]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with open_ground(tmp_path_factory.mktemp("sheets")) as ground:
        yield ground


def page(ground: Ground, who: str, path: str, language: str) -> Reply:
    headers = ground.headers(who)
    return ground.wire.send("GET", path, {**headers, "cookie": headers["cookie"].replace("lang=en", f"lang={language}")}, b"")


def figures(text: str) -> list[int]:
    """The numbers in the line that accounts for the rows."""
    found = re.search(r'id="accounts">(.*?)</p>', text, re.DOTALL)
    assert found is not None
    return [int(number) for number in re.findall(r"\d+", re.sub(r"<[^>]*>", "", found[1]))]


def roster_book(**hidden: list[str]) -> bytes:
    """A workbook of three contacts, one row of them hidden and one wrong, and hidden sheets of these names."""
    made = Workbook()
    first = made.worksheets[0]
    first.title = "contacts"
    for line in (CONTACT_HEADER, [AREA, "钱甲", "member", "", "3"], [AREA, "钱乙", "member", "", "4"]):
        first.append(line)
    first.row_dimensions[3].hidden = True
    for name, line in hidden.items():
        made.create_sheet(name).append(line)
        made[name].sheet_state = "veryHidden"
    return saved(made)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_batch_accounts_for_every_row_before_and_after_the_word(ground: Ground, language: str) -> None:
    ways = ["good", "hidden", "error", "good", "blank", "twice", "hidden"]
    made = ground.send("asker", "POST", "/batches", multipart({"item": "kinship"}, "q.xlsx", workbook(ways, 说明=NOTES)))
    place = made.header("location")
    before = page(ground, "asker", place, language).text
    ground.send("asker", "POST", f"{place}/confirm", form({"again": "yes"}))
    ground.send("asker", "POST", f"/api/v1{place}/confirm")
    after = page(ground, "asker", place, language).text
    left = page(ground, "asker", f"{place}/rows?show=left_out", language).text

    assert [sum(figures(text)[1:]) for text in (before, after)] == [6, 6]
    assert (figures(before)[0], figures(after)[0]) == (6, 6)
    assert [text.count(say(language, rows.HIDDEN_ROW)) for text in (before, after, left)] == [2, 2, 2]
    assert "说明" in before
    assert say(language, "its headings are not those of these questions") in before


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_roster_sheet_accounts_for_every_row(ground: Ground, language: str) -> None:
    made = ground.send("keeper", "POST", "/roster/import", multipart({}, "r.xlsx", roster_book(旧名单=["x"])))
    place = made.header("location")
    shown = page(ground, "keeper", place, language).text
    left = page(ground, "keeper", f"{place}?what=left_out", language).text

    assert (figures(shown)[0], sum(figures(shown)[1:])) == (2, 2)
    assert "旧名单" in shown
    assert say(language, rows.HIDDEN_ROW) in left


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_stands_in_a_hidden_row_is_not_taken_off_by_a_complete_sheet(ground: Ground, language: str) -> None:
    """Filtered rows are in the file, only nobody sees them: a complete sheet without them would remove these people."""
    upload = multipart({"complete": "true"}, "r.xlsx", roster_book(旧名单=["x"]))
    place = ground.send("keeper", "POST", "/roster/import", upload).header("location")
    shown = page(ground, "keeper", place, language).text

    assert say(language, rows.HIDDEN_ROW) in shown
    assert say(language, roster_imports.HIDDEN_SHEET) in shown
    assert (figures(shown)[0], sum(figures(shown)[1:])) == (2, 2)
    assert ground.send("keeper", "POST", f"{place}/take").status == 409


@pytest.mark.parametrize("where", [("asker", "/batches"), ("keeper", "/roster/import")], ids=str)
def test_a_workbook_with_nothing_but_a_hidden_sheet_is_told_beside_the_form(ground: Ground, where: tuple[str, str]) -> None:
    made = Workbook()
    made.worksheets[0].title = "空"
    made.create_sheet("旧名单").append(BATCH_HEADER)
    made["旧名单"].sheet_state = "hidden"
    told = ground.send(where[0], "POST", where[1], multipart({"item": "kinship"}, "x.xlsx", saved(made)))

    assert say("en", files.ONLY_HIDDEN, sheets="旧名单") in told.text
