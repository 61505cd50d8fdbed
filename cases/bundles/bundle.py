"""Bundles that were asked: the table of them, the table that says which case stands where in one, and how they are read."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Index, update
from sqlmodel import Field, Session, SQLModel, col, select

from cases.bundles.answers import Answer, Missing, answer_of
from cases.bundles.bundle_kind import BundleKind
from cases.bundles.expanding import Planned, expand
from cases.bundles.joining import JoinedResult, join
from cases.bundles.named_now import about_others, people_now
from cases.bundles.people import People, keys_of, stored_person
from cases.case import Case, typed_number
from cases.case_numbers import BUNDLE_SIGN, new_number
from cases.rulebook import Rulebook
from storage.bulk_rows import among
from storage.encrypted_columns import EncryptedJson, EncryptedText
from storage.problem import N_, FieldFault, Problem

NO_KIND = N_("There is no such kind of bundle.")
BUNDLE = "bundle_told"  # the line on the trail of the case because of which whoever asked was told; the move of notices of it
OPEN = "open"


class Bundle(SQLModel, table=True):
    """One bundle as it was asked. Its people and purpose are sealed; what its questions found stands in their cases.

    `told`, `state`, `result` are what whoever asked was last told; what is so now follows from the cases (see ReadBundle).
    """

    __tablename__ = "bundle"

    number: str = Field(primary_key=True, max_length=32)
    unit: str = Field(max_length=32)
    asked_by: str = Field(max_length=64)
    kind: str = Field(max_length=40)
    matter: str = Field(max_length=64)
    people: dict[str, Any] = Field(default_factory=dict, sa_type=EncryptedJson)
    purpose: str = Field(sa_type=EncryptedText)
    reference: str = Field(max_length=64)
    urgent: bool = False
    urgent_reason: str = Field(default="", sa_type=EncryptedText)
    chosen: str = Field(default="-", max_length=1000)  # codes of offered questions, by blanks; "-": those ticked from the beginning
    sheet: str = Field(default="", max_length=32)  # the sheet that it came with
    asked_at: datetime
    state: str = Field(default=OPEN, max_length=16)
    result: str = Field(default="", max_length=40)
    told: str = Field(default="", max_length=64)  # a hash: other answers are told again
    told_at: datetime | None = None
    version: int = 0  # how often it was told
    not_asked: dict[str, str] = Field(default_factory=dict, sa_type=EncryptedJson)  # follow-ups that could not be asked, and why
    blocked_at: datetime | None = None
    deleted_at: datetime | None = None


class BundleCase(SQLModel, table=True):
    """This case answers the question at this place of this bundle."""

    __tablename__ = "bundle_case"

    number: str = Field(primary_key=True, max_length=32)  # the case's
    bundle: str = Field(max_length=32, index=True)
    place: str = Field(max_length=120)


BUNDLES = SQLModel.metadata.tables["bundle"]
Index("ix_bundle_unit", col(Bundle.unit), col(Bundle.asked_at), col(Bundle.number))
Index("ix_bundle_sheet", col(Bundle.sheet), sqlite_where=col(Bundle.sheet) != "", postgresql_where=col(Bundle.sheet) != "")


def new_bundle_number(now: datetime) -> str:
    """As short as a case number, and never one."""
    return BUNDLE_SIGN + new_number(now)


def kind_of(rulebook: Rulebook, code: object) -> BundleKind:
    """The kind of this code. Raises Problem, naming the field `kind`."""
    if not isinstance(code, str) or code not in rulebook.bundles:
        raise Problem([FieldFault("kind", "unknown_bundle", NO_KIND)])
    return rulebook.bundles[code]


@dataclass(frozen=True)
class ReadBundle:
    """A bundle with its cases by place, as they stand now. Nobody is in it whose time to be seen is over."""

    bundle: Bundle
    cases: Mapping[str, Case]
    rulebook: Rulebook

    @property
    def blocked(self) -> bool:
        """Whether nobody is shown any more whom it was about and what was found: with the first of its cases."""
        return bool(self.bundle.blocked_at or any(case.blocked_at for case in self.cases.values()))

    @cached_property
    def kind(self) -> BundleKind:
        """Its kind, as the file has it today."""
        return kind_of(self.rulebook, self.bundle.kind)

    @cached_property
    def _asked(self) -> People:
        named: Mapping[str, Any] = {} if self.blocked else self.bundle.people
        return {role: [stored_person(one) for one in people] for role, people in named.items()}

    @cached_property
    def people(self) -> People:
        """Who stands in its roles: as they were asked about, or as every question about them was corrected since."""
        return people_now(self.kind, self.plan, self._asked, self.cases)

    @cached_property
    def plan(self) -> list[Planned]:
        """Its questions. What was asked stands in it whatever the file says today."""
        chosen = None if self.bundle.chosen == "-" else self.bundle.chosen.split()
        return expand(self.kind, self._asked, chosen)

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """What stands of each question that was asked, or was to be asked and could not."""
        found = {place: answer_of(case, self.rulebook.catalogue) for place, case in self.cases.items()}
        found |= {place: Answer("", Missing.ANOTHER) for place in about_others(self.kind, self.plan, self.people, self.cases)}
        return {place: Answer("", Missing.NOT_ASKED) for place in self.bundle.not_asked} | found

    @cached_property
    def joined(self) -> JoinedResult:
        """The one result as of now."""
        return join(self.kind, self.plan, self.answers, {role: keys_of(self.people, role) for role in self.people})


def read_bundles(session: Session, numbers: Collection[str], rulebook: Rulebook, *, lock: bool = False) -> dict[str, ReadBundle]:
    """These bundles with all their cases, by number. One statement for any number of them; one more to lock them."""
    if not numbers:
        return {}
    if lock:
        ours = select(Bundle.number).where(among(session, col(Bundle.number), sorted(set(numbers))))
        session.exec(ours.order_by(col(Bundle.number)).with_for_update()).all()
    joined = select(Bundle, BundleCase.place, Case).join(BundleCase, col(BundleCase.bundle) == col(Bundle.number), isouter=True)
    joined = joined.join(Case, col(Case.number) == col(BundleCase.number), isouter=True)
    found = session.exec(joined.where(among(session, col(Bundle.number), sorted(set(numbers)))))
    bundles, cases = dict[str, Bundle](), dict[str, dict[str, Case]]()
    for bundle, place, case in found.all():
        bundles[bundle.number] = bundle
        cases.setdefault(bundle.number, {}).update({place: case} if case is not None else {})
    return {number: ReadBundle(bundle, cases[number], rulebook) for number, bundle in bundles.items()}


def find_bundle(session: Session, number: str, rulebook: Rulebook) -> ReadBundle | None:
    """One bundle by the number as somebody may have typed it."""
    typed = typed_number(number)
    return read_bundles(session, [typed], rulebook).get(typed)


def places_of(session: Session, numbers: Iterable[str]) -> dict[str, BundleCase]:
    """Where these cases stand, by case number; only those of bundles."""
    found = select(BundleCase).where(among(session, col(BundleCase.number), sorted(numbers)))
    return {one.number: one for one in session.exec(found)}


def block_bundles(session: Session, cases: Collection[str], now: datetime) -> None:
    """From now on nobody is shown whom the bundles of these cases were about: with the first of its cases a bundle is blocked."""
    held = update(BUNDLES).where(BUNDLES.c.number.in_(bundles_of(session, cases)), BUNDLES.c.blocked_at.is_(None))
    session.connection().execute(held.values(blocked_at=now))


def empty_bundles(session: Session, cases: Collection[str], now: datetime) -> None:
    """Takes away for good whom the bundles of these cases were about, with the first of its cases."""
    ours = bundles_of(session, cases)
    gone = {"people": {}, "purpose": "", "urgent_reason": "", "reference": "", "not_asked": {}, "told": "", "deleted_at": now}
    session.connection().execute(update(BUNDLES).where(BUNDLES.c.number.in_(ours), BUNDLES.c.deleted_at.is_(None)).values(gone))


def bundles_of(session: Session, cases: Collection[str]) -> Any:
    """The numbers of the bundles of these cases, for a statement about them."""
    return select(BundleCase.bundle).where(among(session, col(BundleCase.number), sorted(cases)))
