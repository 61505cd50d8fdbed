"""The sealed commitment: what stands on it, that it proves itself, and what strangers are told of its number."""

from pathlib import Path
from typing import Any

from sqlmodel import select

from cases.commitments.commitment import CommitmentState
from cases.commitments.moves import move
from cases.trail.trail_line import TrailLine
from requesters.receipts.issued_receipts import IssuedReceipt
from tests.kinds import once
from tests.rooms.requesters.commitments.counter import Counter, drawn
from tests.rooms.requesters.test_receipts import told
from tests.routes import SON


def fetch(counter: Counter, number: str, who: str = "asker") -> Any:
    return counter.doors.client(who).get(f"/api/v1/commitments/{number}/paper.pdf")


def by_file(counter: Counter, pdf: bytes) -> str:
    said = counter.doors.client().post("/verify/file", files={"file": ("c.pdf", pdf, "application/pdf")})
    return " ".join(said.text.split())


def by_number(counter: Counter, number: str) -> str:
    return " ".join(counter.doors.client().post("/verify", data={"number": number}).text.split())


def test_the_sealed_commitment_holds_the_text_the_signature_and_the_witness(counter: Counter, tmp_path: Path) -> None:
    number = counter.signed()
    fetched = fetch(counter, number)
    pages, text = told(fetched.content, tmp_path)

    assert (fetched.status_code, pages) == (200, 2)
    for expected in (number, "告知承诺书", "吴一", SON, "B-17", "本人吴一家庭月收入为3200元。", "国办发〔2020〕42号", "王见证",
                     "2026-03-02", "Ihavereadthispagetoitsend", "签章证书"):  # fmt: skip
        assert expected in text, expected
    assert b"/DCTDecode" in fetched.content, "the signature is a picture in it"
    with counter.doors.database.read() as session:
        (issued,) = session.exec(select(IssuedReceipt)).all()
        assert issued.number == number
    assert "receipt" in counter.actions(number)
    said = by_file(counter, fetched.content)
    assert "Genuine." in said
    assert "Certificate of income" in said
    assert "吴一" not in said
    assert "3200" not in said
    assert "Not genuine" in by_file(counter, fetched.content.replace(b"/Kids", b"/Kidz", 1))


@once
def test_a_page_signed_by_hand_follows_as_a_photograph(counter: Counter, tmp_path: Path) -> None:
    number = counter.drafted(certificate="lease", stated={}, due_on="2026-03-13")
    counter.sign(number, drawn(kind="JPEG"), how="paper")
    pages, text = told(fetch(counter, number).content, tmp_path)

    assert pages == 3
    assert "容缺受理承诺书" in text
    assert "签于纸面，照片见附页" in text


@once
def test_the_number_says_that_it_was_signed_and_nothing_of_whose_it_is(counter: Counter) -> None:
    number = counter.drafted()
    assert "No signed commitment has this number" in by_number(counter, number)
    counter.sign(number)
    said = by_number(counter, number.lower())
    assert "Certificate of income" in said
    assert "own statement" in said
    assert "吴一" not in said + by_number(counter, "C20260302-00000000")


@once
def test_one_that_was_taken_back_is_genuine_and_not_to_be_relied_on(counter: Counter) -> None:
    number = counter.signed()
    pdf = fetch(counter, number).content
    with counter.doors.database.write() as session:
        line = TrailLine.of_clock(counter.doors.now, "commitment_back", "")
        move(session, session.merge(counter.stands(number)), CommitmentState.TAKEN_BACK, line)

    assert "took this commitment back" in by_file(counter, pdf)
    assert "took it back" in by_number(counter, number)


@once
def test_what_a_check_found_is_told_to_no_stranger(counter: Counter) -> None:
    number = counter.signed()
    pdf = fetch(counter, number).content
    before, file_before = by_number(counter, number), by_file(counter, pdf)
    with counter.doors.database.write() as session:
        one = session.merge(counter.stands(number))
        for state in (CommitmentState.FOUND_FALSE, CommitmentState.STANDS_FALSE):
            move(session, one, state, TrailLine.of_clock(counter.doors.now, "x", ""))

    assert by_number(counter, number) == before
    assert by_file(counter, pdf) == file_before


@once
def test_nobody_else_fetches_it_and_no_draft_is_sealed(counter: Counter) -> None:
    number = counter.drafted()
    assert fetch(counter, number).status_code == 409
    counter.sign(number)
    assert fetch(counter, number, "other").status_code == 404
    assert fetch(counter, number, "supervisor").status_code in (403, 404)
