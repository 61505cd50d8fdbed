"""Preparing a commitment: what is checked, what the text says, and that unsigned it counts for nothing."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from cases.commitments.commitment import Commitment
from cases.commitments.keeping import any_old_drafts, forget_drafts
from cases.subject_index import IndexedSubject, numbers_of
from requesters.commitments.drafting import MOST_UNSIGNED
from tests.kinds import once
from tests.rooms.requesters.commitments.counter import Counter, asked
from tests.routes import SON, later


def lines(view: Any, code: str, locale: str = "zh") -> list[str]:
    return [line[locale] for section in view["text"]["sections"] if section["code"] == code for line in section["lines"]]


def test_the_text_says_what_is_stated_what_follows_who_checks_and_how_long_it_counts(counter: Counter) -> None:
    view = counter.post(asked()).json()

    assert (view["state"], view["person"]["id_number"], view["stated"]) == ("drafted", SON, {"income": "3200"})
    assert lines(view, "states")[0] == "本人吴一家庭月收入为3200 元。"
    assert lines(view, "states", "en")[0] == "I, 吴一, have a monthly household income of 3200 yuan."
    follows = " ".join(lines(view, "consequences"))
    for expected in ("国办发〔2020〕42号", "第一千一百六十五条", "10个工作日", "名单12个月", "多领的待遇应当退回。"):
        assert expected in follows
    checks = " ".join(lines(view, "checks"))
    assert "2026年3月9日或者以后，核查系统以核对承诺为目的，向police单位查询“亲属关系核查”" in checks
    assert "民政部门可以上门了解。" in checks
    told = " ".join(lines(view, "told"))
    assert "示例办法第三条" in told
    assert "由你自己决定" in told
    assert "有效期至2027年3月2日" in " ".join(lines(view, "time"))
    assert "补交" not in told + follows, "no paper follows with this one"
    one = counter.stands(view["number"])
    assert (one.counts_until, one.check_item) == (date(2027, 3, 2), "kinship")
    assert one.check_due is not None
    assert one.check_due.isoformat() == "2026-03-09T00:30:00+00:00", "as soon as the offices open on that day"


@once
def test_where_a_paper_follows_the_text_says_what_when_and_what_if_not(counter: Counter) -> None:
    body = asked(certificate="lease", stated={}, due_on="2026-03-07", phone="13900010001")
    view = counter.post(body).json()

    assert (view["due_on"], view["paper"]) == ("2026-03-09", "awaited"), "the seventh is a Saturday"
    text = " ".join(line for code in ("told", "states", "consequences", "time") for line in lines(view, code))
    assert "最迟在2026年3月9日补交" in text
    assert "记为逾期未交" in text
    assert "139****0001" in text
    assert "13900010001" not in text
    assert "名单" not in text, "a paper that comes late is no false statement"
    assert lines(view, "checks") == ["本单位和依法负有监督职责的部门，可以用其他合法方式核查。"]


@once
@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"stated": {}}, ("stated.income", "missing")),
        ({"stated": {"income": "viel"}}, ("stated.income", "wrong_kind")),
        ({"stated": {"income": "1", "rent": "2"}}, ("stated", "unknown_field")),
        ({"person": {"name": "吴一", "id_number": SON[:-1] + "9"}}, ("person.id_number", "id_number_check_digit")),
        ({"person": {"name": "义乌公司", "credit_code": "913307821476420603"}}, ("person.id_number", "needs_person")),
        ({"reference": "吴一"}, ("reference", "names_somebody")),
        ({"due_on": "2026-03-09"}, ("due_on", "no_paper")),
        ({"certificate": "lease", "stated": {}}, ("due_on", "missing")),
        ({"certificate": "lease", "stated": {}, "due_on": "2026-03-02"}, ("due_on", "too_soon")),
        ({"certificate": "lease", "stated": {}, "due_on": "2026-04-20"}, ("due_on", "too_late")),
        ({"certificate": "lease", "stated": {}, "due_on": "2026-03-09", "phone": "057985311111"}, ("phone", "no_mobile")),
        ({"certificate": "nothing"}, ("certificate", "unknown_certificate")),
    ],
)
def test_what_is_wrong_is_named_by_its_field(counter: Counter, change: Any, fault: Any) -> None:
    refused = counter.post(asked(**change))

    assert refused.status_code in (404, 409, 422)
    found = [(one["field"], one["code"]) for one in refused.json()["errors"]]
    assert fault in found
    assert "吴一" not in refused.text
    with counter.doors.database.read() as session:
        assert session.exec(select(Commitment)).all() == []


@once
def test_a_certificate_of_another_class_takes_no_commitment(counter: Counter) -> None:
    with counter.doors.database.write() as session:
        session.connection().exec_driver_sql("update certificate set certificate_class = 'cancelled' where code = 'income'")

    assert counter.post(asked()).status_code == 409


def test_the_same_key_prepares_one(counter: Counter) -> None:
    first, again = counter.post(asked(), key="k1"), counter.post(asked(), key="k1")
    other = counter.post(asked(stated={"income": "1"}), key="k1")

    assert first.json()["number"] == again.json()["number"]
    assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "key_reused")


def test_a_draft_is_found_by_nobody_and_gone_after_three_days(counter: Counter) -> None:
    number = counter.drafted()
    with counter.doors.database.read() as session:
        assert list(numbers_of(session, SON)) == []
        assert not any_old_drafts(session, counter.doors.now)
    later(counter.doors, days=3, minutes=1)
    with counter.doors.database.write() as session:
        assert any_old_drafts(session, counter.doors.now)
        forget_drafts(session, counter.doors.now)
    with counter.doors.database.read() as session:
        assert session.get(Commitment, number) is None
        assert session.exec(select(IndexedSubject)).all() == []
    assert counter.actions(number) == ["commitment_draft"]


@once
def test_another_unit_finds_nothing(counter: Counter) -> None:
    number = counter.drafted()
    client = counter.doors.client("other")

    assert client.get(f"/api/v1/commitments/{number}").status_code == 404
    assert counter.sign(number, who="other").status_code == 404
    assert client.get("/api/v1/commitments").json() == {"commitments": [], "next": None}


@once
def test_whoever_prepares_many_that_nobody_signs_is_stopped(counter: Counter) -> None:
    for _ in range(MOST_UNSIGNED):
        number = counter.drafted()
    stopped = counter.post(asked())
    assert (stopped.status_code, stopped.json()["errors"][0]["code"]) == (409, "too_many")
    counter.sign(number)

    assert counter.post(asked()).status_code == 201
