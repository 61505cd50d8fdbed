"""Sheets of bundles: one row a person, joined by customer; bad rows are named, a sheet sent again asks nothing twice."""

import ast
import io
import time
from collections.abc import Sequence
from functools import cache
from typing import Any

import openpyxl
import pytest

from requesters.bundles.bundle_sheets import bundle_sheet_kind
from tests.kinds import once
from tests.rooms.cases.bundles.family import id_number
from tests.rooms.requesters.bundles.bank import MATTER, Bank
from tests.routes import CATALOGUE, RULEBOOK
from tests.sheets import xlsx

HEADER = [
    "客户号",
    "角色",
    "姓名或名称",
    "身份证号",
    "证件种类",
    "签发国家",
    "其他文字姓名",
    "被继承人（已故存款人）：所述死亡日期",
    "继承人：是被继承人的",
    "用途",
    "业务编号",
]
Cells = Sequence[Any]


def dead(customer: str, place: int, name: str = "吴大", **change: Any) -> list[Any]:
    told = {
        "day": "2026-01-05",
        "relation": "",
        "purpose": "小额存款",
        "reference": f"S-{customer}",
        "role": "被继承人（已故存款人）",
    } | change
    whole = [told["day"], told["relation"], told["purpose"], told["reference"]]
    return [customer, told["role"], name, id_number(place), "", "", "", *whole]


def heir(customer: str, place: int, relation: str = "儿子") -> list[Any]:
    return [customer, "继承人", f"吴{chr(0x4E00 + place)}", id_number(place), "", "", "", "", relation, "", ""]


@cache
def book(rows: str) -> bytes:
    """The file of these rows; the same ones give the same file, in which the second stands when it was written."""
    return xlsx({"s": ast.literal_eval(rows)})


def send(bank: Bank, rows: Sequence[Cells], **data: str) -> dict[str, Any]:
    file = {"file": ("b.xlsx", book(repr([HEADER, *rows])))}
    reply = bank.doors.client("asker").post("/api/v1/bundles/sheets", data={"kind": MATTER, **data}, files=file)
    assert reply.status_code == 200, reply.text
    told: dict[str, Any] = reply.json()
    return told


GOOD = [dead("7", 0), heir("7", 1), heir("8", 4), dead("8", 3), heir("7", 2)]


@once
def test_rows_of_a_customer_are_one_bundle_and_a_sheet_sent_again_asks_nothing_twice(bank: Bank) -> None:
    checked = send(bank, GOOD)
    assert (checked["customers"], checked["good"], checked["asked"], checked["errors"]) == (2, 2, 0, [])
    first, again = (send(bank, GOOD, ask="true") for _ in range(2))

    assert first["bundles"] == again["bundles"]
    assert bank.rows()["bundle"] == 2
    listed = bank.doors.client("asker").get(f"/api/v1/bundles?sheet={first['sheet']}").json()["bundles"]
    assert {one["number"] for one in listed} == {one["bundle"] for one in first["bundles"]}
    seventh = bank.read(next(one["bundle"] for one in first["bundles"] if one["customer"] == "7"))
    assert [len(seventh.people[role]) for role in ("deceased", "heir")] == [1, 2]
    assert (seventh.bundle.reference, seventh.people["deceased"][0].details) == ("S-7", {"died_on": "2026-01-05"})


@once
def test_an_heir_may_have_another_document(bank: Bank) -> None:
    """A Hong Kong heir by a travel permit; a number that is none of this document is told in the row."""
    abroad = heir("7", 1)
    abroad[2:5] = ["陈大文", "H12345678", "港澳居民来往内地通行证"]
    told = send(bank, [dead("7", 0), abroad], ask="true")
    abroad[3] = "X1"
    wrong = send(bank, [dead("8", 2), ["8", *abroad[1:]]])

    document = bank.read(told["bundles"][0]["bundle"]).people["heir"][0].document
    assert document is not None
    assert (document.kind, document.number) == ("hk_macao_travel_permit", "H12345678")
    assert [(error["row"], error["field"].rpartition(".")[0]) for error in wrong["errors"]] == [(3, "people.heir.0.document")]


@once
@pytest.mark.parametrize(
    ("rows", "row", "field", "code"),
    [
        ([dead("7", 0), heir("7", 1), dead("8", 3)], 4, "people.heir", "missing"),
        ([dead("7", 0), heir("7", 1), dead("8", 3), heir("8", 3)], 5, "people.heir.0.id_number", "same_person"),
        ([dead("7", 0), heir("7", 1), dead("8", 3), heir("8", 4, "姑妈")], 5, "details.heir.relation", "bad_cell"),
        ([dead("7", 0), heir("7", 1), dead("8", 3, relation="儿子"), heir("8", 4)], 4, "details.heir.relation", "unknown_field"),
        ([dead("7", 0), heir("7", 1), dead("8", 3), [*heir("8", 4)[:9], "别的", ""]], 5, "purpose", "other_words"),
        ([dead("7", 0), heir("7", 1), dead("8", 3, reference=""), heir("8", 4)], 4, "reference", "missing"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_asked_unless_it_is_to_be_skipped(
    bank: Bank, rows: Sequence[Cells], row: int, field: str, code: str
) -> None:
    stopped = send(bank, rows, ask="true")
    assert (row, field, code) in [(error["row"], error["field"], error["code"]) for error in stopped["errors"]]
    assert (stopped["asked"], bank.rows()["cases"], bool(stopped["note"])) == (0, 0, True)
    skipped = send(bank, rows, ask="true", skip_bad="true")

    assert [one["customer"] for one in skipped["bundles"]] == ["7"]


@once
def test_no_customer_is_asked_without_one_of_its_rows(bank: Bank) -> None:
    """A heir in a row that cannot be read would be left out, and "every named heir" be said of the others."""
    unread = send(bank, [*GOOD, heir("7", 5, "姑妈")], ask="true", skip_bad="true")
    assert [one["customer"] for one in unread["bundles"]] == ["8"]
    assert [(one["row"], one["customer"]) for one in unread["errors"]] == [(7, "7")]


@once
@pytest.mark.parametrize("how", ["no customer", "hidden"])
def test_where_a_row_may_be_anybodys_nobody_is_asked(bank: Bank, how: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx({"s": [HEADER, *GOOD, heir("7" if how == "hidden" else "", 5)]})))
    book.active.row_dimensions[7].hidden = how == "hidden"
    book.save(file := io.BytesIO())
    data = {"kind": MATTER, "ask": "true", "skip_bad": "true"}
    reply = bank.doors.client("asker").post("/api/v1/bundles/sheets", data=data, files={"file": ("b.xlsx", file.getvalue())}).json()

    assert (reply["asked"], bank.rows()["bundle"], bool(reply["note"])) == (0, 0, True)
    assert [(one["row"], one["customer"]) for one in reply["errors"]] == [(7, None)]


@once
def test_the_empty_sheet_has_every_column(bank: Bank) -> None:
    reply = bank.doors.client("asker").get(f"/api/v1/bundles/kinds/{MATTER}/sheet.xlsx")
    book, kind = openpyxl.load_workbook(io.BytesIO(reply.content)), bundle_sheet_kind(RULEBOOK.bundles[MATTER], CATALOGUE)

    assert [cell.value.rstrip("*") for cell in book.worksheets[0][1]] == [column.en for column in kind.columns]
    assert [column.zh for column in kind.columns] == HEADER


@once
def test_a_thousand_bundles_from_a_sheet(bank: Bank, record_property: Any) -> None:
    """Each customer another family: 1,000 bundles of two questions."""
    rows = [line for n in range(1000) for line in (dead(f"{n}", 2 * n, f"李{chr(0x4E00 + n)}"), heir(f"{n}", 2 * n + 1))]
    start = time.monotonic()
    told = send(bank, rows, ask="true")
    took = time.monotonic() - start

    record_property("seconds", took)
    print(f"1,000 bundles from a sheet: {took:.1f} s")
    assert (told["asked"], told["errors"]) == (1000, [])
    assert bank.rows()["cases"] == 2000
