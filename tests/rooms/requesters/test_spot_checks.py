"""Proofs: a random sample of questions is to be proven by the citizen's own file, in time, else the supervisor sees it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session, select

from access.principal import Principal
from cases.grants.grants import Grant
from cases.question import Question
from cases.retention import block
from cases.safeguards.spot_checks import ShownFile, SpotCheck, decide, show, spot_check_of, to_judge, wanted_of
from deploy.clock import Clock
from requesters.ask.submit import Submission, submit
from storage.encrypted_columns import EncryptedColumn
from storage.problem import Problem
from tests.kinds import once
from tests.rooms.county import County, counted
from tests.routes import RULEBOOK, kinship

ALL = replace(RULEBOOK, fishing_guard=replace(RULEBOOK.fishing_guard, sample=1.0, spot_check_days=3))
ASKER = Principal("asker", "甲", "bank", frozenset({"asker"}), "en")
OTHER = Principal("other", "乙", "court", frozenset({"asker"}), "en")
WATCHER = Principal("supervisor", "丙", "data-office", frozenset({"supervisor"}), "en")
PDF, PNG, JPEG = b"%PDF-1.7 x", b"\x89PNG\r\n\x1a\n x", b"\xff\xd8\xff x"


@pytest.fixture(autouse=True)
def _granted(county: County) -> None:
    with county.database.write() as session:
        session.add(Grant(unit="bank", item="kinship", matter="close_relative_card", until=date(2030, 1, 1)))


def asked(county: County, count: int = 1, sample: float = 1.0) -> list[str]:
    book = replace(ALL, fishing_guard=replace(ALL.fishing_guard, sample=sample))
    many = [Submission(Question.model_validate(kinship(f"B-{n + 10}")), "bank", "asker") for n in range(count)]
    with county.database.write() as session:
        return [str(one) for one in submit(session, many, county.now, book)]


def proof(county: County, number: str) -> SpotCheck | None:
    with county.database.read() as session:
        return session.get(SpotCheck, number)


def shows(county: County, number: str, words: str = "贷款档案，张三建", file: bytes = b"", who: Principal = ASKER) -> SpotCheck:
    with county.database.write() as session:
        return show(session, number, ShownFile(words, file), who, county.now)


def judges(county: County, number: str, accepted: bool, note: str = "") -> SpotCheck:
    with county.database.write() as session:
        return decide(session, number, accepted, note, WATCHER, county.now)


def test_a_drawn_question_goes_on_and_its_proof_is_wanted_in_three_working_days(county: County) -> None:
    (number,) = asked(county)
    wanted = proof(county, number)
    assert wanted is not None
    assert (wanted.state, wanted.unit, wanted.due_at) == ("wanted", "bank", datetime(2026, 3, 5, 9, 30, tzinfo=UTC))
    assert county.case(number).state == "asked", "the citizen is not kept waiting"
    assert [letter.about for letter in county.letters("question")] == [number]
    assert county.actions(number) == ["ask", "proof_wanted"]


@pytest.mark.parametrize(("sample", "least", "most"), [(0.0, 0, 0), (0.5, 60, 140), (1.0, 200, 200)])
def test_as_many_are_drawn_as_was_set(county: County, sample: float, least: int, most: int) -> None:
    asked(county, 200, sample)
    with county.database.read() as session:
        assert least <= len(session.exec(select(SpotCheck)).all()) <= most


def test_without_a_sample_nothing_is_asked_of_the_database(county: County) -> None:
    with counted(county.database) as statements:
        asked(county, 20, 0.0)
    assert not any("proof" in statement for statement in statements)


@pytest.mark.parametrize(("file", "kind"), [(b"", ""), (PDF, "pdf"), (PNG, "png"), (JPEG, "jpg")])
def test_what_is_shown_is_sealed_and_judged(county: County, file: bytes, kind: str) -> None:
    (number,) = asked(county)
    assert shows(county, number, file=file).file_kind == kind
    with county.database.read() as session:
        assert [one.number for one in to_judge(session)] == [number]
        assert isinstance(session.connection().execute(select(SpotCheck.words)).scalar_one(), EncryptedColumn)
        assert session.get_one(SpotCheck, number).words == "贷款档案，张三建".encode()
    assert judges(county, number, True).state == "accepted"
    with county.database.read() as session:
        assert (list(to_judge(session)), list(wanted_of(session, "bank"))) == ([], [])
    assert county.actions(number)[-2:] == ["proof_shown", "proof_accepted"]


def test_not_accepted_it_may_be_shown_again(county: County) -> None:
    (number,) = asked(county)
    shows(county, number)
    with pytest.raises(Problem):
        judges(county, number, False)
    assert judges(county, number, False, "this is another citizen's file").state == "refused"
    assert shows(county, number, "the right one").state == "shown"


@once
@pytest.mark.parametrize(
    ("words", "file", "field"), [(" ", PDF, "words"), ("x", b"<html>", "file"), ("x", PDF + bytes(5 * 1024 * 1024), "file")]
)
def test_what_shows_nothing_is_not_taken(county: County, words: str, file: bytes, field: str) -> None:
    (number,) = asked(county)
    with pytest.raises(Problem) as refused:
        shows(county, number, words, file)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_another_unit_can_show_nothing_and_learns_nothing(county: County) -> None:
    (number,) = asked(county)
    for wrong in (number, "20260302-NOTHING"):
        with pytest.raises(Problem) as refused:
            shows(county, wrong, who=OTHER)
        assert refused.value.status == 404


def test_what_is_not_shown_in_time_is_the_supervisors(county: County) -> None:
    (number,) = asked(county)
    county.now = datetime(2026, 3, 5, 9, 31, tzinfo=UTC)
    for _ in range(2):
        Clock(county.database, RULEBOOK, lambda: county.now, lambda _now: None).beat()
    late = proof(county, number)
    assert late is not None
    assert late.state == "overdue"
    with county.database.read() as session:
        assert _numbers(session) == [number]
    assert county.actions(number).count("proof_overdue") == 1
    assert shows(county, number).state == "shown", "late is better than never"


def _numbers(session: Session) -> list[str]:
    return [one.number for one in to_judge(session)]


def test_what_was_shown_is_shown_to_nobody_once_the_case_is_blocked(county: County) -> None:
    first, second = asked(county, 2)
    for number in (first, second):
        shows(county, number)
    with county.database.write() as session:
        block(session, [first], county.now)
    with county.database.read() as session:
        assert spot_check_of(session, first) is None
        assert spot_check_of(session, second) is not None
