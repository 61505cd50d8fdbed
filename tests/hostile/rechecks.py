"""Checked commitments in the marked house: a hearing in each state, an entry on the list, an inspection, a lot."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from cases.attachments.attachment import Attachment, add, fresh_id
from cases.attachments.cleaning import clean
from cases.case_numbers import new_number
from cases.commitments.commitment import Commitment
from cases.rechecks.drawing import RULE, list_digest, seal_of
from cases.rechecks.hearing import Hearing
from cases.rechecks.inspection import Inspection
from cases.rechecks.listed import Listed
from cases.rechecks.lot import Lot
from cases.subject_index import key_of
from storage.vault import vault_of

WHO, STATED, OBJECTED, REASON = "端木申甲", "statement-of-the-person", "objection-of-the-person", "reason-of-the-supervisor"
STATES = {"hearing": "found_false", "told": "found_false", "objected": "objected", "listed": "stands_false",
          "proposed": "stands_false", "drawn": "signed"}  # fmt: skip
MONTH = "2026-02"


def mark_rechecks(
    session: Session, now: datetime, number: str, picture: bytes, unit: str = "bank", inspector: str = "inspector"
) -> Mapping[str, str]:
    """What stands for each name in a path. `number` is the person's ID number; all of it was taken by this unit."""
    things = {name: f"C{new_number(now)}" for name in STATES}
    person = {"name": WHO, "id_number": number}
    text = {"title": {"zh": "", "en": ""}, "sections": [{"code": "states", "lines": [{"zh": STATED, "en": STATED}]}]}
    given: dict[str, Any] = {"certificate": "kinship_proof", "unit": unit, "matter": "x", "reference": "F", "drafted_by": "w",
                             "drafted_at": now, "person": person, "text": text, "text_digest": "0", "signed_at": now}  # fmt: skip
    session.add_all(Commitment(number=things[name], state=state, **given) for name, state in STATES.items())
    photo = Attachment(id=fresh_id(), number=things["objected"], unit=unit, by="asker", side="asker", at=now, kind="jpg",
                       use="objection", pages=1, size=1, digest="0")  # fmt: skip
    add(session, photo, clean(picture))
    session.add_all(_hearing(things[name], name, now, photo.id, unit) for name in STATES if name != "drawn")
    for name in ("listed", "proposed"):
        off = {"asked_off_by": "second", "asked_off_at": now, "off_reason": REASON} if name == "proposed" else {}
        session.add(
            Listed(number=things[name], key=key_of(number, vault_of(session)), unit=unit, certificate="kinship_proof",
                   reason=REASON, decided_by="second", since=now, until=now + timedelta(days=300), **off)
        )  # fmt: skip
    session.add(
        Inspection(number=things["drawn"], lot=MONTH, place=1, inspector=inspector, unit=unit, due_at=now + timedelta(days=9))
    )
    session.add(Lot(month=MONTH, rule=RULE, secret="s", seal=seal_of("s"), sealed_at=now, closed_at=now, lists=list_digest([], [])))
    return {**things, "lot": MONTH}


def _hearing(number: str, name: str, now: datetime, photo: str, unit: str) -> Hearing:
    state = {"hearing": "to_tell", "told": "told", "objected": "objected"}.get(name, "stands")
    objected = {"objected_at": now, "objection": OBJECTED, "photo": photo, "entered_by": "asker"} if name == "objected" else {}
    told = {"told_at": now, "told_how": "handed", "told_by": "asker", "decide_by": now + timedelta(days=20)}
    told = {} if state == "to_tell" else told
    decided = {"decided_at": now, "decided_by": "second", "reason": REASON} if state == "stands" else {}
    return Hearing(
        number=number, unit=unit, state=state, found_by="lot", finders="somebody", found_at=now, due_at=now + timedelta(days=9),
        record={"words": "words-of-the-inspector", "document": "paper"}, **told, **objected, **decided,
    )  # fmt: skip
