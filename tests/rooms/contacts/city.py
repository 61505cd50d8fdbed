"""One community with two contacts, and alerts about a case, for the tests of this room."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from contacts.alerts import alerts
from contacts.alerts.alerts import Alert, Order
from contacts.roster import roster
from contacts.roster.roster import Area, Contact, ContactEntry
from storage.database import Database

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # nine in the morning in Yiwu
SECRETARY, DIRECTOR = "+8613900010011", "+8613900010012"
AREA = "330782001001"
DESK: dict[str, Any] = {"purpose": "desk", "template": "desk_new", "params": {"number_tail": "0042", "due": "11-24 09:00"}}
CONSULT: dict[str, Any] = {
    "purpose": "consult",
    "template": "consult_contact",
    "params": {"number_tail": "0042", "window_phone": "0579-85230000"},
    "wants_reply": True,
}


def settle(session: Session) -> list[Contact]:
    """The community and its people."""
    session.add(Area(code=AREA, name="丹溪社区"))
    session.flush()
    entries = [
        ContactEntry(area=AREA, name="金书记", role="secretary", phone=SECRETARY, place_in_order=1),
        ContactEntry(area=AREA, name="何主任", role="director", phone=DIRECTOR, place_in_order=2),
    ]
    return roster.add_all(session, entries, "keeper", NOW)


def ordered(database: Database, *orders: dict[str, Any], to: str = SECRETARY, now: datetime = NOW) -> list[Alert]:
    """Alerts about case 0042 as the ladder orders them."""
    known = {"about": "0042", "recipient_kind": "contact", "recipient": "1", "to_number": to}
    with database.write() as session:
        return alerts.order(session, [Order.model_validate({**known, **order}) for order in orders or (DESK,)], now)


def ids(rows: Sequence[Alert]) -> list[UUID]:
    """Their ids."""
    return [alert.id for alert in rows]


def seen(database: Database, rows: Sequence[Alert]) -> list[Alert]:
    """The same alerts as they stand now, in the same order."""
    with database.read() as session:
        found = {alert.id: alert for alert in (session.get(Alert, alert.id) for alert in rows) if alert}
    return [found[alert.id] for alert in rows]


def all_wanted(_session: Session, rows: Sequence[Alert]) -> Collection[UUID]:
    """Nobody has answered yet."""
    return {alert.id for alert in rows}


def none_wanted(_session: Session, rows: Sequence[Alert]) -> Collection[UUID]:
    """Everything is answered."""
    return set()
