"""The pledge: signed once by each person before the first question, and anew when its text changes."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, select

from cases.grants.grants import Grant
from cases.grants.pledges import Pledge, Pledged, WrongPledge, last_signed, load_pledge, sign, unsigned
from cases.question import Question
from cases.trail.trail import Trail
from requesters.ask.submit import Submission, submit
from storage.problem import Problem
from tests.kinds import once
from tests.rooms.county import County, counted
from tests.routes import RULEBOOK, kinship

PLEDGE = load_pledge()
BOOK = replace(RULEBOOK, pledge=PLEDGE)


@pytest.fixture(autouse=True)
def _granted(county: County) -> None:
    with county.database.write() as session:
        session.add(Grant(unit="bank", item="kinship", matter="close_relative_card", until=date(2030, 1, 1)))


def send(county: County, who: str = "asker", pledge: Pledge = PLEDGE, count: int = 1) -> list[str | Problem]:
    asked = [Submission(Question.model_validate(kinship(f"B-{n}")), "bank", who) for n in range(count)]
    with county.database.write() as session:
        return submit(session, asked, county.now, replace(BOOK, pledge=pledge))


def signs(county: County, pledge: Pledge = PLEDGE) -> bool:
    with county.database.write() as session:
        return sign(session, "asker", "bank", pledge, county.now)


def test_nobody_asks_before_the_pledge_is_signed(county: County) -> None:
    (refused,) = send(county)
    assert isinstance(refused, Problem)
    assert (refused.status, refused.faults[0].code) == (403, "pledge_not_signed")

    assert signs(county)
    assert not signs(county), "signed once"
    assert isinstance(send(county)[0], str)


def test_a_new_version_is_signed_anew_and_the_old_line_stays(county: County) -> None:
    signs(county)
    newer = PLEDGE.model_copy(update={"version": "2027-1"})
    assert isinstance(send(county, pledge=newer)[0], Problem)
    county.later(days=1)
    signs(county, newer)
    assert isinstance(send(county, pledge=newer)[0], str)
    with county.database.read() as session:
        assert {one.version for one in session.exec(select(Pledged))} == {PLEDGE.version, "2027-1"}
        found = last_signed(session, "asker")
        lines = session.exec(select(Trail).where(Trail.action == "pledge").order_by(Trail.id)).all()  # type: ignore[arg-type]  # SQLModel types columns as their values
    assert found is not None
    assert found.version == "2027-1"
    assert [line.details for line in lines] == [{"version": one.version, "digest": one.digest} for one in (PLEDGE, newer)]


def test_a_units_own_system_signs_nothing(county: County) -> None:
    """Its letters are asked by no person."""
    assert isinstance(send(county, "system:bank")[0], str)


def test_two_hundred_questions_cost_one_look(county: County) -> None:
    signs(county)
    with county.database.write() as session, counted(county.database) as statements:
        _ask_many(session, county)
    assert sum("pledged" in statement for statement in statements) == 1


def _ask_many(session: Session, county: County) -> None:
    many = [Submission(Question.model_validate(kinship(f"B-{n}")), "bank", "asker") for n in range(200)]
    assert all(isinstance(one, str) for one in submit(session, many, county.now, BOOK))


def test_a_citys_own_pledge_goes_first(tmp_path: Path) -> None:
    (tmp_path / "pledge.toml").write_text('version = "ours-3"\n[text]\nzh = "承诺"\nen = "pledge"\n', encoding="utf-8")
    assert load_pledge([tmp_path, tmp_path / "elsewhere"]).version == "ours-3"
    assert load_pledge([tmp_path]).digest != PLEDGE.digest


@once
@pytest.mark.parametrize(
    "text", ["version = 3", 'version = "a b"\n[text]\nzh = "x"\nen = "y"', "no toml", '[text]\nzh = "x"\nen = ""']
)
def test_a_wrong_pledge_stops_the_start_and_names_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "pledge.toml").write_text(text, encoding="utf-8")
    with pytest.raises(WrongPledge, match=r"pledge\.toml: "):
        load_pledge([tmp_path])


def test_without_a_pledge_nothing_is_asked_for(county: County) -> None:
    with county.database.read() as session:
        assert unsigned(session, ["asker"], None) == set()
