"""The form of a bundle: people in one field each, questions ticked, read back before anything is sent."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from starlette.testclient import TestClient

from access.accounts import Account
from access.sessions import open_session
from cases.grants.grants import Grant
from requesters.ask import ask_pages
from requesters.bundles import bundle_ask_pages
from requesters.bundles.bundle_form import bundle_data, chosen_of, form_faults, rows_of
from requesters.bundles.one_field import Named, read_one_field
from requesters.bundles.proposals import relation
from storage.database import Database
from storage.problem import FieldFault
from tests.kinds import once
from tests.routes import CATALOGUE, FATHER, RULEBOOK, SON, Doors, open_doors
from web.templates import PageRenderer

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DAUGHTER, WIFE = "330725196407120020", "330725193908150021"
KIND, COURT = RULEBOOK.bundles["deposit_of_deceased"], RULEBOOK.bundles["court_filing"]
GRANTED = {"deposit_of_deceased": ("death", "kinship", "identity_change"), "court_filing": ("household_history",)}


@pytest.fixture
def doors(database: Database) -> Doors:
    doors = open_doors(database, NOW, [bundle_ask_pages.router, ask_pages.router])
    doors.app.state.context = replace(doors.app.state.context, page=PageRenderer())
    with database.write() as session:
        granted = [(item, matter) for matter, items in GRANTED.items() for item in items]
        session.add_all(Grant(unit="bank", item=item, matter=matter, until=date(2030, 12, 31)) for item, matter in granted)
    return doors


def signed_in(doors: Doors, language: str = "zh") -> TestClient:
    """A browser in which the bank's clerk is signed in."""
    client = doors.client(language=language)
    with doors.database.write() as session:
        account = session.get_one(Account, "asker")
        account.locale = language
        opened = open_session(session, account, doors.now)
    client.cookies.set("hecha", opened.token)
    client.headers["X-CSRF-Token"] = opened.csrf
    return client


def filled(**more: str) -> dict[str, str]:
    return {
        "reference": "DK-2031", "purpose": "支取存款", "ticks": "yes", "people.deceased.0.who": f"吴大{FATHER}",
        "people.heir.0.who": f"吴一 {SON}", "people.heir.2.who": f"{DAUGHTER}，吴二", **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "name", "number"),
    [
        (f"吴一{SON}", "吴一", SON),
        (f"吴一 {SON[:6]} {SON[6:14]} {SON[14:]}", "吴一", SON),
        (f"{SON}，吴一", "吴一", SON),
        (f"　吴一（{SON}）", "吴一", SON),
        (SON.translate({48 + n: 0xFF10 + n for n in range(10)}) + "吴一", "吴一", SON),
        (f"阿·买买提\t{SON}\u200b", "阿·买买提", SON),
        ("浙江88公司 91330000MA27XYZ123", "浙江88公司", "91330000MA27XYZ123"),
        ("John Smith E12345678", "John Smith", "E12345678"),
        ("吴一", "吴一", ""),
        (SON[:17], "", SON[:17]),
        ("", "", ""),
        ("1 " * 5000, "", "1" * 5000),
    ],
)
def test_name_and_number_stand_in_one_field_in_either_order(typed: str, name: str, number: str) -> None:
    assert read_one_field(typed) == Named(name, number)


def test_a_relation_is_proposed_by_age_and_sex_and_only_where_they_suggest_one() -> None:
    assert [relation(FATHER, SON), relation(FATHER, DAUGHTER), relation(SON, FATHER)] == ["son", "daughter", "father"]
    assert [relation(FATHER, WIFE), relation(SON, WIFE), relation(SON, DAUGHTER)] == ["spouse", "mother", "spouse"]
    assert [relation(FATHER, ""), relation("", SON), relation(SON, SON), relation(FATHER, SON[:17])] == ["", "", "", ""]


def test_rows_that_nobody_filled_in_are_passed_over_and_faults_find_theirs() -> None:
    """The bundle counts its people, the page its rows."""
    form = filled(**{"people.heir.0.details.relation": "son"})
    data = bundle_data(KIND, form, CATALOGUE)
    heirs = data["people"]["heir"]

    assert [one["name"] for one in heirs] == ["吴一", "吴二"]
    assert data["people"]["deceased"] == [{"name": "吴大", "id_number": FATHER}]
    faults = [FieldFault("people.heir.1.details.relation", "x", ""), FieldFault("people.heir.0.id_number", "y", ""),
              FieldFault("people.deceased.0.id_number", "z", ""), FieldFault("purpose", "p", "")]  # fmt: skip
    assert [fault.field for fault in form_faults(KIND, form, faults, CATALOGUE)] == [
        "people.deceased.0.who", "people.heir.0.who", "people.heir.2.details.relation", "purpose",
    ]  # fmt: skip
    nobody = form_faults(KIND, {"purpose": "x", "reference": "y"}, [FieldFault("people.heir", "missing", "")], CATALOGUE)
    assert [fault.field for fault in nobody] == ["people.deceased.0.who", "people.heir.0.who"]


def test_one_row_more_is_shown_until_there_is_no_room() -> None:
    def shown(form: dict[str, str]) -> list[str]:
        return [row.key for row in rows_of(KIND, form, CATALOGUE)]

    assert shown({}) == ["people.deceased.0", "people.heir.0"]
    assert shown(filled())[-1] == "people.heir.3"
    assert shown({"people.heir.0.who": "", "more": "heir"}) == ["people.deceased.0", "people.heir.0", "people.heir.1"]
    full = {f"people.heir.{n}.who": "x" for n in range(20)}
    assert shown({**full, "people.heir.77.who": "beyond"})[-1] == "people.heir.19"


def test_offered_questions_are_ticked_as_the_page_had_them() -> None:
    offered = [one.code for one in COURT.questions if one.ask == "offered"]

    assert offered
    assert chosen_of(COURT, {}) is None
    assert chosen_of(COURT, {"ticks": "yes"}) == []
    assert chosen_of(COURT, {"ticks": "yes", f"questions.{offered[0]}": "yes", "questions.vehicle": "yes"}) == [offered[0]]


@once
@pytest.mark.parametrize(("language", "reads"), [("zh", "吴一是吴大的儿子吗"), ("en", "吴一")])
def test_what_is_typed_is_read_back_while_it_is_typed(doors: Doors, language: str, reads: str) -> None:
    said = signed_in(doors, language).post("/ask/bundles/deposit_of_deceased/check", data=filled()).text

    for words in (reads, "1936-07-12", 'data-field="people.heir.2.details.relation" data-value="daughter"'):
        assert words in said
    assert said.count("<li") == 5
    assert said.count('class="waits"') == 2


@once
def test_that_the_file_behind_many_heirs_is_to_be_shown_is_told_beforehand(doors: Doors) -> None:
    client, told = signed_in(doors, "en"), "within 3 working days the supervisor is to be shown the file"
    for heirs in (5, 6):
        form = {f"people.heir.{n}.who": f"吴{n}{SON}" for n in range(heirs)} | {"people.deceased.0.who": f"吴大{FATHER}"}
        assert (told in client.post("/ask/bundles/deposit_of_deceased/check", data=form).text) is (heirs == 6), heirs


@once
def test_a_wrong_number_is_told_at_its_row_and_one_still_too_short_is_not_called_wrong(doors: Doors) -> None:
    wrong = SON[:17] + ("1" if SON[17] != "1" else "2")
    form = {"people.heir.0.who": f"吴一{wrong}", "people.heir.1.who": f"吴二{SON[:12]}", "people.heir.2.who": "吴三"}
    said = signed_in(doors, "en").post("/ask/bundles/deposit_of_deceased/check", data=form).text
    rows = dict(re.findall(r'<div id="echo-(people[^"]*)" data-into-part>(.*?)</div>', said, re.DOTALL))

    assert 'class="fault"' in rows["people.heir.0"]
    assert "12 of 18" in rows["people.heir.1"]
    assert "the number is missing" in rows["people.heir.2"]
    assert rows["people.deceased.0"].strip() == ""


@once
def test_who_has_no_permission_for_what_is_always_asked_is_told_before_filling_anything_in(doors: Doors) -> None:
    client = signed_in(doors, "en")

    assert client.get("/ask/bundles/deposit_of_deceased").status_code == 200
    assert client.get("/ask/bundles/court_filing").status_code == 403
    assert client.get("/ask/bundles/no_such").status_code == 404


@once
def test_bundles_are_found_by_the_same_search(doors: Doors) -> None:
    client = signed_in(doors)
    everything, words, matter = (client.get(f"/ask{query}").text for query in ("", "?q=zqck", "?matter=close_relative_card"))

    assert "/ask/bundles/deposit_of_deceased" in everything
    assert "/ask/bundles/court_filing" not in everything
    assert "/ask/bundles/deposit_of_deceased" in words
    assert "/ask/bundles/deposit_of_deceased" not in matter


def test_people_without_a_resident_id_card_stand_in_the_same_field() -> None:
    """The document is told by its shape; a passport asks from where, a number that may be several asks which."""
    permit = {"people.heir.0.who": "陈大文 H12345678", "people.heir.0.document.kind": "hk_macao_travel_permit"}
    passport = {"people.heir.0.who": "John Smith E12345678", "people.heir.0.document.kind": "passport",
                "people.heir.0.document.country": "USA", "people.heir.0.other_name": "史密斯"}  # fmt: skip
    (one,), (other,) = (bundle_data(KIND, form, CATALOGUE)["people"]["heir"] for form in (permit, passport))

    assert one["document"]["kind"] == "hk_macao_travel_permit"
    assert (other["name"], other["other_name"]) == ("John Smith", "史密斯")
    assert other["document"] == {"kind": "passport", "number": "E12345678", "country": "USA"}
    faults = [FieldFault("people.heir.0.document.number", "x", ""), FieldFault("people.heir.0.document.country", "y", "")]
    found = [fault.field for fault in form_faults(KIND, {**passport, "purpose": "x", "reference": "y"}, faults, CATALOGUE)]
    assert [field for field in found if "heir.0" in field][:2] == ["people.heir.0.who", "people.heir.0.document.country"]
    growing = {"people.heir.0.who": f"吴一{SON[:9]}", "at": "people.heir.0.who"}
    assert not next(row for row in rows_of(KIND, growing, CATALOGUE) if row.filled).document.choices
