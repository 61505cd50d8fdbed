"""The paper of a bundle that was asked: when there is one, what it says, and what /verify says of it later."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from cases.lifecycle import Actor
from cases.moves import Mover
from cases.trail.trail import Trail
from deploy.operations.seal_keys import CityKeys
from requesters.bundles import bundle_papers
from requesters.receipts import verify_pages
from requesters.receipts.attached_pages import attached_pages, spans
from requesters.receipts.issued_receipts import IssuedReceipt
from tests.kinds import once
from tests.rooms.county import YES
from tests.rooms.requesters.bundles.bank import SAID, Bank, deposit, one
from tests.rooms.requesters.test_bundle_paper import with_page
from tests.rooms.requesters.test_receipts import told
from web.templates import PageRenderer

CLERK = Mover(Actor.CLERK, "clerk", "police")


@pytest.fixture
def house(bank: Bank, tmp_path: Path) -> Bank:
    seals = CityKeys(tmp_path / "seals", bank.doors.database)
    bank.doors.app.state.context = replace(bank.doors.app.state.context, seals=seals, page=PageRenderer())
    for router in (bundle_papers.router, verify_pages.router):
        bank.doors.app.include_router(router)
    return bank


def fetch(bank: Bank, number: str, who: str = "asker") -> Any:
    return bank.doors.client(who).get(f"/api/v1/bundles/{number}/paper.pdf")


def verified(bank: Bank, pdf: bytes) -> str:
    said = bank.doors.client().post("/verify/file", files={"file": ("b.pdf", pdf, "application/pdf")})
    return " ".join(str(said.text).split())


def by_number(bank: Bank, number: str) -> str:
    return " ".join(str(bank.doors.client().post("/verify", data={"number": number}).text).split())


def answered(bank: Bank, heirs: int = 1, first: int = 0) -> str:
    number = str(bank.post(deposit(heirs, first=first)).json()["number"])
    bank.answer(number, death=YES, **{f"kinship_heir_{n}": YES for n in range(heirs)})
    return number


@once
def test_there_is_no_paper_before_an_answer_that_can_be_used(house: Bank) -> None:
    number = house.post(deposit()).json()["number"]
    assert fetch(house, number).status_code == 409
    house.answer(number, death=YES)
    refused = fetch(house, number)

    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "not_answered")
    assert fetch(house, number, "other").status_code == 404


@once
def test_a_whole_paper_says_the_result_and_who_fetched_it(house: Bank, tmp_path: Path) -> None:
    number = answered(house)
    pages, text = told(fetch(house, number).content, tmp_path)
    cases = [case.number for case in house.read(number).cases.values()]

    assert pages == 3
    for words in ("死亡及所列继承人关系均有据", "合并核查结果", "data-office单位", "police单位", "asker甲", number, *cases):
        assert words in text
    assert "部分" not in text.replace("部分继承人", "").replace("只就", "")
    assert one(1)["id_number"] not in text
    with house.doors.database.read() as session:
        lines = session.exec(select(Trail).where(Trail.action == "receipt")).all()
        issued = session.exec(select(IssuedReceipt)).all()
    assert sorted(line.number for line in lines) == sorted(cases)
    assert sorted(paper.number for paper in issued) == sorted([number, *cases])


@once
def test_the_paper_of_twenty_heirs_names_them_all_and_lists_its_pages_behind_the_cover(house: Bank, tmp_path: Path) -> None:
    number = answered(house, heirs=20)
    paper = fetch(house, number).content
    pages, text = told(paper, tmp_path)

    assert (pages, len(attached_pages(paper))) == (24, 21)
    assert text.count("封面附页：各页目录") == 2
    assert [text.count(case.number) for case in house.read(number).cases.values()] == [2] * 21
    assert [name for n in range(21) if (name := one(n)["name"]) not in text] == []


@once
def test_a_part_is_headed_as_one_and_says_what_is_missing_and_who_has_it(house: Bank, tmp_path: Path) -> None:
    number = house.post(deposit()).json()["number"]
    house.answer(number, death=YES, kinship_heir_0=SAID)
    paper = fetch(house, number)
    pages, text = told(paper.content, tmp_path)

    assert (paper.status_code, pages) == (200, 3)
    assert text.count("部分结果：另有") == 3
    for words in ("部分核查结果", "尚无合并结果", "在police单位，尚未反馈", one(2)["name"], "这位继承人的亲属关系仅有社区陈述"):
        assert words in text
    assert "a part only" in verified(house, paper.content)


@once
def test_a_print_is_compared_by_its_number_question_by_question(house: Bank) -> None:
    number = house.post(deposit()).json()["number"]
    assert "No bundle with an answer" in by_number(house, number)
    house.answer(number, death=YES, kinship_heir_0=YES)
    part = by_number(house, number)
    house.answer(number, kinship_heir_1=SAID)
    whole = by_number(house, number.lower())
    cases = house.read(number).cases

    for words in ("this is no whole result", "Not decided yet", cases["death"].number):
        assert words in part
    assert cases["kinship/heir.1"].number not in part
    for words in ("some relations rest on a contact", cases["kinship/heir.1"].number, "Grade C"):
        assert words in whole
    assert "no whole result" not in whole
    assert not [name for name in (one(n)["name"] for n in range(3)) if name in part + whole]


@once
def test_verify_says_of_the_whole_and_of_each_page_what_stands(house: Bank) -> None:
    number, other = answered(house), answered(house, first=10)
    paper, alien = fetch(house, number).content, fetch(house, other).content
    page = attached_pages(paper)[1]
    good, alone = verified(house, paper), verified(house, page)
    assert good.count('<span class="tag good">Genuine</span>') == 2
    assert f"page 3 of 3 of {number}" in alone
    assert one(0)["name"] not in good + alone

    swapped = verified(house, with_page(paper, 3, attached_pages(alien)[1]))
    for words in ("Not genuine.", f"Pages of several bundles are put together in this file: {', '.join(sorted((number, other)))}"):
        assert words in swapped
    bent = bytearray(paper)
    bent[spans(paper)[0][0] + 300] ^= 1
    touched = verified(house, bytes(bent))
    assert (touched.count('<span class="tag late">Not genuine</span>'), touched.count('<span class="tag good">Genuine</span>')) == (
        1,
        1,
    )

    house.move(number, "kinship/heir.0", "amend", CLERK, outcome="contradicted", note="misread")
    house.work()
    turned = verified(house, paper)
    for words in ("page 3 of this paper is not relied on any more", "Genuine, but", "was amended on"):
        assert words in turned
