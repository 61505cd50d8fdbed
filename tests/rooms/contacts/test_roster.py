"""The roster: numbers as people write them, who can be asked today, and what was changed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session

from contacts.phone_numbers import masked, normalise, takes_sms
from contacts.roster import roster
from contacts.roster.history import history
from contacts.roster.roster import Area, Contact, ContactEntry
from storage.database import Database
from storage.problem import RosterProblem
from tests.kinds import once

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # nine in the morning in Yiwu
MOBILE = "+8613900010011"
LANDLINE = "+8657985230011"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        session.add(Area(code="330782001", name="稠城街道", kind="town"))
        session.flush()
        session.add(Area(code="330782001001", name="丹溪社区", parent="330782001"))
        session.add(Area(code="330782001002", name="胜利社区", parent="330782001"))
        session.flush()
        yield session


def entry(name: str, place: int = 1, phone: str = MOBILE, **fields: object) -> ContactEntry:
    return ContactEntry.model_validate({"area": "330782001001", "name": name, "place_in_order": place, "phone": phone, **fields})


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13900010011", MOBILE),
        ("139 0001 0011", MOBILE),
        ("+86 139-0001-0011", MOBILE),
        ("１３９０００１００１１", MOBILE),
        ("0579-85230011", LANDLINE),
        ("(0579)85230011", LANDLINE),
        ("０５７９－８５２３００１１", LANDLINE),
        ("85230011", LANDLINE),
        ("8523 0011", LANDLINE),
        ("", ""),
        ("  ", ""),
    ],
)
def test_numbers_are_kept_in_one_form(written: str, kept: str):
    assert normalise(written) == kept


def test_a_local_landline_takes_the_area_code_of_the_house():
    assert normalise("87650011", area_code="0571") == "+8657187650011"


@pytest.mark.parametrize("written", ["1390001", "139000100112", "12345", "电话", "110", "85230011-801-2-3"])
def test_what_cannot_be_dialled_is_refused_without_repeating_it(written: str):
    with pytest.raises(RosterProblem) as refused:
        normalise(written)

    assert refused.value.field == "phone"
    assert written not in str(refused.value) + refused.value.message.format(**refused.value.params)


def test_trap_6_a_landline_never_takes_a_text():
    """Trap 6: a text to a landline is error 21614, so it is never sent."""
    assert (takes_sms(MOBILE), takes_sms(LANDLINE), takes_sms("")) == (True, False, False)


def test_a_masked_number_shows_four_digits():
    assert (masked(MOBILE), masked("")) == ("***0011", "")


def test_contacts_come_in_the_order_of_the_roster(session: Session):
    roster.add_all(session, [entry("副", 2, "13900010012"), entry("书记", 1), entry("主任", 3, "13900010013")], "keeper", NOW)

    assert [c.name for c in roster.reachable(session, "330782001001", NOW)] == ["书记", "副", "主任"]
    assert roster.reachable(session, "330782001002", NOW) == []


def test_trap_5_a_member_without_a_mobile_is_not_texted_but_stays_in_the_phone_task(session: Session):
    """Trap 5: a member without a usable number neither holds up the ladder nor disappears from the list of whom to ring."""
    roster.add_all(session, [entry("无号", 1, ""), entry("座机", 2, "85230011"), entry("手机", 3)], "keeper", NOW)

    assert [c.name for c in roster.reachable(session, "330782001001", NOW)] == ["手机"]
    assert [c.name for c in roster.serving(session, "330782001001", NOW)] == ["无号", "座机", "手机"]


def test_trap_6_a_number_that_no_text_can_reach_is_not_texted_again_until_it_changes(session: Session):
    """Trap 6: permanent errors are remembered with the number."""
    contact = roster.add(session, entry("书记"), "keeper", NOW)
    roster.mark_unusable(session, {MOBILE: "21614"})
    session.refresh(contact)

    assert roster.reachable(session, "330782001001", NOW) == []

    roster.change(session, contact.id or 0, {"phone": "13900010019"}, "keeper", NOW)

    assert [c.phone for c in roster.reachable(session, "330782001001", NOW)] == ["+8613900010019"]


def test_who_left_or_is_away_is_not_asked(session: Session):
    left = entry("离任", 1, left_on=date(2026, 3, 2))
    leaves = entry("将离任", 2, left_on=date(2026, 3, 3))
    away = entry("休假", 3, away_until=date(2026, 3, 3))
    back = entry("已回", 4, away_until=date(2026, 3, 2))
    roster.add_all(session, [left, leaves, away, back], "keeper", NOW)

    assert [c.name for c in roster.serving(session, "330782001001", NOW)] == ["将离任", "已回"]


def test_the_day_is_the_day_in_yiwu(session: Session):
    """At 17:00 UTC it is already tomorrow there."""
    roster.add(session, entry("离任", left_on=date(2026, 3, 3)), "keeper", NOW)

    assert roster.serving(session, "330782001001", datetime(2026, 3, 2, 17, 0, tzinfo=UTC)) == []


def test_every_change_says_who_when_and_what(session: Session):
    contact = roster.add(session, entry("书记"), "keeper", NOW)
    later = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    changed = roster.change(session, contact.id or 0, {"name": "新书记", "phone": "0579-85230011"}, "other", later)
    roster.remove(session, contact.id or 0, "keeper", later)
    lines = [(c.who, c.at, c.what, c.field, c.before, c.after) for c in history(session, contact.id or 0) if c.what != "add"]

    assert (changed.name, changed.phone, changed.updated_at) == ("新书记", LANDLINE, later)
    assert lines == [
        ("other", later, "change", "name", "书记", "新书记"),
        ("other", later, "change", "phone", MOBILE, LANDLINE),
        ("keeper", later, "remove", "active", "true", "false"),
    ]
    assert roster.serving(session, "330782001001", NOW) == []


def test_a_new_number_has_to_be_verified_again(session: Session):
    contact = roster.add(session, entry("书记"), "keeper", NOW)
    assert roster.verify(session, contact.id or 0, "keeper", NOW).verified_at == NOW

    roster.change(session, contact.id or 0, {"note": "接替"}, "keeper", NOW)
    assert contact.verified_at == NOW

    roster.change(session, contact.id or 0, {"phone": "13900010019"}, "keeper", NOW)
    assert contact.verified_at is None


@once
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"area": "999"}, "area"),
        ({"role": "king"}, "role"),
        ({"phone": "123"}, "phone"),
        ({"name": " "}, "name"),
        ({"id": 7}, "id"),
    ],
)
def test_a_wrong_change_names_its_field_and_changes_nothing(session: Session, changes: dict[str, object], field: str):
    contact = roster.add(session, entry("书记"), "keeper", NOW)

    with pytest.raises(RosterProblem) as refused:
        roster.change(session, contact.id or 0, changes, "keeper", NOW)

    assert refused.value.field == field
    assert (contact.name, contact.phone, contact.area) == ("书记", MOBILE, "330782001001")


def test_one_wrong_entry_keeps_the_whole_batch_out(session: Session):
    with pytest.raises(RosterProblem):
        roster.add_all(session, [entry("书记"), entry("错号", 2, "123")], "keeper", NOW)

    assert roster.serving(session, "330782001001", NOW) == []


def test_there_is_no_contact_nobody_added(session: Session):
    with pytest.raises(RosterProblem):
        roster.get(session, 4711)


def test_a_contact_comes_back_from_the_database_as_it_went_in(session: Session):
    contact = roster.add(session, entry("书记", note="每周三在岗"), "keeper", NOW)
    session.expire_all()

    assert session.get(Contact, contact.id) == contact
    assert (contact.note, contact.updated_at, contact.active) == ("每周三在岗", NOW, True)
