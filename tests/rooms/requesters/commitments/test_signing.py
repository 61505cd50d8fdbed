"""Signing: before a clerk, once, and nothing of it changes afterwards."""

import pytest
from sqlmodel import select

from cases.attachments.attachment import Attachment
from cases.commitments.commitment import MOVES, CommitmentState, PaperState
from cases.commitments.moves import move
from cases.rechecks.listed import listed_of
from cases.rechecks.listing import put_on_list
from cases.subject_index import numbers_of
from cases.trail.trail_line import TrailLine
from storage.problem import Problem
from tests.kinds import once
from tests.rooms.requesters.commitments.counter import Counter, asked, drawn
from tests.routes import FATHER, SON, later


def test_a_signed_one_keeps_its_text_its_signature_and_its_witness(counter: Counter) -> None:
    number = counter.drafted()
    text = counter.stands(number).text
    later(counter.doors, minutes=5)
    answer = counter.sign(number)
    one = counter.stands(number)

    assert (answer.status_code, answer.json()["state"], answer.json()["witness"]) == (200, "signed", "王见证")
    assert (one.text, one.signed_at, one.signed_how) == (text, counter.doors.now, "screen")
    assert (one.look_for, one.look_at.isoformat() if one.look_at else "") == ("expire", "2027-03-02T16:00:00+00:00")
    with counter.doors.database.read() as session:
        (kept,) = session.exec(select(Attachment)).all()
        assert (kept.number, kept.use, kept.kind) == (number, "signature", "png")
        assert list(numbers_of(session, SON)) == [number], "whoever asks who knows of them is told"
    assert counter.actions(number) == ["commitment_draft", "commitment_sign"]


@once
def test_two_taps_sign_once_and_a_later_picture_changes_nothing(counter: Counter) -> None:
    number = counter.signed()
    before = counter.stands(number)
    later(counter.doors, hours=1)
    again = counter.sign(number, drawn(kind="JPEG"), how="paper")

    after = counter.stands(number)
    assert again.status_code == 200
    assert (after.signed_at, after.signed_how, after.version, after.text_digest) == (
        before.signed_at, before.signed_how, before.version, before.text_digest,
    )  # fmt: skip
    with counter.doors.database.read() as session:
        assert len(session.exec(select(Attachment)).all()) == 1


@once
def test_an_empty_field_is_no_signature(counter: Counter) -> None:
    number = counter.drafted()
    refused = counter.sign(number, drawn(ink=False))

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "signature")
    assert counter.stands(number).state == "drafted"


@once
def test_a_system_names_the_clerk_who_saw_it(counter: Counter) -> None:
    refused = counter.sign(counter.drafted(), witness=" ")

    assert [(one["field"], one["code"]) for one in refused.json()["errors"]] == [("witness", "missing")]


@once
def test_a_file_that_is_no_picture_is_refused_and_nothing_is_lost(counter: Counter) -> None:
    number = counter.drafted()
    refused = counter.sign(number, b"MZ\x90 no picture")

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "file")
    assert counter.sign(number, drawn(kind="JPEG"), how="paper").json()["signed_how"] == "paper"


def test_whoever_made_a_false_one_is_told_of_when_they_commit_again(counter: Counter) -> None:
    number = counter.signed()
    with counter.doors.database.write() as session:
        one = session.merge(counter.stands(number))
        for state in (CommitmentState.FOUND_FALSE, CommitmentState.STANDS_FALSE):
            move(session, one, state, TrailLine.of_clock(counter.doors.now, "commitment_test", ""))
        put_on_list(session, one, "登记为他人", "supervisor", counter.doors.now)
    subject = counter.stands(number).subject
    assert subject is not None
    with counter.doors.database.read() as session:
        assert [listed.number for listed in listed_of(session, subject.key, counter.doors.now)] == [number]
        assert listed_of(session, "330725193607120013", counter.doors.now) == []

    again = counter.post(asked()).json()
    (entry,) = again["standing"]
    assert (entry["certificate"], entry["unit"], entry["reason"]) == ("income", "bank", "登记为他人"), "a unit's own system sees it"
    assert "list_look" in counter.actions(again["number"])
    assert "standing" not in counter.sign(again["number"]).json(), "once it is signed nobody needs it"
    somebody = counter.post(asked(person={"name": "吴大", "id_number": FATHER}, reference="B-18")).json()
    assert (somebody["standing"], "list_look" in counter.actions(somebody["number"])) == ([], False)


def test_no_state_is_left_but_by_a_move_of_the_table(counter: Counter) -> None:
    number = counter.signed()
    with pytest.raises(Problem), counter.doors.database.write() as session:
        move(
            session, session.merge(counter.stands(number)), CommitmentState.DRAFTED, TrailLine.of_clock(counter.doors.now, "x", "")
        )
    assert set(MOVES) == set(CommitmentState)
    assert not MOVES[CommitmentState.EXPIRED]
    assert PaperState("") is PaperState.NONE
