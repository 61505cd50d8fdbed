"""Drafting a commitment: what the clerk typed is checked, the text is made of it and kept; unsigned it counts for nothing."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from sqlmodel import Session, col, func, select

from access.freezes import ACCOUNT, UNIT, frozen_among
from access.units import Units, all_units
from cases.catalogue.part import Text
from cases.certificates.certificate import Certificate, CertificateClass
from cases.certificates.directory import certificate_of
from cases.commitments.commitment import Commitment, CommitmentState, PaperState, new_commitment_number
from cases.commitments.days import latest_day, months_after, opening, working_day
from cases.commitments.keeping import drop_drafts
from cases.commitments.stated import read_stated
from cases.commitments.terms import Terms, terms_of
from cases.commitments.text import Occasion, digest_of, text_of
from cases.grants.pledges import need_pledge
from cases.question import Question, Subject
from cases.rulebook import Rulebook
from cases.safeguards.reference_numbers import reference_faults
from cases.trail import trail
from cases.trail.trail import Trail
from contacts.phone_numbers import normalise, takes_sms
from requesters.ask.idempotency import KeyClaims, Keyed, asked_earlier
from requesters.commitments.acting import Acting
from storage.days import TypedDay
from storage.problem import N_, FieldFault, Problem, RosterProblem, faults_of
from storage.read_together import read_together

MOST_UNSIGNED = 20  # drafts of one account within a day that nobody signed: whoever looks people up by drafts finds few
DAY = timedelta(days=1)
FROZEN = N_("Your unit or account is frozen: nothing is attached for it. Speak to the data office.")
NOT_BY_COMMITMENT = N_("No commitment is taken in place of this certificate: look it up again, its class may have changed.")
TOO_MANY = N_("You prepared {most} commitments within a day that nobody signed. Let these be signed, or go on tomorrow.")
NO_PERSON = N_("A commitment is made by a person: give an ID number or another document.")
NO_DAY = N_("Say by which day the paper follows.")
TOO_SOON = N_("This day must lie after today.")
TOO_LATE = N_("This day must not be later than {latest}: this paper may follow within {days} working days.")
NO_PAPER = N_("No paper follows with this commitment.")
NO_MOBILE = N_("Texts reach mobile numbers alone. Leave it empty where the person wants none.")


class CommitmentRequest(BaseModel):
    """What stands in the form: for which certificate and matter, who commits, and what they state."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    certificate: str = Field(min_length=1, max_length=40)
    matter: str = Field(min_length=1, max_length=64, description="A code of the catalogue, or the matter in words")
    person: Subject
    stated: dict[Annotated[str, StringConstraints(max_length=40)], Any] = Field(
        default_factory=dict, max_length=20, description="Values by the codes of the certificate's fields"
    )
    purpose: str = Field(default="", max_length=200)
    reference: str = Field(min_length=1, max_length=64, description="The file number of the unit's own case")
    due_on: TypedDay | None = Field(default=None, description="By which day the paper follows, where one does")
    phone: str = Field(default="", max_length=32, description="A mobile number, where the person agrees to be reminded")
    language: Literal["zh", "en"] = Field(default="zh", description="In which the person reads it")


def read_request(data: object, today: date) -> CommitmentRequest:
    """The request in plain data. Raises Problem with every fault of its shape."""
    try:
        return CommitmentRequest.model_validate(data, context={"today": today})
    except ValidationError as error:
        raise Problem(faults_of(error)) from None


def by_commitment(session: Session, code: str) -> tuple[Certificate, Terms]:
    """The certificate and its terms, if commitments are taken for it. Raises Problem."""
    certificate = certificate_of(session, code)
    if not certificate.active or certificate.certificate_class != CertificateClass.COMMITMENT:
        raise Problem([FieldFault("certificate", "not_by_commitment", NOT_BY_COMMITMENT)], 409)
    return certificate, terms_of(certificate.commitment)


def draft(acting: Acting, request: CommitmentRequest, key: str = "") -> str:
    """The number of the draft. The same key with the same body gives the same one. Raises Problem."""
    session, who = acting.session, acting.principal
    if key and (known := asked_earlier(session, {0: Keyed(who.unit, key, request, "")})):
        return known[0]
    certificate, terms = by_commitment(session, request.certificate)
    _check_who(acting)
    made = _made(acting, request, certificate, terms)
    if key:
        claims = KeyClaims(session, {0: Keyed(who.unit, key, request, made.number)}, acting.now)
        taken = claims.take(read_together(session, claims.lookups()))
        if isinstance(earlier := taken.get(0), Problem):
            raise earlier
        if earlier:
            return earlier
    session.add(made)
    trail.write(session, [acting.line("commitment_draft")._replace(number=made.number).in_state(made.state)])
    return made.number


def drop_draft(acting: Acting, number: str) -> None:
    """Throws a draft of the unit away, because another takes its place; one that was signed meanwhile stays. Raises Problem."""
    if acting.own(number).state == CommitmentState.DRAFTED:
        drop_drafts(acting.session, [number])
        trail.write(acting.session, [acting.line("commitment_drop")._replace(number=number)])


def _check_who(acting: Acting) -> None:
    session, who = acting.session, acting.principal
    need_pledge(session, who.username, acting.rulebook.pledge)
    if frozen_among(session, {who.unit}, {who.username}) & {(UNIT, who.unit), (ACCOUNT, who.username)}:
        raise Problem([FieldFault("", "frozen", FROZEN)], 403)
    since = acting.now - DAY
    mine = (col(Trail.who) == who.username, col(Trail.at) > since)
    counts = [select(func.count()).where(*mine, col(Trail.action) == one) for one in ("commitment_draft", "commitment_sign")]
    drafted, signed = session.execute(select(*(count.scalar_subquery() for count in counts))).one()
    if drafted - signed >= MOST_UNSIGNED:
        raise Problem([FieldFault("", "too_many", TOO_MANY, {"most": MOST_UNSIGNED})], 409)


def _made(acting: Acting, request: CommitmentRequest, certificate: Certificate, terms: Terms) -> Commitment:
    rulebook, now = acting.rulebook, acting.now
    today = rulebook.calendar.day_at(now)
    stated, due_on, phone = _checked(request, terms, rulebook, today)
    until = months_after(today, terms.counts_months)
    check_day = working_day(rulebook.calendar, today + timedelta(days=terms.check.after_days)) if terms.check else None
    occasion = Occasion(
        **_named(all_units(acting.session), acting.principal.unit, request.matter, certificate, rulebook),
        **_own_check(all_units(acting.session), terms, rulebook),
        person=request.person, stated=stated, counts_until=until, due_on=due_on, check_on=check_day, phone=_masked(phone),
    )  # fmt: skip
    text = text_of(rulebook.wording, terms, occasion)
    return Commitment(
        number=new_commitment_number(now), certificate=certificate.code, unit=acting.principal.unit, matter=request.matter,
        reference=request.reference, purpose=request.purpose, drafted_by=acting.principal.username, drafted_at=now,
        person=request.person.model_dump(mode="json", exclude_none=True), stated=stated, text=text, text_digest=digest_of(text),
        locale=request.language, counts_until=until, check_item=terms.check.item if terms.check else "",
        check_due=opening(rulebook.calendar, check_day) if check_day else None,
        objection_days=terms.objection_days, listed_months=terms.listed_months, phone=phone,
        paper=PaperState.AWAITED if due_on else PaperState.NONE, due_on=due_on, first_due_on=due_on,
    )  # fmt: skip


def _checked(request: CommitmentRequest, terms: Terms, rulebook: Rulebook, today: date) -> tuple[dict[str, Any], date | None, str]:
    """What is stated, the day of the paper, and the telephone. Raises Problem with all that is wrong."""
    faults: list[FieldFault] = []
    stated = _or_fault(faults, lambda: read_stated(terms, request.stated, today)) or {}
    due_on = _or_fault(faults, lambda: _due_day(request, terms, rulebook, today))
    phone = _or_fault(faults, lambda: _mobile(request, terms)) or ""
    if request.person.proof is None:
        faults.append(FieldFault("person.id_number", "needs_person", NO_PERSON))
    faults += reference_faults(Question.model_construct(reference=request.reference, subjects={"person": request.person}))
    if faults:
        raise Problem(faults)
    return stated, due_on, phone


def _or_fault(faults: list[FieldFault], read: Callable[[], Any]) -> Any:
    try:
        return read()
    except Problem as problem:
        faults += problem.faults
        return None


def _due_day(request: CommitmentRequest, terms: Terms, rulebook: Rulebook, today: date) -> date | None:
    if not terms.paper_follows:
        if request.due_on:
            raise Problem([FieldFault("due_on", "no_paper", NO_PAPER)])
        return None
    if request.due_on is None:
        raise Problem([FieldFault("due_on", "missing", NO_DAY)])
    if request.due_on <= today:
        raise Problem([FieldFault("due_on", "too_soon", TOO_SOON)])
    latest, day = latest_day(rulebook.calendar, today, terms.paper_days), working_day(rulebook.calendar, request.due_on)
    if day > latest:
        raise Problem([FieldFault("due_on", "too_late", TOO_LATE, {"latest": latest.isoformat(), "days": terms.paper_days})])
    return day


def _mobile(request: CommitmentRequest, terms: Terms) -> str:
    if not request.phone or not terms.paper_follows:
        return ""
    try:
        number = normalise(request.phone)
    except RosterProblem as wrong:
        raise Problem([FieldFault("phone", "wrong_form", wrong.message, wrong.params)]) from None
    if not takes_sms(number):
        raise Problem([FieldFault("phone", "no_mobile", NO_MOBILE)])
    return number


def _masked(phone: str) -> str:
    return f"{phone.removeprefix('+86')[:3]}****{phone[-4:]}" if phone else ""


def _named(units: Units, unit: str, matter: str, certificate: Certificate, rulebook: Rulebook) -> Mapping[str, Any]:
    """What the text calls the unit, the matter and the certificate."""
    known = rulebook.catalogue.matters.get(matter)
    return {
        "unit": Text(zh=units[unit].name_zh, en=units[unit].name_en or units[unit].name_zh),
        "matter": Text(zh=known.title.zh, en=known.title.en) if known else Text(zh=matter, en=matter),
        "certificate": certificate.title,
        "basis": certificate.legal_basis,
    }


def _own_check(units: Units, terms: Terms, rulebook: Rulebook) -> Mapping[str, Any]:
    """What it is called that our own check asks, and of whom."""
    item = rulebook.catalogue.items.get(terms.check.item) if terms.check else None
    if item is None:
        return {}
    holder = units[item.holder]
    return {"check_item": Text(zh=item.title.zh, en=item.title.en), "check_holder": Text(zh=holder.name_zh, en=holder.name_en)}
