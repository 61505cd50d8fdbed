"""Batches: bad rows told, good rows kept aside until confirmed, and nothing asked twice whatever breaks off."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import Session, col, func, select, update

from access.accounts import Account
from broker.outbox import piled_up
from cases.case import Case
from cases.grants.grants import Grant
from cases.question import Question
from cases.trail.trail import Trail
from requesters.ask.submit import OWN_KEYS, Submission, submit
from requesters.batches import batch_runs, batches, batches_api
from requesters.batches.batch_runs import confirm_batch
from requesters.batches.batches import Batch, BatchRow, Sender, forget_unconfirmed
from storage.database import Database
from storage.problem import Problem
from storage.sheets.cells import AS_TEXT
from tests.kinds import once
from tests.routes import FATHER, RULEBOOK, SON, Doors, kinship, later, open_doors
from tests.sheets import csv, xlsx
from web.languages import say

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HEADER = ["办理事项", "用途", "业务编号", "当事人姓名", "当事人身份证号", "亲属姓名", "亲属身份证号", "亲属是当事人的"]
ROLES = ["father", "mother", "son", "daughter", "spouse", "sibling", "grandparent", "grandchild"]


def row(n: int, **changed: Any) -> list[Any]:
    cells = {"matter": "close_relative_card", "purpose": "销卡", "reference": f"B-{n}", "name": "吴一", "id": SON, "other": "吴大"}
    return list({**cells, "other_id": FATHER, "relation": ROLES[n % 8], **changed}.values())


@pytest.fixture
def doors(database: Database) -> Doors:
    return open_doors(database, NOW, [batches_api.router])


def upload(doors: Doors, data: bytes, who: str = "asker", item: str = "kinship") -> Any:
    return doors.client(who).post("/api/v1/batches", data={"item": item}, files={"file": ("q.xlsx", data)})


def cases_in(doors: Doors) -> list[str]:
    with doors.database.read() as session:
        return list(session.exec(select(Case.reference).order_by(Case.reference)))


def test_a_row_says_which_document_and_one_that_is_wrong_is_refused_alone(doors: Doors) -> None:
    """Resident cards need nothing more; a number of another document is of the kind that stands in its row."""
    header = [*HEADER, "亲属证件种类", "亲属签发国家", "亲属其他文字姓名"]
    rows = [
        [*row(0), None, None, None],
        [*row(1, other="TREMBLAY", other_id="ＡＢ 123456"), "护照", "加拿大", "马丽"],
        [*row(2, other="TREMBLAY", other_id="AB123456"), None, None, None],
        [*row(3, other="TREMBLAY", other_id="AB123456"), "passport", None, None],
        [*row(4, other_id="933124198607150043"), "permanent_residence_card", None, None],
        [*row(5, other_id=123456789.0), "护照", "USA", None],
        [*row(6, other_id="AB123456"), "驾驶证", None, None],
        [*row(7, other_id="H1234567801"), "港澳居民来往内地通行证", "", ""],
    ]
    told = upload(doors, xlsx({"s": [header, *rows]})).json()

    assert (told["good"], told["bad"]) == (3, 5)
    assert {error["row"]: error["field"] for error in told["errors"]} == {
        4: "subjects.relative.id_number", 5: "subjects.relative.document.country", 6: "subjects.relative.document.number",
        7: "subjects.relative.id_number", 8: "subjects.relative.document.kind",
    }  # fmt: skip
    assert "AB123456" not in str(told)


def test_bad_rows_are_told_and_good_ones_wait_for_the_word(doors: Doors) -> None:
    """DESIGN section 7: a spreadsheet with numeric ID cells is refused by row, the good rows kept aside until confirmed."""
    bad = [row(4, id=3.30725196205140e17), row(5, id="330725196205140016"), row(6, relation="uncle"), row(0), row(7, purpose=None)]
    told = upload(doors, xlsx({"s": [HEADER, row(0), row(1), *bad]})).json()
    errors = [(e["row"], e["field"], e["code"]) for e in told["errors"]]

    assert (told["good"], told["bad"], told["asked"], cases_in(doors)) == (2, 5, 0, [])
    assert errors == [
        (4, "subjects.person.id_number", "bad_cell"), (5, "subjects.person.id_number", "id_number_check_digit"),
        (6, "details.relation", "bad_cell"), (7, "", "asked_twice"), (8, "purpose", "bad_cell"),
    ]  # fmt: skip
    assert "Format the column as text" in told["errors"][0]["message"]
    assert SON not in str(told["errors"])

    done = doors.client("asker").post(f"/api/v1/batches/{told['id']}/confirm").json()
    assert (done["asked"], done["bad"], done["states"], cases_in(doors)) == (2, 5, {"asked": 2}, ["B-0", "B-1"])


def test_a_clerk_of_the_bank_is_told_in_their_language(doors: Doors) -> None:
    """DESIGN section 7: a clear error in the person's language, and nothing lost."""
    with doors.database.write() as session:
        session.get_one(Account, "asker").locale = "zh"
    told = upload(doors, xlsx({"s": [HEADER, row(0, id=3.30725196205140e17), row(1, id="330725196205140016"), row(2)]})).json()

    assert [(e["row"], e["message"]) for e in told["errors"]] == [
        (2, say("zh", AS_TEXT)),
        (3, say("zh", "The check digit of this ID number is wrong. Compare it with the card.")),
    ]
    assert "文本" in told["errors"][0]["message"]
    assert told["good"] == 1


@pytest.mark.parametrize("number", ["330725620514001", "３３０７２５１９６２０５１４００１５"])
def test_old_and_full_width_numbers_are_taken(doors: Doors, number: str) -> None:
    """DESIGN section 7: 15-digit numbers are bridged, full-width digits normalised."""
    made = upload(doors, csv([HEADER, row(0, id=number)], "gbk")).json()
    doors.client("asker").post(f"/api/v1/batches/{made['id']}/confirm")
    with doors.database.read() as session:
        assert session.exec(select(Case)).one().subjects["person"].id_number == SON


def test_outside_a_grant_every_row_is_refused(doors: Doors) -> None:
    """DESIGN section 7: an item without grant, a matter that does not allow the item."""
    rows = [row(0, matter="inheritance"), row(1, matter="enterprise_register")]
    told = upload(doors, xlsx({"s": [HEADER, *rows]})).json()

    assert [(e["row"], e["field"], e["code"]) for e in told["errors"]] == [(2, "item", "not_granted"), (3, "matter", "bad_cell")]
    confirmed = doors.client("asker").post(f"/api/v1/batches/{told['id']}/confirm")
    assert (confirmed.status_code, confirmed.json()["errors"][0]["code"]) == (409, "nothing_good")


class Crash(Exception):
    """The process dies."""


def test_a_half_written_batch_is_finished_by_a_second_word(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    """DESIGN section 7: a half-written batch. The process dies in the second chunk: the first stays, the second is rolled back."""
    monkeypatch.setattr(batch_runs, "CHUNK", 2)  # several chunks of few rows
    made = upload(doors, xlsx({"s": [HEADER, *(row(n) for n in range(5))]})).json()
    opened = iter(range(100))

    @contextmanager
    def dying() -> Iterator[Session]:
        with doors.database.write() as session:
            yield session
            if next(opened) == 2:
                raise Crash

    with pytest.raises(Crash):
        confirm_batch(dying, made["id"], Sender("bank", "asker"), NOW, RULEBOOK)
    assert len(cases_in(doors)) == 2

    client = doors.client("asker")
    half = client.get(f"/api/v1/batches/{made['id']}").json()
    done = [client.post(f"/api/v1/batches/{made['id']}/confirm").json() for _ in range(2)]
    with doors.database.read() as session:
        letters = piled_up(session)

    assert (half["asked"], half["waiting"]) == (2, 3)
    assert [(d["asked"], d["waiting"], d["states"]) for d in done] == [(5, 0, {"asked": 5})] * 2
    assert (cases_in(doors), letters) == ([f"B-{n}" for n in range(5)], 5)


def test_a_row_whose_grant_ended_meanwhile_is_refused_and_told(doors: Doors) -> None:
    made = upload(doors, xlsx({"s": [HEADER, row(0)]})).json()
    with doors.database.write() as session:
        session.connection().execute(update(Grant).values(until=NOW.date() - timedelta(days=1)))
    done = doors.client("asker").post(f"/api/v1/batches/{made['id']}/confirm").json()

    assert (done["asked"], done["bad"], done["errors"][0]["code"], cases_in(doors)) == (0, 1, "not_granted", [])


@pytest.mark.parametrize("sign", ["batch:", OWN_KEYS])
def test_no_key_that_somebody_sends_takes_a_row_of_a_batch(doors: Doors, sign: str) -> None:
    """A colleague knows the batch's number; header, form and letter take keys of their own choice."""
    made = upload(doors, xlsx({"s": [HEADER, row(0)]})).json()
    other = Submission(Question.model_validate(kinship(reference="B-99")), "bank", "asker", f"{sign}{made['id']}:2")
    with doors.database.write() as session:
        sent = submit(session, [other], NOW, RULEBOOK)[0]
    done = doors.client("asker").post(f"/api/v1/batches/{made['id']}/confirm").json()

    assert isinstance(sent, Problem) == (sign == OWN_KEYS), "refused by name"
    assert (done["asked"], done["errors"]) == (1, [])


def test_nobody_of_another_unit_sees_a_batch(doors: Doors) -> None:
    made = upload(doors, xlsx({"s": [HEADER, row(0)]})).json()
    paths = [f"/api/v1/batches/{made['id']}", f"/api/v1/batches/{made['id']}/results.xlsx"]

    assert [doors.client("other").get(path).status_code for path in paths] == [404, 404]
    assert doors.client("other").post(f"{paths[0]}/confirm").status_code == 404
    assert doors.client("clerk").get(paths[0]).status_code == 403
    assert doors.client("supervisor").get(paths[0]).status_code == 200


def test_rows_that_are_no_cases_leave_a_line_in_the_sheet_of_answers_too(doors: Doors) -> None:
    made = upload(doors, xlsx({"s": [HEADER, row(0, id="x"), row(1, id="y"), row(2)]})).json()
    for who in ("asker", "supervisor"):  # the supervisor, of another unit, is shown nobody of them
        doors.client(who).get(f"/api/v1/batches/{made['id']}/results.xlsx")
    with doors.database.read() as session:
        lines = [(line.who, line.details["rows"]) for line in session.exec(select(Trail).where(col(Trail.action) == "batch_rows"))]

    assert lines == [("asker", 3)]


def test_the_answers_come_as_a_sheet_in_which_nothing_is_a_formula(doors: Doors) -> None:
    made = upload(doors, xlsx({"s": [HEADER, row(0, name="@SUM(A1)", reference="+19"), row(1, id="x")]})).json()
    doors.client("asker").post(f"/api/v1/batches/{made['id']}/confirm")
    finding = {"outcome": "confirmed", "source": "record", "words": '=HYPERLINK("http://x")\x07', "evidence": {}}
    answer = {"state": "answered", "outcome": "confirmed", "source": "record", "answered_at": NOW, "finding": finding}
    with doors.database.write() as session:
        for case in session.exec(select(Case)).all():
            case.sqlmodel_update(answer)
    fetched = doors.client("asker").get(f"/api/v1/batches/{made['id']}/results.xlsx")
    sheet = load_workbook(io.BytesIO(fetched.content)).worksheets[0]
    first, second = (list(cells) for cells in sheet.iter_rows(min_row=2))
    progress = doors.client("asker").get(f"/api/v1/batches/{made['id']}").json()

    assert "f" not in {cell.data_type for cell in [*first, *second]}
    assert [first[2].value, first[3].value, first[8].value] == ["+19", "@SUM(A1)、吴大", '=HYPERLINK("http://x")']
    assert [first[5].value, first[7].value] == ["True: by the registers the relative is the person's father", "A"]
    assert (second[0].value, bool(second[11].value)) == (3, True)
    assert (progress["states"], progress["outcomes"], progress["statements"]) == ({"answered": 1}, {"confirmed": 1}, {})


def test_contacts_statements_are_counted_apart(doors: Doors) -> None:
    """What a contact says is for reference, also where answers are only counted."""
    made = upload(doors, xlsx({"s": [HEADER, row(0), row(1)]})).json()
    doors.client("asker").post(f"/api/v1/batches/{made['id']}/confirm")
    with doors.database.write() as session:
        for case, source in zip(session.exec(select(Case)).all(), ("record", "community"), strict=True):
            finding = {"outcome": "confirmed", "source": source, "words": "", "evidence": {}}
            case.sqlmodel_update({"state": "answered", "outcome": "confirmed", "source": source, "finding": finding})
    progress = doors.client("asker").get(f"/api/v1/batches/{made['id']}").json()

    assert (progress["outcomes"], progress["statements"]) == ({"confirmed": 2}, {"confirmed": 1})


def test_the_empty_sheet_of_an_item_is_what_can_be_uploaded(doors: Doors) -> None:
    blank = doors.client("asker").get("/api/v1/items/kinship/batch-template.xlsx")
    book = load_workbook(io.BytesIO(blank.content))
    sheet = book.worksheets[0]
    heads = [str(cell.value).rstrip("*") for cell in sheet[1]]
    sheet.append([dict(zip(heads, [*row(0), *[None] * (len(heads) - len(row(0)))], strict=True))[head] for head in heads])
    kept = io.BytesIO()
    book.save(kept)

    assert {sheet.column_dimensions[cell.column_letter].number_format for cell in sheet[1]} == {"@"}
    assert upload(doors, kept.getvalue()).json()["good"] == 1
    assert doors.client("asker").get("/api/v1/items/magic/batch-template.xlsx").status_code == 422


@once
@pytest.mark.parametrize(
    ("data", "field"),
    [(b"", "file"), (csv([HEADER]), "file"), (csv([HEADER[1:], ["x"] * 7]), "rows.1.matter"), (csv([["x"], ["y"]]), "rows.1")],
)
def test_a_sheet_that_cannot_be_read_is_refused_whole(doors: Doors, data: bytes, field: str) -> None:
    told = upload(doors, data)

    assert (told.status_code, told.json()["errors"][0]["field"]) == (422, field)


def test_what_nobody_confirms_is_forgotten(doors: Doors) -> None:
    kept, stale = (upload(doors, xlsx({"s": [HEADER, row(0)]})).json()["id"] for _ in range(2))
    doors.client("asker").post(f"/api/v1/batches/{kept}/confirm")
    with doors.database.write() as session:
        gone = forget_unconfirmed(session, later(doors, days=8))
    with doors.database.read() as session:
        rows = session.exec(select(func.count()).select_from(BatchRow)).one()
        questions = session.exec(select(BatchRow.question).where(col(BatchRow.question).is_not(None))).all()

        assert (gone, rows, session.get(Batch, stale), list(questions)) == (1, 1, None, [])


def test_a_unit_has_room_for_so_many_batches_without_a_yes(doors: Doors) -> None:
    sheet = xlsx({"s": [HEADER, row(0)]})
    first = upload(doors, sheet).json()["id"]
    waiting = {"unit": "bank", "item": "kinship", "made_by": "asker", "made_at": NOW}
    with doors.database.write() as session:
        session.add_all(Batch(id=f"b{n}", **waiting) for n in range(batches.MOST_UNCONFIRMED - 1))
    refused = upload(doors, sheet)
    assert (refused.status_code, [one["code"] for one in refused.json()["errors"]]) == (409, ["too_many_waiting"])
    assert doors.client("asker").post(f"/api/v1/batches/{first}/confirm").status_code == 200
    assert upload(doors, sheet).status_code == 201
