"""How long a commitment is kept: blocked, then emptied, as cases are; and that its maker is told of it."""

from types import SimpleNamespace
from typing import Any

from sqlmodel import select

from cases.attachments.attachment import Attachment
from cases.subject_index import numbers_of
from contacts.alerts.alerts import Alert
from deploy.cli.who_asked import _lines, read_number, tell
from deploy.operations.retention import Keeper
from tests.rooms.requesters.commitments.counter import Counter
from tests.routes import RULEBOOK, SON, later


def keep(counter: Counter) -> None:
    Keeper(counter.doors.database, RULEBOOK).keep(counter.doors.now)


def test_an_ended_one_is_blocked_after_months_and_emptied_after_years(counter: Counter) -> None:
    number = counter.signed(certificate="lease", stated={}, due_on="2026-03-13", phone="13900010001")
    later(counter.doors, days=8, hours=1)
    counter.tick()
    later(counter.doors, days=400)
    while counter.tick():
        pass
    assert counter.stands(number).state == "expired"
    keep(counter)
    assert counter.stands(number).person, "its months are not over"
    later(counter.doors, days=200)
    keep(counter)
    one = counter.stands(number)
    assert (one.blocked_at, one.person, one.text, one.phone) == (counter.doors.now, {}, {}, "")
    client = counter.doors.client("asker")
    assert "吴一" not in client.get(f"/api/v1/commitments/{number}").text
    assert client.get(f"/api/v1/commitments/{number}/paper.pdf").status_code == 409
    later(counter.doors, days=1000)
    keep(counter)
    with counter.doors.database.read() as session:
        assert session.exec(select(Attachment)).all() == []
        assert list(numbers_of(session, SON)) == []
        assert {alert.to_number for alert in session.exec(select(Alert))} == {""}
    one = counter.stands(number)
    assert (one.deleted_at, one.reference, one.state) == (counter.doors.now, "", "expired")


def test_whoever_asks_what_is_known_of_them_is_told_of_their_commitments(counter: Counter) -> None:
    number, drafted = counter.signed(), counter.drafted()
    house: Any = SimpleNamespace(now=lambda: counter.doors.now, database=counter.doors.database, rulebook=RULEBOOK)
    wanted = read_number(SON)
    assert wanted is not None
    (told,) = tell(house, wanted, "A-1", "zh")

    assert (told.number, told.item, told.as_what, told.answered_at) == (number, "收入证明", "承诺人", None)
    assert any("本人签署的承诺书" in line for line in _lines(told, "zh"))
    assert "who_asked" in counter.actions(number)
    assert "who_asked" not in counter.actions(drafted)
