"""Permissions: given for the items of a matter, extended and ended together, each with its line on the trail."""

from datetime import date, timedelta

import pytest

from cases.grants.grants import Grant, granted
from tests.rooms.county import MONDAY
from tests.rooms.office import Desk, Office, faults_in, on_both

TODAY = MONDAY.date()
DAY = "2026-12-31"


def give(office: Office, item: str, until: date, matter: str = "mortgage", unit: str = "bank") -> str:
    with office.county.database.write() as session:
        session.add(Grant(unit=unit, item=item, matter=matter, until=until, pledged_by="周行长"))
    return f"{unit}|{item}|{matter}"


def grant(office: Office, item: str, matter: str = "mortgage") -> Grant | None:
    found: Grant | None = office.one(Grant, ("bank", item, matter))
    return found


@on_both
def test_the_items_of_a_matter_are_offered_and_given(office: Office, desk: Desk) -> None:
    page = desk.get("/admin/new/grants?unit=bank&matter=mortgage")
    assert 'value="marriage"' in page
    assert 'value="moral_conduct"' not in page
    answer = desk.post(
        "/admin/new/grants", ["marriage", "real_estate"], unit="bank", matter="mortgage", until=DAY, pledged_by="周行长"
    )

    assert answer.headers["location"] == "/admin/grants?unit=bank&flash=grants_given"
    with office.county.database.read() as session:
        assert granted(session, "bank", TODAY) == {("marriage", "mortgage"), ("real_estate", "mortgage")}
    assert office.acts() == [("grant_give", "bank · marriage · mortgage"), ("grant_give", "bank · real_estate · mortgage")]
    assert len(office.lines("grant_give")) == 2


@on_both
def test_giving_again_renews_and_keeps_who_pledged(office: Office, desk: Desk) -> None:
    give(office, "marriage", TODAY)
    desk.post("/admin/new/grants", ["marriage"], unit="bank", matter="mortgage", until=DAY, pledged_by="")
    one = grant(office, "marriage")

    assert one
    assert (str(one.until), one.pledged_by) == (DAY, "周行长")
    assert office.changed() == {"until": [str(TODAY), DAY]}
    desk.post("/admin/new/grants", ["marriage"], unit="bank", matter="mortgage", until=DAY)
    assert len(office.acts()) == 1, "nothing changed the second time"


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"unit": "police"}, ["unit"]),
        ({"unit": "nowhere"}, ["unit"]),
        ({"matter": "nothing"}, ["matter", "picked"]),
        ({"until": "31.12.2026"}, ["until"]),
        ({"until": "2026-03-01"}, ["until"]),
        ({"until": "2099-01-01"}, ["until"]),
    ],
)
def test_what_cannot_be_given_is_named(office: Office, desk: Desk, change: dict[str, str], fields: list[str]) -> None:
    answer = desk.post("/admin/new/grants", ["marriage"], **{"unit": "bank", "matter": "mortgage", "until": DAY, **change})

    assert (answer.status_code, faults_in(answer.text)) == (422, fields)
    assert office.acts() == []


def test_an_item_that_the_matter_does_not_list_is_not_given(office: Office, desk: Desk) -> None:
    answer = desk.post("/admin/new/grants", ["moral_conduct"], unit="bank", matter="mortgage", until=DAY)

    assert faults_in(answer.text) == ["picked"]
    answer = desk.post("/admin/new/grants", ["marriage", "moral_conduct"], unit="bank", matter="mortgage", until=DAY)
    assert faults_in(answer.text) == ["picked"], "not one of two either"
    assert [grant(office, item) for item in ("marriage", "moral_conduct")] == [None, None]


@on_both
@pytest.mark.parametrize("path", ["end", "extend"])
@pytest.mark.parametrize("pick", ["nothing", "bank|marriage|", "bank|marriage|no_matter"])
def test_a_tick_that_is_no_permission_is_said_and_changes_nothing(office: Office, desk: Desk, path: str, pick: str) -> None:
    good = give(office, "marriage", TODAY)
    for picked in ([pick], [good, pick]):
        answer = desk.post(f"/admin/grants/{path}", picked, until=DAY)
        assert (answer.status_code, faults_in(answer.text)) == (422, ["picked"])
    assert office.acts() == []


@on_both
def test_the_ticked_ones_are_extended_and_the_others_are_not(office: Office, desk: Desk) -> None:
    picked, other = give(office, "marriage", TODAY), give(office, "real_estate", TODAY)
    assert desk.post("/admin/grants/extend", [picked], until=DAY).headers["location"].endswith("flash=grants_extended")

    assert [str(one.until) for item in ("marriage", "real_estate") if (one := grant(office, item))] == [DAY, str(TODAY)]
    assert office.acts() == [("grant_extend", "bank · marriage · mortgage")]
    assert other not in office.acts()[0][1]


@on_both
def test_what_is_ended_can_no_longer_be_asked_and_stays_to_be_seen(office: Office, desk: Desk) -> None:
    picked = give(office, "marriage", TODAY + timedelta(days=90))
    desk.post("/admin/grants/end", [picked])

    with office.county.database.read() as session:
        assert granted(session, "bank", TODAY) == set()
    assert "Ended" in desk.get("/admin/grants?unit=bank&state=ended")
    assert office.changed()["until"] == ["2026-05-31", "2026-03-01"]


def test_a_form_with_nothing_ticked_or_a_wrong_day_keeps_what_was_chosen(office: Office, desk: Desk) -> None:
    key = give(office, "marriage", TODAY)
    nothing = desk.post("/admin/grants/extend", until=DAY)
    wrong = desk.post("/admin/grants/extend", [key], until="soon", in_unit="bank")

    assert faults_in(nothing.text) == ["picked"]
    assert faults_in(desk.post("/admin/grants/end").text) == ["picked"]
    assert faults_in(wrong.text) == ["until"]
    assert f'value="{key}" checked' in wrong.text
    assert 'name="in_unit" value="bank"' in wrong.text


@on_both
def test_permissions_are_found_by_unit_matter_item_and_state(office: Office, desk: Desk) -> None:
    give(office, "marriage", TODAY + timedelta(days=30))
    give(office, "real_estate", TODAY + timedelta(days=31))
    give(office, "kinship", TODAY - timedelta(days=1), "close_relative_card")
    give(office, "kinship", TODAY, "close_relative_card", "court")

    def found(query: str) -> list[str]:
        page = desk.get(f"/admin/grants?{query}")
        keys = (
            "bank|marriage|mortgage",
            "bank|real_estate|mortgage",
            "bank|kinship|close_relative_card",
            "court|kinship|close_relative_card",
        )
        return [key for key in keys if f'value="{key}"' in page]

    assert len(found("")) == 4
    assert found("unit=court") == ["court|kinship|close_relative_card"]
    assert found("state=ending") == ["bank|marriage|mortgage", "court|kinship|close_relative_card"]
    assert found("state=ended&item=kinship") == ["bank|kinship|close_relative_card"]
    assert len(found("matter=mortgage&state=valid")) == 2
    assert "No permission is like this" in desk.get("/admin/grants?unit=court&matter=mortgage")
