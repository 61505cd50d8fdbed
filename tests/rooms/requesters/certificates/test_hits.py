"""One search finds certificates, items, matters and bundles together; the first hit leads to the right way, and no other can."""

import time
from datetime import date

import pytest

from cases.certificates.certificate import Certificate
from cases.certificates.directory import all_certificates
from requesters.ask.hits import SHOWN
from requesters.certificates.ways import Allowed, way_of
from tests.rooms.requesters.certificates.counter import Counter, found
from tests.routes import RULEBOOK

PAIRS = (("kinship", "close_relative_card"), ("marriage", "mortgage"), ("marriage", "newborn"))
DEPOSIT = tuple((item, "deposit_of_deceased") for item in ("death", "kinship", "identity_change"))


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("出生日期证明", "/ask/certificates/birth_date"),  # the card proves it
        ("csrq", "/ask/certificates/birth_date"),
        ("date of birth", "/ask/certificates/birth_date"),
        ("15位", "/ask/certificates/id_number"),
        ("15位升18位", "/ask/certificates/id_number"),
        ("hmsw", "/ask/certificates/id_number"),
        ("分居证明", "/ask/certificates/separation"),  # cancelled
        ("收入证明", "/commitments/new?certificate=income"),
        ("亲属关系证明", "/ask/kinship?matter=close_relative_card"),  # the only matter is chosen
        ("婚姻状况证明", "/ask/marriage"),  # two matters: the form asks which
        ("无犯罪记录证明", "/ask/certificates/no_crime"),  # nothing granted: the page says so
        ("qsgx", "/ask/kinship?matter=close_relative_card"),
        ("ＱＳＧＸ", "/ask/kinship?matter=close_relative_card"),
        ("kin", "/ask/kinship?matter=close_relative_card"),
    ],
)
def test_the_first_hit_is_the_right_way(bank: Counter, words: str, address: str) -> None:
    hits = found(bank.doors.database, words, PAIRS, "en" if words.isascii() else "zh")

    assert hits[0][1] == address, hits


def test_kinds_stand_together_the_best_first(bank: Counter) -> None:
    addresses = [address for _, address in found(bank.doors.database, "婚姻", PAIRS)]
    assert {"/ask/marriage"} <= set(addresses)
    close = [address for _, address in found(bank.doors.database, "销卡", PAIRS)]
    assert close == ["/ask/bundles/close_relative_card", "/ask?matter=close_relative_card"]
    assert found(bank.doors.database, "按揭", [("kinship", "inheritance")]) == [], (
        "neither a bundle nor a matter that is not granted"
    )
    deposit = [address for _, address in found(bank.doors.database, "存款", DEPOSIT)]
    assert deposit[0] == "/ask/bundles/deposit_of_deceased"
    assert "/ask?matter=deposit_of_deceased" in deposit


def test_a_matter_that_was_chosen_is_kept_and_narrows_what_is_asked(bank: Counter) -> None:
    pairs = (*PAIRS, ("kinship", "inheritance"))
    kept = found(bank.doors.database, "亲属关系", pairs, matter="inheritance")
    assert kept[0] == ("亲属关系证明", "/ask/kinship?matter=inheritance")
    assert (
        found(bank.doors.database, "收入证明", pairs, matter="mortgage")[0][1]
        == "/commitments/new?certificate=income&matter=mortgage"
    )
    assert all(
        not address.startswith("/ask?matter=") for _, address in found(bank.doors.database, "继承", pairs, matter="inheritance")
    )


def test_every_certificate_has_one_way_by_its_class_alone(bank: Counter) -> None:
    every = {(item, matter.code) for matter in RULEBOOK.catalogue.matters.values() for item in matter.items}
    allowed = Allowed(every, RULEBOOK.bundles)
    with bank.doors.database.read() as session:
        for one in all_certificates(session):
            way, own = way_of(one, allowed), f"/ask/certificates/{one.code}"
            if one.certificate_class in ("not_needed", "cancelled"):
                assert way == own
            elif one.certificate_class == "commitment":
                assert way == f"/commitments/new?certificate={one.code}"
            else:
                assert way.partition("?")[0] in (f"/ask/bundles/{one.bundle}", *(f"/ask/{item}" for item in one.items))
            assert way_of(one, Allowed((), RULEBOOK.bundles)) in (own, f"/commitments/new?certificate={one.code}")


def test_one_that_is_not_classified_leads_to_its_page_and_one_that_is_switched_off_nowhere(bank: Counter) -> None:
    bank.add(
        Certificate(code="zodiac", zh="生肖证明", en="Zodiac"), Certificate(code="star", zh="星座证明", en="Star", active=False)
    )

    assert found(bank.doors.database, "生肖证明")[0] == ("生肖证明", "/ask/certificates/zodiac")
    assert found(bank.doors.database, "星座") == []


def test_many_are_cut_and_it_is_said_how_many_more_there_are(bank: Counter) -> None:
    hits = found(bank.doors.database, "证明")
    assert len(hits) == SHOWN
    assert hits.more > 20


def test_three_hundred_certificates_are_searched_well_under_a_tenth_of_a_second(bank: Counter) -> None:
    bank.add(*(Certificate(code=f"made_{n}", zh=f"第{n}号证明", en=f"Certificate {n}", since=date(2026, 1, 1),
                           keywords=[f"关键词{n}", f"gjc{n}", f"word {n}", "共同", "common"]) for n in range(300)))  # fmt: skip
    found(bank.doors.database, "证明", PAIRS)
    times = []
    for words in ("证明", "关键词299", "qsgx", "common word 7"):
        start = time.thread_time()  # of this thread's own work: other processes of a test run take their time too
        found(bank.doors.database, words, PAIRS)
        times.append(time.thread_time() - start)
    assert min(times) < 0.05, times
