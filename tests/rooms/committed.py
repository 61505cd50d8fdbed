"""A county in which people have committed: a certificate, signed commitments, inspectors and a second supervisor."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from access.accounts import Account
from access.principal import Principal
from access.units import Unit
from broker.letter import Letter
from cases.case import Case
from cases.certificates.certificate import Certificate
from cases.commitments.commitment import Commitment, CommitmentState, new_commitment_number
from cases.grants.grants import Grant
from cases.rechecks.hearing import Hearing
from cases.rechecks.listed import Listed
from cases.rechecks.own_check import MATTER, OwnCheck
from cases.trail.checkpoints import Checkpoint
from deploy.chores.recheck_chores import RecheckChores
from requesters.bundles.turning import take_all_outcomes
from tests.rooms.county import MACHINE, YES, County, wish
from tests.routes import FATHER, RULEBOOK, SON

NO = {**YES, "outcome": "contradicted"}
TERMS = {
    "states": [{"zh": "{relative} 是本人的父亲。", "en": "{relative} is my father."}],
    "fields": [
        {"name": "relative", "label": {"zh": "亲属", "en": "Relative"}, "kind": "person"},
        {"name": "relation", "label": {"zh": "关系", "en": "Relation"}, "kind": "text"},
    ],
    "check": {
        "item": "kinship", "after_days": 7, "subjects": {"person": "person", "relative": "relative"},
        "details": {"relation": "relation"},
    },
}  # fmt: skip
TEXT = {
    "version": "1", "title": {"zh": "告知承诺书", "en": "Commitment"},
    "sections": [
        {"code": "states", "zh": "承诺", "en": "I state", "lines": [{"zh": "吴大是本人的父亲。", "en": "Wu Da is my father."}]},
    ],
}  # fmt: skip
MORE = (
    ("second-supervisor", "data-office", "supervisor", "+8613900020010"),
    ("inspector1", "data-office", "inspector", "+8613900020011"),
    ("inspector2", "court", "inspector", "+8613900020012"),
    ("bank-inspector", "bank", "inspector", "+8613900020013"),
)


def principal(username: str, unit: str, *roles: str) -> Principal:
    return Principal(username, username, unit, frozenset(roles), "en", csrf="x")


CLERK = principal("asker", "bank", "asker")
SUPERVISOR = principal("supervisor", "data-office", "supervisor")
SECOND = principal("second-supervisor", "data-office", "supervisor")


@dataclass
class Committed:
    """The county; `sign` lets somebody commit."""

    county: County

    @classmethod
    def settle(cls, county: County) -> "Committed":
        with county.database.write() as session:
            session.add_all(Account(username=n, name=f"{n}甲", unit=u, roles=[r], phone=p) for n, u, r, p in MORE)
            session.get_one(Account, "asker").phone = "+8613900020021"
            session.get_one(Unit, "bank").window_phone = "0579-85550201"
            session.add(
                Certificate(code="kinship_proof", zh="亲属关系证明", en="Proof of kinship", certificate_class="commitment",
                            commitment=TERMS, document="D-1", since=date(2026, 1, 1), items=["kinship"])
            )  # fmt: skip
        return cls(county)

    @property
    def now(self) -> datetime:
        return self.county.now

    def grant(self) -> None:
        with self.county.database.write() as session:
            session.merge(Grant(unit="bank", item="kinship", matter=MATTER, until=date(2030, 12, 31)))

    def sign(self, count: int = 1, unit: str = "bank", **change: Any) -> list[str]:
        """The numbers of so many commitments, signed now and due to be checked in a week."""
        made = []
        for _ in range(count):
            made.append(self._commitment(unit, **change))
        with self.county.database.write() as session:
            numbers = [one.number for one in made]
            session.add_all(made)
        return numbers

    def _commitment(self, unit: str, **change: Any) -> Commitment:
        given = {
            "number": new_commitment_number(self.now), "certificate": "kinship_proof", "unit": unit,
            "matter": "close_relative_card",
            "reference": "F-1", "drafted_by": "asker", "drafted_at": self.now, "person": {"name": "吴一", "id_number": SON},
            "stated": {"relative": {"name": "吴大", "id_number": FATHER}, "relation": "father"}, "text": TEXT,
            "text_digest": "0" * 64, "state": CommitmentState.SIGNED.value, "signed_at": self.now, "signed_how": "screen",
            "witness": "asker", "witness_name": "asker甲", "check_item": "kinship", "check_due": self.now + timedelta(days=7),
            "phone": "+8613900030001",
        }  # fmt: skip
        return Commitment(**{**given, **change})

    def at(self, moment: datetime) -> None:
        """Moves the moment."""
        self.county.now = moment

    def calm(self, days: int = 0) -> None:
        """Three in the afternoon, so many days later: working days are the caller's to count."""
        day = (self.now + timedelta(days=days)).astimezone(RULEBOOK.calendar.zone)
        self.county.now = day.replace(hour=15, minute=0).astimezone(self.now.tzinfo)

    def chores(self) -> None:
        """What the clock does once a minute."""
        for chore in RecheckChores(self.county.database, RULEBOOK, lambda: self.county.now).all():
            chore()

    def answer(self, case: str, finding: dict[str, Any]) -> None:
        """The police's machine answers, and the worker reads the outcome."""
        (made,) = self.county.moves([wish(case, "find", MACHINE, finding=finding)])
        assert isinstance(made, Case), made
        self.read()

    def read(self) -> None:
        """The worker reads every outcome that was posted, those it has read too: reading twice must change nothing."""
        outcomes = self.county.letters("outcome")
        letters = [Letter.post("outcome", one.to_queue, one.about, json.loads(one.body), self.now) for one in outcomes]
        with self.county.database.write() as session:
            take_all_outcomes(session, letters, self.now, RULEBOOK)

    def checked(self, finding: dict[str, Any], **change: Any) -> str:
        """A commitment whose check was asked in calm hours after a week and answered so; its number."""
        self.grant()
        (number,) = self.sign(**change)
        self.calm(days=7)
        self.chores()
        self.answer(self.check(number).case_number, finding)
        return number

    def commitment(self, number: str) -> Commitment:
        with self.county.database.read() as session:
            return session.get_one(Commitment, number)

    def state(self, number: str) -> str:
        return self.commitment(number).state

    def check(self, number: str) -> OwnCheck:
        with self.county.database.read() as session:
            return session.get_one(OwnCheck, number)

    def hearing(self, number: str) -> Hearing:
        with self.county.database.read() as session:
            return session.get_one(Hearing, number)

    def entry(self, number: str) -> Listed | None:
        with self.county.database.read() as session:
            return session.get(Listed, number)

    def checkpoint(self, number: int) -> None:
        """A checkpoint as the checkpointer signs one, at this moment."""
        with self.county.database.write() as session:
            session.add(Checkpoint(number=number, at=self.now, jws=f"jws.of.{number}", chains=1, low=0, top=0))

    def cases(self) -> list[Case]:
        with self.county.database.read() as session:
            return list(session.exec(select(Case).order_by(col(Case.number))))
