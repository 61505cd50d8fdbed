"""Attachments on a case: both sides see them under their own mark, they lie sealed, and go when the time of the case is over."""

import io
from datetime import timedelta

import pytest
from httpx2 import Response
from PIL import Image
from sqlmodel import select, update

from access.freezes import ACCOUNT, UNIT, Frozen, freeze
from access.principal import Principal
from cases.attachments import aside, attaching
from cases.attachments.attaching import Attaching, bring_to_case, keep_aside
from cases.attachments.attachment import ASIDE, Attachment, AttachmentPage, attachments_of, picture_of
from cases.attachments.cleaning import clean
from cases.case import Case
from cases.retention import block
from deploy.operations.retention import wipe
from requesters.own_cases.events import Follower
from requesters.own_cases.unread import unread_among
from storage.encrypted_columns import EncryptedColumn
from storage.problem import Problem
from storage.row_encryption import Misplaced
from tests.rooms.cases.attachments.hostile_pictures import SECRET, exif, face, jpeg, saved
from tests.rooms.county import ASKER, CLERK, MACHINE, counted, never_remembered
from tests.rooms.office import Desk, Office, faults_in, on_both
from web.reader_mark import reader_mark

ASKER_HERSELF = Principal("asker", "甲", "bank", frozenset({"asker"}), "en")
CLERK_HIMSELF = Principal("clerk", "乙", "police", frozenset({"clerk"}), "en")
CAPTION = "户口簿首页"
DESK = [("hand_over", MACHINE), ("take", CLERK)]


def opened(office: Office) -> str:
    """A case that a clerk has in hand."""
    (number,) = office.county.ask()
    for move, mover in DESK:
        office.county.move(number, move, mover)
    return number


def send(desk: Desk, number: str, file: bytes, caption: str = CAPTION, name: str = "x.png") -> Response:
    data = {"csrf": desk.csrf, "caption": caption, "side": ""}
    return desk.web.post(f"/attachments/{number}", data=data, files={"file": (name, file)})


def kept(office: Office, number: str) -> list[Attachment]:
    with office.county.database.read() as session:
        return list(attachments_of(session, number))


def picture(desk: Desk, one: Attachment, more: str = "") -> Response:
    return desk.web.get(f"/api/v1/cases/{one.number}/attachments/{one.id}/1.jpg{more}")


@on_both
def test_what_one_side_attaches_the_other_and_the_supervisor_see(office: Office) -> None:
    number = opened(office)
    asker, clerk, supervisor = office.client("asker"), office.client("clerk"), office.client("supervisor")
    sent = send(asker, number, jpeg(exif=exif()))
    (one,) = kept(office, number)
    line = office.lines("attach")[0]

    assert sent.headers["location"] == f"/cases/{number}?flash=attached#attachments"
    assert (one.side, one.unit, one.caption, one.kind, one.pages) == ("asker", "bank", CAPTION, "jpeg", 1)
    assert (line.who, line.number, line.details["attachment"]) == ("asker", number, one.id)
    for desk, page in ((asker, f"/cases/{number}"), (clerk, f"/desk/{number}"), (supervisor, f"/board/{number}")):
        text = desk.get(page)
        assert CAPTION in text
        assert f"/attachments/{number}/{one.id}" in text
        assert (f'action="/attachments/{number}"' in text) == (desk is not supervisor)
        assert CAPTION in desk.get(f"/attachments/{number}/{one.id}")
    with office.county.database.read() as session:
        assert unread_among(session, [number]) == set(), "the asker knows what they attached"


@on_both
def test_what_the_clerk_attaches_is_news_to_the_asker(office: Office) -> None:
    number = opened(office)
    send(office.client("clerk"), number, saved(face(), "PDF"))
    with office.county.database.read() as session:
        assert unread_among(session, [number]) == {number}
    assert kept(office, number)[0].side == "clerk"
    assert office.county.letters("outcome") == []


@on_both
def test_what_the_asker_attaches_is_news_to_the_desk_until_its_clerk_looks(office: Office) -> None:
    number = opened(office)
    asker, clerk = office.client("asker"), office.client("clerk")
    send(asker, number, jpeg())
    assert office.county.case(number).desk_unread
    assert "New message or attachment" in clerk.get("/desk?pile=mine")
    clerk.get(f"/desk/{number}")
    assert not office.county.case(number).desk_unread
    send(clerk, number, jpeg())
    assert not office.county.case(number).desk_unread, "they know what they attached themselves"


def test_what_is_attached_while_a_machine_is_asked_is_at_no_desk(office: Office) -> None:
    (number,) = office.county.ask()
    send(office.client("asker"), number, jpeg())
    assert not office.county.case(number).desk_unread


def test_each_reader_gets_a_picture_with_their_own_name_in_its_pixels_and_each_look_is_on_the_trail(office: Office) -> None:
    number = opened(office)
    asker, clerk = office.client("asker"), office.client("clerk")
    send(asker, number, saved(Image.new("RGB", (900, 600), "white"), "JPEG"))
    (one,) = kept(office, number)
    seen, other = picture(asker, one), picture(clerk, one)
    with Image.open(io.BytesIO(seen.content)) as shown:
        dark = sum(shown.convert("L").histogram()[:230])

    assert seen.headers["content-type"] == "image/jpeg"
    assert seen.headers["content-disposition"].startswith("inline; filename=")
    assert seen.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert (seen.headers["x-content-type-options"], seen.headers["cache-control"]) == ("nosniff", "no-store")
    assert dark > 5000, "letters stand on the white paper"
    assert seen.content != other.content, "each has another's name in it"
    looks = [(line.who, line.details["attachment"]) for line in office.lines("attachment_look")]
    assert looks == [("asker", one.id), ("clerk", one.id)]
    picture(clerk, one)
    clerk.get(f"/attachments/{number}/{one.id}")
    assert len(office.lines("attachment_look")) == 2, "a second glance within minutes is the same look"
    office.county.now += timedelta(minutes=11)
    picture(clerk, one)
    assert len(office.lines("attachment_look")) == 3


def test_no_letter_tells_of_it_and_a_units_system_hears_that_there_is_one_and_of_no_look(office: Office) -> None:
    number = opened(office)
    clerk, follower, letters = office.client("clerk"), Follower(ASKER_HERSELF), office.county.under_way()
    with office.county.database.read() as session:
        follower.begin(session, None)
    heard = []
    for act in (lambda: send(clerk, number, jpeg()), lambda: picture(clerk, kept(office, number)[0])):
        act()
        with office.county.database.read() as session:
            heard.append([one.data for one in follower.look(session)])

    assert heard == [[{"number": number, "state": "at_desk", "version": office.county.case(number).version}], []]
    assert office.county.under_way() == letters


def test_a_small_picture_is_small_and_part_of_the_look_at_the_case(office: Office) -> None:
    number = opened(office)
    clerk = office.client("clerk")
    send(clerk, number, saved(face("RGB", (2000, 1500)), "JPEG"))
    (one,) = kept(office, number)
    shown = picture(clerk, one, "?small=true")
    with Image.open(io.BytesIO(shown.content)) as small:
        assert small.size == (240, 180)
    assert [line.who for line in office.lines("look")] == ["clerk"]
    assert office.lines("attachment_look") == []


def test_the_mark_says_unit_person_and_time(office: Office) -> None:
    who = Principal("asker", "张三", "nowhere", frozenset({"asker"}), "zh")
    assert reader_mark(who, {}, office.county.now) == "nowhere  张三  2026-03-02 09:00"


@pytest.mark.parametrize(
    ("file", "caption", "field"),
    [
        (b"<svg onload='x'>", CAPTION, "file"),
        (b"", CAPTION, "file"),
        (jpeg()[:900], CAPTION, "file"),
        (jpeg(), "x" * 201, "caption"),
    ],
)
def test_what_is_refused_names_the_field_and_keeps_what_was_typed(office: Office, file: bytes, caption: str, field: str) -> None:
    number = opened(office)
    answer = send(office.client("asker"), number, file, caption)

    assert answer.status_code == 422
    assert faults_in(answer.text) == [field]
    assert caption in answer.text
    assert kept(office, number) == []


def test_a_body_of_100_mb_is_turned_away_unread(office: Office) -> None:
    number = opened(office)
    asker = office.client("asker")
    head = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": "100000000", "X-CSRF-Token": asker.csrf}
    for address in (f"/attachments/{number}", f"/api/v1/cases/{number}/attachments"):
        assert asker.web.post(address, content=b"--x", headers=head).status_code == 413


@on_both
def test_in_the_database_it_is_sealed_and_bound_to_its_case(office: Office) -> None:
    number, other = opened(office), opened(office)
    send(office.client("asker"), number, jpeg(comment=SECRET))
    database = office.county.database
    with database.read() as session:
        raw = [session.connection().execute(select(column)).scalar_one() for column in (AttachmentPage.picture, Attachment.caption)]
        assert all(isinstance(value, EncryptedColumn) for value in raw)
        assert b"JFIF" not in raw[0].raw
    with database.write() as session:
        session.connection().execute(update(AttachmentPage).values(number=other))
    with database.read() as session, pytest.raises(Misplaced):
        session.exec(select(AttachmentPage)).all()


@on_both
def test_blocked_nobody_sees_it_and_deleted_nothing_is_left(office: Office) -> None:
    number = opened(office)
    asker = office.client("asker")
    send(asker, number, jpeg())
    (one,) = kept(office, number)
    with office.county.database.write() as session:
        session.connection().execute(update(Case).values(closed_at=office.county.now))
        block(session, [number], office.county.now)

    assert picture(asker, one).status_code == 404
    assert CAPTION not in asker.get(f"/cases/{number}")
    assert asker.web.get(f"/api/v1/cases/{number}/attachments").json() == {"attachments": []}
    assert send(asker, number, jpeg()).status_code == 422
    with office.county.database.write() as session:
        wipe(session, [number], office.county.now)
    with office.county.database.read() as session:
        assert session.exec(select(AttachmentPage.page)).all() == []
        assert session.exec(select(Attachment.id)).all() == []


def test_a_case_takes_so_many_and_a_unit_so_much(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    number = opened(office)
    asker = office.client("asker")
    monkeypatch.setattr(attaching, "MOST_OF_CASE", 1)
    assert send(asker, number, jpeg()).status_code == 303
    assert faults_in(send(asker, number, jpeg()).text) == ["file"]
    assert send(office.client("asker"), opened(office), jpeg()).status_code == 303, "another case has room"
    monkeypatch.setattr(attaching, "MOST_OF_UNIT", 1)
    assert "as many attachments as it may" in send(asker, opened(office), jpeg()).text


def test_frozen_and_over_nothing_is_attached(office: Office) -> None:
    number, over = opened(office), opened(office)
    asker, clerk = office.client("asker"), office.client("clerk")
    office.county.move(over, "withdraw", ASKER)
    assert "it is over" in send(asker, over, jpeg()).text
    with office.county.database.write() as session:
        freeze(session, Frozen(kind=UNIT, subject="bank", reason="x", at=office.county.now, by="supervisor"))
        freeze(session, Frozen(kind=ACCOUNT, subject="clerk", reason="x", at=office.county.now, by="supervisor"))
    for desk in (asker, clerk):
        send(desk, number, jpeg())
    with office.county.database.read() as session, pytest.raises(Problem) as refused:
        attaching.check_place(Attaching(session, CLERK_HIMSELF, office.county.now), number)

    assert (kept(office, number), refused.value.status) == ([], 403)


@on_both
def test_what_was_attached_by_mistake_goes_and_only_its_own_side_takes_it_away(office: Office) -> None:
    number = opened(office)
    asker, clerk = office.client("asker"), office.client("clerk")
    send(asker, number, jpeg())
    (one,) = kept(office, number)
    away = f"/attachments/{number}/{one.id}/remove"

    assert clerk.post(away).status_code == 403
    assert asker.post(away).status_code == 303
    assert (kept(office, number), picture(asker, one).status_code, asker.post(away).status_code) == ([], 404, 404)
    assert [line.details["attachment"] for line in office.lines("attachment_removed")] == [one.id]
    with office.county.database.read() as session:
        assert session.exec(select(AttachmentPage.page)).all() == []
        assert session.get_one(Attachment, one.id).caption == ""


@on_both
def test_many_pages_are_kept_and_listed_in_as_few_statements_as_one(office: Office) -> None:
    number, other = opened(office), opened(office)
    asker = office.client("asker")
    send(asker, number, jpeg())
    for _ in range(5):
        send(asker, other, saved(face("RGB", (100, 90)), "TIFF", save_all=True, append_images=[face("RGB", (101, 90))] * 4))
    asker.get(f"/cases/{number}")
    counts = []
    for one in (number, other):
        with never_remembered(), counted(office.county.database) as statements:
            asker.get(f"/cases/{one}")
        counts.append(sum("FROM attachment" in statement for statement in statements))

    assert counts == [1, 1]


def test_by_api_it_is_sent_listed_fetched_and_taken_away(office: Office) -> None:
    number = opened(office)
    asker, at = office.client("asker"), f"/api/v1/cases/{number}/attachments"
    sent = asker.web.post(at, data={"caption": CAPTION}, files={"file": ("x.pdf", jpeg())}, headers={"X-CSRF-Token": asker.csrf})
    listed = asker.web.get(at).json()["attachments"]
    wrong = asker.web.post(at, files={"file": ("x.jpg", b"MZ")}, headers={"X-CSRF-Token": asker.csrf})

    assert (sent.status_code, sent.json()["kind"], sent.json()["caption"]) == (201, "jpeg", CAPTION)
    assert listed == [sent.json()]
    assert asker.web.get(listed[0]["pages"][0]).headers["content-type"] == "image/jpeg"
    assert asker.web.get(f"{at}/{listed[0]['id']}/2.jpg").status_code == 404
    assert (wrong.status_code, wrong.json()["errors"][0]["field"], wrong.json()["errors"][0]["code"]) == (422, "file", "wrong_kind")
    assert asker.web.post(f"{at}/{listed[0]['id']}/remove", headers={"X-CSRF-Token": asker.csrf}).status_code == 200
    assert asker.web.get(at).json() == {"attachments": []}


@on_both
def test_what_is_kept_aside_becomes_the_cases_or_goes_after_three_days(office: Office) -> None:
    number = opened(office)
    database, now = office.county.database, office.county.now
    made = clean(jpeg())
    with database.write() as session:
        ids = [keep_aside(Attaching(session, ASKER_HERSELF, now), made, CAPTION).id for _ in range(2)]
    with database.read() as session:
        assert [one.number for one in aside.kept_aside(session, ids, "asker")] == [ASIDE, ASIDE]
        assert list(aside.kept_aside(session, ids, "other")) == [], "it is its uploader's alone"
    with database.write() as session:
        (moved,) = bring_to_case(Attaching(session, ASKER_HERSELF, now), ids[:1], number)
        assert picture_of(session, moved, 1) == made.pages[0].picture
    assert [one.caption for one in kept(office, number)] == [CAPTION]
    assert [line.number for line in office.lines("attach")] == [number]
    for hours, left in ((71, 1), (73, 0)):
        with database.write() as session:
            old = aside.any_old(session, now + timedelta(hours=hours))
            aside.forget(session, now + timedelta(hours=hours))
            assert (old, len(session.exec(select(Attachment.id).where(Attachment.number == ASIDE)).all())) == (not left, left)
