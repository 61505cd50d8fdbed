"""Every row of an uploaded sheet is told as one thing: asked, refused or left out; whatever was not read is told by name."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from requesters.batches import batch_uploads, batches_api, row_lists
from storage.database import Database
from storage.sheets import files, rows, table
from tests.kinds import once
from tests.rooms.requesters.test_batches import HEADER, row
from tests.routes import Doors, open_doors
from tests.sheets import csv
from web.languages import say

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NOTES = [["说明"], ["请逐行填写"], ["一行一个问题"]]
WAYS = {
    "good": lambda n: row(n),
    "hidden": lambda n: row(n),
    "error": lambda n: row(n, name="#N/A"),
    "number": lambda n: row(n, reference=n),
    "formula": lambda n: row(n, purpose="=1+1"),
    "check digit": lambda n: row(n, id="330725196205140016"),
    "twice": lambda n: row(0, reference=f"B-{n}"),
    "beside": lambda n: [*row(n), None, "?"],
    "blank": lambda n: [None],
}


def workbook(ways: list[str], state: str = "visible", **more: list[list[Any]]) -> bytes:
    """A sheet of a row for each of these ways, and further sheets; one called hidden... is hidden."""
    kept, made = io.BytesIO(), Workbook()
    first = made.worksheets[0]
    first.title, first.sheet_state = "提问", state
    for number, cells in enumerate([HEADER, *(WAYS[way](n) for n, way in enumerate(ways, 1))], 1):
        for place, value in enumerate(cells, 1):
            first.cell(number, place, value)
        first.row_dimensions[number].hidden = number > 1 and ways[number - 2] == "hidden"
    for name, lines in more.items():
        sheet = made.create_sheet(name)
        sheet.sheet_state = "hidden" if name.startswith("hidden") else "visible"
        for line in lines:
            sheet.append(line)
    made.save(kept)
    return kept.getvalue()


@pytest.fixture
def doors(database: Database) -> Doors:
    return open_doors(database, NOW, [batches_api.router])


def upload(doors: Doors, data: bytes) -> Any:
    return doors.client("asker").post("/api/v1/batches", data={"item": "kinship"}, files={"file": ("q.xlsx", data)})


def agrees(told: dict[str, Any]) -> bool:
    return bool(told["rows"] == told["waiting"] + told["asked"] + told["bad"] + told["left_out"])


@once
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ways=st.lists(st.sampled_from(sorted(WAYS)), min_size=1, max_size=12).filter(lambda ways: set(ways) != {"blank"}))
def test_the_sums_always_agree(doors: Doors, ways: list[str]) -> None:
    """Rows in the file = asked + refused + left out, before and after the word, and each list names its rows."""
    there = [number for number, way in enumerate(ways, 2) if way != "blank"]
    hidden = [number for number, way in enumerate(ways, 2) if way == "hidden"]
    told = upload(doors, workbook(ways)).json()
    refused = sorted({error["row"] for error in told["errors"]})

    assert (told["rows"], agrees(told)) == (len(there), True)
    assert [one["row"] for one in told["left_out_rows"]] == hidden
    assert (told["left_out"], told["bad"], told["waiting"]) == (len(hidden), len(refused), len(there) - len(hidden) - len(refused))
    assert not set(refused) & set(hidden)
    if told["waiting"]:
        done = doors.client("asker").post(f"/api/v1/batches/{told['id']}/confirm").json()
        assert (done["rows"], agrees(done), done["waiting"], done["asked"]) == (len(there), True, 0, told["waiting"])


@once
def test_hidden_rows_are_told_in_the_answers_too_and_never_asked(doors: Doors) -> None:
    made = upload(doors, workbook(["good", "hidden", "good"])).json()
    client = doors.client("asker")
    client.post(f"/api/v1/batches/{made['id']}/confirm")
    results = load_workbook(io.BytesIO(client.get(f"/api/v1/batches/{made['id']}/results.xlsx").content)).worksheets[0]

    assert [(cells[0], bool(cells[1]), cells[11] or "") for cells in results.iter_rows(min_row=2, values_only=True)] == [
        (2, True, ""),
        (3, False, say("en", rows.HIDDEN_ROW)),
        (4, True, ""),
    ]


@once
def test_an_error_as_a_name_is_not_asked(doors: Doors) -> None:
    """`#N/A` as a name was once answered: a criminal record was found."""
    told = upload(doors, csv([HEADER, row(0, name="#N/A"), row(1)])).json()

    assert [(e["row"], e["field"], e["message"]) for e in told["errors"]] == [
        (2, "subjects.person.name", say("en", table.ERROR, error="#N/A"))
    ]


@once
def test_a_sheet_beside_it_with_other_headings_is_told_by_name(doors: Doors) -> None:
    told = upload(doors, workbook(["good"], 说明=NOTES, hidden_list=NOTES)).json()

    assert (told["rows"], told["sheets_not_read"]) == (
        1,
        [{"name": "说明", "why": "other"}, {"name": "hidden_list", "why": "hidden"}],
    )


@once
def test_several_sheets_of_questions_are_refused_by_name(doors: Doors) -> None:
    told = upload(doors, workbook(["good"], 第二批=[HEADER, row(5)], 说明=NOTES)).json()

    assert [(e["field"], e["message"]) for e in told["errors"]] == [
        ("file", say("en", batch_uploads.SEVERAL, sheets="提问, 第二批")),
    ]


@once
def test_sheets_of_which_none_fits_are_refused_by_name(doors: Doors) -> None:
    kept, made = io.BytesIO(), Workbook()
    for name in ("甲", "乙"):
        sheet = made.create_sheet(name)
        for line in NOTES:
            sheet.append(line)
    made.save(kept)

    assert upload(doors, kept.getvalue()).json()["errors"][0]["message"] == say("en", batch_uploads.SEVERAL, sheets="甲, 乙")


@once
@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_only_a_hidden_sheet_is_told_as_such(doors: Doors, state: str) -> None:
    told = upload(doors, workbook(["good"], state, empty=[])).json()

    assert told["errors"][0]["message"] == say("en", files.ONLY_HIDDEN, sheets="提问")


@once
def test_a_long_list_says_how_many_follow_and_goes_on_after_a_row(doors: Doors) -> None:
    made = upload(doors, workbook(["error", "hidden"] * 6)).json()
    with doors.database.read() as session:
        first, more = row_lists.bad_rows(session, made["id"], 4)
        rest, none = row_lists.bad_rows(session, made["id"], 4, first[-1].row)
    after = doors.client("asker").get(f"/api/v1/batches/{made['id']}?after=9").json()

    assert ([one.row for one in first], more, [one.row for one in rest], none) == ([2, 4, 6, 8], 2, [10, 12], 0)
    assert ([e["row"] for e in after["errors"]], [one["row"] for one in after["left_out_rows"]]) == ([10, 12], [11, 13])
    assert (after["bad"], after["left_out"], after["errors_more"], after["left_out_more"]) == (6, 6, 0, 0)


@once
def test_the_sheet_of_bad_rows_holds_no_error_of_the_office_program(doors: Doors) -> None:
    made = upload(doors, workbook(["error", "formula"])).json()
    fetched = doors.client("asker").get(f"/api/v1/batches/{made['id']}/bad-rows.xlsx").content
    cells = [cell for line in load_workbook(io.BytesIO(fetched)).worksheets[0].iter_rows(min_row=2) for cell in line]

    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert "#N/A" not in {cell.value for cell in cells}


@once
def test_a_bad_row_names_its_column_and_its_person(doors: Doors) -> None:
    """Among a thousand rows the number of the row alone tells nobody who must be asked again."""
    made = upload(doors, csv([HEADER, row(0), row(1, id="330725196205140016")])).json()
    client = doors.client("asker")
    client.post(f"/api/v1/batches/{made['id']}/confirm")
    results, bad = (
        load_workbook(io.BytesIO(client.get(f"/api/v1/batches/{made['id']}/{name}.xlsx").content)).worksheets[0]
        for name in ("results", "bad-rows")
    )
    _, wrong = results.iter_rows(min_row=2, values_only=True)
    (typed,) = bad.iter_rows(min_row=2, values_only=True)

    assert (wrong[2], wrong[3]) == ("B-1", "吴一、吴大")
    assert str(wrong[11]).startswith("Person: ID number: ")
    assert wrong[11] in typed
