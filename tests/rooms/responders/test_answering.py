"""A clerk's answer: what its words, its place in the archive and its facts are refused for."""

from datetime import timedelta
from typing import Any, get_args

import pytest
from sqlmodel import select

from cases.case import Case
from cases.lifecycle import State
from contacts.statements import Said, record
from responders.desk.answering import AnswerForm
from storage.office_time import OFFICE
from tests.kinds import once
from tests.rooms.county import County
from tests.rooms.responders.test_moves import make, wrong
from tests.routes import RULEBOOK

pytestmark = once
ITEM = RULEBOOK.catalogue.item("kinship")
NOTHING_FOUND = "已查阅档案，未见相关记载。"


@pytest.fixture
def number(county: County) -> str:
    """A case that `clerk` has taken."""
    return county.asked_into(State.AT_DESK)[0]


def about(county: County, number: str, item: str) -> None:
    """The same case, had it asked about another item."""
    with county.database.write() as session:
        session.exec(select(Case).where(Case.number == number)).one().item = item


def about_a_death(county: County, number: str, **details: str) -> str:
    """The same case, had it asked about a death."""
    with county.database.write() as session:
        case = session.exec(select(Case).where(Case.number == number)).one()
        case.item, case.details = "death", details
    return number


@pytest.mark.parametrize(
    "words", [NOTHING_FOUND, "已查阅档案, 未见相关记载", "查过了。\n已查阅档案，未见 相关记载", ITEM.phrases[1].en]
)
def test_words_that_deny_the_outcome_are_refused(county: County, number: str, words: str) -> None:
    """属实 with "the archive was searched; nothing was found" was delivered under the seal."""
    assert wrong(county, number, "answer", outcome="confirmed", archive="7-12", words=words) == [("words", "denies_outcome")]
    assert make(county, number, "answer", outcome="no_record", words=words).outcome == "no_record"


@pytest.mark.parametrize("archive", ["x", "1", "见档案", "第三卷", "-", "2024"])
def test_what_is_no_place_in_the_archive_is_refused(county: County, number: str, archive: str) -> None:
    assert wrong(county, number, "answer", outcome="confirmed", archive=archive) == [("archive", "wrong_form")]


@pytest.mark.parametrize("archive", ["7-12", "户籍底册 12 卷 34 页", "vol. 9, p. 8", "稠城户籍底册1979年第330782001001卷 第12页"])
def test_a_volume_and_a_page_are_one(county: County, number: str, archive: str) -> None:
    assert make(county, number, "answer", outcome="confirmed", archive=archive).outcome == "confirmed"


def test_of_several_stated_things_the_clerk_says_which_differs(county: County, number: str) -> None:
    about_a_death(county, number, died_on="2020-02-02")
    given = {"outcome": "contradicted", "archive": "7-12"}

    assert wrong(county, number, "answer", **given) == [("facts", "missing")]
    assert wrong(county, number, "answer", **given, facts={"registered": "agrees", "day": "agrees"}) == [
        ("facts", "facts_deny_outcome")
    ]
    answered = make(county, number, "answer", **given, **{"facts.registered": "agrees", "facts.day": "differs"})
    assert answered.finding is not None
    assert answered.finding["facts"] == {"registered": "agrees", "day": "differs"}


def test_one_stated_thing_needs_no_further_word(county: County, number: str) -> None:
    about_a_death(county, number)

    assert make(county, number, "answer", outcome="contradicted", archive="7-12").outcome == "contradicted"


def test_a_clerk_may_say_that_name_and_number_do_not_fit(county: County, number: str) -> None:
    given = {"outcome": "identity_mismatch"}

    assert wrong(county, number, "answer", **given) == [("identity", "missing")]
    assert wrong(county, number, "answer", **given, identity={"person": "agrees"}) == [("identity", "missing")]
    assert wrong(county, number, "answer", **given, identity={"uncle": "not_known"}) == [("identity.uncle", "unknown_name")]
    answered = make(county, number, "answer", **given, **{"identity.relative": "name_differs", "identity.person": "agrees"})
    assert answered.finding is not None
    assert answered.finding["identity"] == {"relative": "name_differs", "person": "agrees"}
    assert "facts" not in answered.finding


def said_of(county: County, number: str, outcome: str) -> dict[str, Any]:
    """The fields of an answer that rests on what the secretary of the county said on the telephone."""
    said = Said(about=number, contact_id=1, channel="phone", call="rung", outcome=outcome, words="是", written_by="clerk")
    with county.database.write() as session:
        return {"source": "community", "statement": record(session, said, county.now).id}


@pytest.mark.parametrize("said", ["confirmed", "contradicted", "cannot_say"])
def test_a_community_answer_has_the_outcome_of_its_statement(county: County, number: str, said: str) -> None:
    """A contact said no, and the seal was set under a yes."""
    given = said_of(county, number, said)

    for outcome in get_args(AnswerForm.model_fields["outcome"].annotation):
        if outcome != said:
            more = {"available_on": county.now.date() + timedelta(days=9)} if outcome == "available_from" else {}
            named = {"identity": {"person": "not_known"}} if outcome == "identity_mismatch" else {}
            assert wrong(county, number, "answer", outcome=outcome, **given, **more, **named) == [("outcome", "not_said")]
    answered = make(county, number, "answer", outcome=said, **given)
    assert answered.finding is not None
    assert (answered.outcome, answered.finding["evidence"]["said"]) == (said, said)


@pytest.mark.parametrize("words", ["经核实，情况属实。", "特此证明"])
def test_a_contacts_word_is_never_called_a_proof(county: County, number: str, words: str) -> None:
    given: dict[str, Any] = {"outcome": "confirmed", **said_of(county, number, "confirmed")}

    assert wrong(county, number, "answer", **given, words=words) == [("words", "forbidden_word")]
    assert make(county, number, "answer", **given, words="联系人称二人是父子。").source == "community"


@pytest.mark.parametrize(
    "words", ["情况屬實", "證 明", "属\u200b实", "情况真实", "属.实", "ｔｒｕｅ", "We CERTIFY this", "\u2062证\u034f明"]
)
def test_a_proof_in_other_signs_is_one_too(county: County, number: str, words: str) -> None:
    given = {"outcome": "confirmed", **said_of(county, number, "confirmed")}

    assert set(wrong(county, number, "answer", **given, words=words)) == {("words", "forbidden_word")}


@pytest.mark.parametrize("words", ["不是父子", "没有 记载", "查\u200b无此人", "與所述不符"])
def test_words_of_ones_own_that_deny_a_yes_are_refused(county: County, number: str, words: str) -> None:
    assert wrong(county, number, "answer", outcome="confirmed", archive="7-12", words=words) == [("words", "denies_outcome")]


def test_signs_that_nobody_sees_do_not_come_onto_the_paper(county: County, number: str) -> None:
    answered = make(
        county, number, "answer", outcome="confirmed", archive="\u202e7-\u200b12", words="第一行\u202e\r\n第二\u0007行\u2028第三行"
    )

    assert answered.finding is not None
    assert answered.finding["words"] == "第一行\n第二行\n第三行"
    assert answered.finding["evidence"]["archive"] == "7-12"


@pytest.mark.parametrize(
    ("archive", "code"),
    [
        ("7-12\n以上属于事实", "not_one_line"),
        ("7-12 330782198501010018", "id_number"),
        ("7-12 330782 19850101 001X", "id_number"),
        ("第3卷 330725620514001", "id_number"),
        ("7-12 情况屬實", "forbidden_word"),
        ("7-12 不属实", "forbidden_word"),
        ("7-12 特此证明", "forbidden_word"),
        ("7-12 ３３０７８２１９８５０１０１００１８", "id_number"),
        pytest.param(f"7-12{'页' * 80}", "too_long", id="too long"),
    ],
)
def test_a_place_in_the_archive_says_where_and_nothing_more(county: County, number: str, archive: str, code: str) -> None:
    assert wrong(county, number, "answer", outcome="confirmed", archive=archive) == [("archive", code)]


def test_of_a_mismatch_no_words_speak_of_the_item(county: County, number: str) -> None:
    given = {"outcome": "identity_mismatch", "identity.person": "name_differs"}
    assert wrong(county, number, "answer", **given, words="二人系父子") == [("words", "not_ready")]

    about(county, number, "housing_fund")
    phrase = next(p for p in RULEBOOK.catalogue.item("housing_fund").phrases if "identity_mismatch" in p.outcomes)
    assert wrong(county, number, "answer", **given, words=f"{phrase.zh}\n查到缴存") == [("words", "not_ready")]
    assert make(county, number, "answer", **given, words=phrase.zh).outcome == "identity_mismatch"


def test_a_criminal_record_is_answered_in_ready_sentences_alone(county: County, number: str) -> None:
    about(county, number, "no_criminal_record")
    given = {"outcome": "contradicted", "archive": "7-12"}
    ready = RULEBOOK.catalogue.item("no_criminal_record").phrases[0].zh

    assert wrong(county, number, "answer", **given, words="2011年盗窃") == [("words", "not_ready")]
    assert set(wrong(county, number, "answer", **given, words=ready)) == {("words", "not_ready"), ("words", "denies_outcome")}
    assert make(county, number, "answer", **given).outcome == "contradicted"


def test_a_sentence_that_takes_a_fact_for_granted_needs_it(county: County, number: str) -> None:
    about_a_death(county, number, died_on="2020-02-02")
    words = RULEBOOK.catalogue.item("death").phrases[0].zh
    given = {"outcome": "contradicted", "archive": "7-12", "words": words}

    assert wrong(county, number, "answer", **given, **{"facts.registered": "differs"}) == [("words", "denies_facts")]
    assert wrong(county, number, "answer", **given) == [("words", "denies_facts"), ("facts", "missing")]
    assert make(county, number, "answer", **given, **{"facts.registered": "agrees", "facts.day": "differs"}).outcome


def test_what_a_contact_said_is_not_told_in_words_of_a_register(county: County, number: str) -> None:
    given = {"outcome": "confirmed", **said_of(county, number, "confirmed")}

    assert wrong(county, number, "answer", **given, words=ITEM.phrases[0].zh) == [("words", "denies_facts")]


@pytest.mark.parametrize("days", [-400, -1, 0, 5 * 366, 36500])
def test_a_later_day_lies_after_today_and_within_five_years(county: County, number: str, days: int) -> None:
    today = county.now.astimezone(OFFICE).date()
    given = {"outcome": "available_from"}

    assert wrong(county, number, "answer", **given, available_on=today + timedelta(days)) == [("available_on", "wrong_day")]
    assert make(county, number, "answer", **given, available_on=today + timedelta(days=1)).outcome == "available_from"


def test_of_a_marriage_no_answer_speaks_of_marital_status(county: County, number: str) -> None:
    with county.database.write() as session:
        session.exec(select(Case).where(Case.number == number)).one().item = "marriage"

    assert wrong(county, number, "answer", outcome="no_record", words="其婚姻状况为未婚") == [("words", "forbidden_word")] * 2
