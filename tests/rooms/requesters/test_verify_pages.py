"""Checking a receipt at /verify: strangers see whether it is genuine, and nothing about a person."""

import base64
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from sqlmodel import select
from starlette.testclient import TestClient

from cases.case import Case
from cases.lifecycle import Actor
from cases.moves import Move, Mover, make_move
from cases.seals import COMPROMISED
from cases.trail.trail import Trail
from deploy.operations.seal_keys import CityKeys
from requesters.receipts import receipts, verify_pages
from requesters.receipts.issued_receipts import IssuedReceipt
from requesters.receipts.outdated_receipts import WrongOutdatedList, read_list
from storage.database import Database
from tests.rooms.requesters.test_receipts import answered, fetch
from tests.routes import FATHER, RULEBOOK, SON, Doors, later, open_doors
from tests.seals import NOW, make_city, make_sealed
from web.templates import PageRenderer
from web.token_bucket import Allowance

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the same statements on both


@pytest.fixture
def doors(database: Database, tmp_path: Path) -> Doors:
    doors = open_doors(database, NOW, [receipts.router, verify_pages.router])
    doors.app.state.context = replace(doors.app.state.context, seals=CityKeys(tmp_path / "seals", database), page=PageRenderer())
    return doors


def send(doors: Doors, pdf: bytes, language: str = "en") -> Any:
    """What the page says to this file."""
    return doors.client(language=language).post("/verify/file", files={"file": ("receipt.pdf", pdf, "application/pdf")})


def keys(doors: Doors) -> CityKeys:
    found = doors.app.state.context.seals
    assert isinstance(found, CityKeys)
    return found


def test_a_genuine_file_is_said_to_be_so_without_a_name(doors: Doors) -> None:
    number = answered(doors)
    said = send(doors, fetch(doors, number).content)

    assert said.status_code == 200
    for words in ("Genuine.", number, "police单位", "True: by the registers the relative is the person&#39;s father"):
        assert words in said.text
    for secret in ("吴一", "吴大", SON, FATHER, SON[:6], "户籍登记记载"):
        assert secret not in said.text
    with doors.database.read() as session:
        assert [line.number for line in session.exec(select(Trail).where(Trail.action == "verify"))] == [number]


def test_a_changed_file_is_not_genuine_in_either_language(doors: Doors) -> None:
    pdf = bytearray(fetch(doors, answered(doors)).content)
    pdf[4000] ^= 1

    assert "This file was altered after it was sealed." in send(doors, bytes(pdf)).text
    said = send(doors, bytes(pdf), "zh")
    assert said.status_code == 422
    assert "这个文件在签章之后被改动过" in said.text


def test_a_genuine_file_whose_answer_was_changed_or_is_disputed_says_so(doors: Doors) -> None:
    number = answered(doors)
    pdf = fetch(doors, number).content

    with doors.database.write() as session:
        session.get_one(Case, number).state = "at_desk"
    assert "is being looked at again" in send(doors, pdf).text
    with doors.database.write() as session:
        session.get_one(Case, number).sqlmodel_update({"state": "answered", "answered_at": later(doors, hours=2)})
    assert "has been changed since" in send(doors, pdf).text
    assert "has been changed since" not in send(doors, fetch(doors, number).content).text


def test_a_file_sealed_with_our_key_but_not_by_the_house_is_not_believed(doors: Doors) -> None:
    pdf = fetch(doors, answered(doors)).content
    with doors.database.write() as session:
        session.delete(session.exec(select(IssuedReceipt)).one())

    said = send(doors, pdf)
    assert said.status_code == 422
    assert "no record of making this file" in said.text


def test_after_a_stolen_key_only_files_on_record_from_before_are_genuine(doors: Doors) -> None:
    """The record of the house takes the place of a time-stamping authority."""
    before = fetch(doors, answered(doors)).content
    later(doors, hours=1)
    assert keys(doors).revoke("police", COMPROMISED, doors.now) == 1

    assert "Genuine." in send(doors, before).text
    with doors.database.write() as session:
        session.exec(select(IssuedReceipt)).one().at = later(doors, hours=1)
    assert "its key may be in wrong hands" in send(doors, before).text
    assert "Genuine." in send(doors, fetch(doors, answered(doors)).content).text  # sealed anew, with another key


def test_another_city_s_receipt_is_a_stranger_s(doors: Doors) -> None:
    fetch(doors, answered(doors))

    assert "not of a unit of this city" in send(doors, make_sealed(make_city())).text


def test_what_is_no_receipt_is_refused_with_the_reason(doors: Doors) -> None:
    client = doors.client()
    fetch(doors, answered(doors))

    assert "This file is not a PDF." in send(doors, b"GIF89a").text
    assert "This PDF carries no seal." in send(doors, b"%PDF-1.7 hello").text
    assert "Choose the receipt" in client.post("/verify/file").text
    assert client.post("/verify/file", files={"file": ("x.pdf", b"%PDF-" + bytes(6_000_000))}).status_code == 413


def test_a_stranger_may_come_so_often_and_no_more(doors: Doors) -> None:
    doors.app.state.context = replace(doors.app.state.context, strangers=Allowance(3, lambda: doors.now.timestamp()))
    told = [doors.client().post("/verify", data={"number": "20260302-00000000"}) for _ in range(4)]

    assert [page.status_code for page in told] == [422, 422, 422, 429]
    assert told[-1].headers["Retry-After"] == "21"
    later(doors, seconds=21)
    assert doors.client().post("/verify", data={"number": "x"}).status_code == 422


def test_all_addresses_of_one_network_count_as_one(doors: Doors) -> None:
    """One person has all of an IPv6 network: nobody gets a fresh allowance with each of its addresses."""
    doors.app.state.context = replace(doors.app.state.context, strangers=Allowance(3, lambda: doors.now.timestamp()))

    def tried(source: str) -> int:
        web = TestClient(doors.app, client=(source, 50000))
        return web.post("/verify", data={"number": "20260302-00000000"}).status_code

    assert [tried(f"2001:db8:0:1::{n:x}") for n in range(4)] == [422, 422, 422, 429]
    assert tried("2001:db8:0:2::1") == 422


def test_the_root_and_the_revoked_are_fetched_by_anybody(doors: Doors) -> None:
    assert doors.client().get("/verify/city.pem").status_code == 404
    fetch(doors, answered(doors))
    keys(doors).revoke("police", COMPROMISED, doors.now)

    root = x509.load_pem_x509_certificate(doors.client().get("/verify/city.pem").content)
    listed = x509.load_der_x509_crl(doors.client().get("/verify/revoked.crl").content)
    assert listed.is_signature_valid(root.public_key())  # type: ignore[arg-type]  # an EC key
    assert len(list(listed)) == 1


def test_the_number_from_the_code_stands_in_the_form(doors: Doors) -> None:
    assert 'value="20260302-7K3MZQ8W"' in doors.client().get("/verify?number=20260302-7K3MZQ8W").text


@pytest.mark.parametrize("form", ["\u200b{}\u202c", " {}\ufeff", "{}\u2065"])
def test_a_number_copied_with_signs_that_nobody_sees_is_found(doors: Doors, form: str) -> None:
    number = answered(doors)

    assert f"<dd>{number}</dd>" in doors.client().post("/verify", data={"number": form.format(number)}).text


@pytest.mark.parametrize(("language", "words"), [("en", "It says nothing about what was asked."), ("zh", "不涉及所问事项")])
def test_a_mismatch_is_said_to_say_nothing_about_what_was_asked(doors: Doors, language: str, words: str) -> None:
    number = answered(doors)
    client = doors.client(language=language)
    assert words not in client.post("/verify", data={"number": number}).text
    with doors.database.write() as session:
        case = session.get_one(Case, number)
        mismatch = {**(case.finding or {}), "outcome": "identity_mismatch", "identity": {"person": "name_differs"}}
        case.sqlmodel_update({"outcome": "identity_mismatch", "finding": mismatch})

    assert words in client.post("/verify", data={"number": number}).text


# Answers that were put right


def put_right(doors: Doors, number: str, move: str) -> None:
    found = {"outcome": "no_record", "source": "archive", "words": "", "evidence": {"archive": "7-12"}}
    clerk = Mover(Actor.CLERK, "clerk", "police")
    with doors.database.write() as session:
        made = make_move(
            session, Move(number, move, clerk, note="看错了", given={"finding": found}), later(doors, hours=1), RULEBOOK
        )
    assert isinstance(made, Case)


@pytest.mark.parametrize(
    ("move", "en", "zh"),
    [
        ("amend", "was amended on 2026-03-02 10:00", "已于 2026-03-02 10:00 更正"),
        ("withdraw_answer", "was withdrawn on 2026-03-02 10:00", "已于 2026-03-02 10:00 撤销"),
    ],
)
def test_a_receipt_of_an_answer_that_was_put_right_is_genuine_and_stands_no_longer(
    doors: Doors, move: str, en: str, zh: str
) -> None:
    number = answered(doors)
    pdf = fetch(doors, number).content
    put_right(doors, number, move)

    assert all(words in send(doors, pdf).text for words in ("Genuine.", "it stands no longer", en))
    assert zh in send(doors, pdf, "zh").text
    by_number = doors.client().post("/verify", data={"number": number}).text
    assert en in by_number
    assert "看错了" not in by_number


def test_a_new_receipt_of_an_amended_answer_stands_and_a_disputed_one_is_looked_at_again(doors: Doors) -> None:
    number = answered(doors)
    old = fetch(doors, number).content
    put_right(doors, number, "amend")
    fresh = fetch(doors, number).content

    assert "stands no longer" not in send(doors, fresh).text
    assert "stands no longer" in send(doors, old).text
    with doors.database.write() as session:
        session.get_one(Case, number).decide_by = later(doors, days=5)
    assert "is being looked at again" in send(doors, fresh).text


def test_while_an_amendment_waits_for_a_second_person_the_answer_is_looked_at_again(doors: Doors) -> None:
    number = answered(doors)
    pdf = fetch(doors, number).content
    put_right(doors, number, "propose_amendment")

    assert "is being looked at again" in send(doors, pdf).text
    by_number = doors.client().post("/verify", data={"number": number}).text
    assert "This answer is being looked at again." in by_number
    assert "看错了" not in by_number


@pytest.mark.parametrize("state", ["withdrawn", "refused"])
def test_a_case_that_was_given_up_with_an_answer_is_not_looked_at_for_ever(doors: Doors, state: str) -> None:
    number = answered(doors)
    pdf = fetch(doors, number).content
    with doors.database.write() as session:
        session.get_one(Case, number).sqlmodel_update({"state": state, "closed_at": later(doors, hours=1)})

    said = send(doors, pdf).text, doors.client().post("/verify", data={"number": number}).text
    assert all("was withdrawn on 2026-03-02 10:00" in one and "looked at again" not in one for one in said)


def test_the_list_for_checking_offline_names_files_by_their_hash_alone(doors: Doors) -> None:
    number, other = answered(doors), answered(doors)
    old, good = fetch(doors, number).content, fetch(doors, other).content
    put_right(doors, number, "withdraw_answer")
    fetched = doors.client().get("/verify/outdated.jws")
    root = keys(doors).root()
    assert root is not None
    listed = read_list(fetched.content, root)

    assert fetched.headers["content-type"] == "application/jose"
    assert {sha256: one.how for sha256, one in listed.receipts.items()} == {hashlib.sha256(old).hexdigest(): "withdrawn"}
    assert hashlib.sha256(good).hexdigest() not in listed.receipts
    assert (listed.at, listed.see) == (doors.now, "http://hecha.example/verify")
    assert number.encode() not in base64.urlsafe_b64decode(fetched.content.split(b".")[1] + b"==")
    with pytest.raises(WrongOutdatedList):
        read_list(fetched.content, make_city().root)
