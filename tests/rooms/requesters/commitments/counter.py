"""A counter at which commitments are taken: two certificates, a person, and a signature that somebody drew."""

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

from PIL import Image, ImageDraw
from sqlmodel import col, select

from cases.certificates.certificate import Certificate
from cases.commitments.commitment import Commitment
from cases.trail.trail import Trail
from requesters.commitments import reminders
from tests.routes import RULEBOOK, SON, Doors

STATES = {"zh": "本人{name}家庭月收入为{income}。", "en": "I, {name}, have a monthly household income of {income}."}
INCOME = {
    "fields": [{"name": "income", "label": {"zh": "月收入", "en": "Monthly income"}, "kind": "money"}],
    "states": [STATES],
    "consequences": {"zh": "多领的待遇应当退回。", "en": "What was paid in excess is to be paid back."},
    "checked_by": {"zh": "民政部门可以上门了解。", "en": "The civil affairs department may visit the household."},
    "check": {"item": "kinship", "after_days": 7, "subjects": {"person": "person", "relative": "person"}, "details": {}},
}
LATER = {"states": [{"zh": "本人会补交这份材料。", "en": "I will bring this paper."}], "paper_days": 10}


def drawn(ink: bool = True, kind: str = "PNG") -> bytes:
    """A picture of the field for the signature: with a line in it, or empty."""
    picture = Image.new("RGB", (600, 240), "white")
    if ink:
        ImageDraw.Draw(picture).line([(60, 180), (160, 60), (260, 190), (420, 80)], fill="black", width=6)
    made = io.BytesIO()
    picture.save(made, kind)
    return made.getvalue()


def stock(doors: Doors) -> None:
    """Puts the two certificates into the directory: income by commitment, the lease whose paper may follow."""
    given: dict[str, Any] = {
        "certificate_class": "commitment",
        "document": "d",
        "since": date(2026, 1, 1),
        "legal_basis": "示例办法第三条",
    }
    with doors.database.write() as session:
        session.add(Certificate(code="income", zh="收入证明", en="Certificate of income", commitment=INCOME, **given))
        session.add(Certificate(code="lease", zh="租赁合同", en="Lease", commitment=LATER, **given))


def asked(**change: Any) -> dict[str, Any]:
    """A good request in plain data."""
    whole = {"certificate": "income", "matter": "close_relative_card", "reference": "B-17", "stated": {"income": "3200"}}
    return {**whole, "person": {"name": "吴一", "id_number": SON}, **change}


@dataclass
class Counter:
    """The counter of the bank."""

    doors: Doors

    def post(self, body: Any, who: str = "asker", key: str = "") -> Any:
        """Prepares a commitment by the API."""
        return self.doors.client(who).post("/api/v1/commitments", json=body, headers={"Idempotency-Key": key} if key else {})

    def drafted(self, **change: Any) -> str:
        """The number of a new draft."""
        made = self.post(asked(**change))
        assert made.status_code == 201, made.text
        return str(made.json()["number"])

    def sign(self, number: str, picture: bytes = b"", who: str = "asker", **data: str) -> Any:
        """Sends a signature by the API."""
        given = {"how": "screen", "witness": "王见证", **data}
        files = {"file": ("s.png", picture or drawn(), "image/png")}
        return self.doors.client(who).post(f"/api/v1/commitments/{number}/signature", data=given, files=files)

    def signed(self, **change: Any) -> str:
        """The number of a new commitment that was signed on the screen."""
        number = self.drafted(**change)
        assert self.sign(number).status_code == 200
        return number

    def stands(self, number: str) -> Commitment:
        """The commitment as it stands."""
        with self.doors.database.read() as session:
            return session.get_one(Commitment, number)

    def actions(self, number: str) -> list[str]:
        """What the trail says was done about it, without looks."""
        with self.doors.database.read() as session:
            lines = select(Trail.action).where(Trail.number == number, Trail.action != "look").order_by(col(Trail.seq))
            return list(session.exec(lines))

    def tick(self) -> int:
        """One look of the clock at what is due now; at how many commitments."""
        with self.doors.database.write() as session:
            return reminders.look(session, self.doors.now, RULEBOOK)
