"""The question that could prove a commitment, made of what was stated in it and of what its certificate says about checking."""

from collections.abc import Collection, Mapping
from datetime import date

from pydantic import ValidationError
from sqlmodel import Session

from cases.certificates.directory import directory
from cases.commitments.commitment import Commitment
from cases.commitments.terms import PERSON, OwnCheck, terms_of
from cases.question import Question
from cases.rechecks.own_check import MATTER, PURPOSE
from storage.json import Json
from storage.problem import Problem


def check_terms(session: Session, certificates: Collection[str]) -> Mapping[str, OwnCheck | None]:
    """How commitments for these certificates are checked, as the directory has it today, by the certificate's code."""
    known = directory(session)
    found: dict[str, OwnCheck | None] = {}
    for code in certificates:
        try:
            found[code] = terms_of(known[code].commitment).check if code in known else None
        except Problem:
            found[code] = None
    return found


def question_about(commitment: Commitment, check: OwnCheck | None, today: date) -> Question | None:
    """The question for the item that the person was told of; None where what is known now makes no such question."""
    if check is None or check.item != commitment.check_item or not commitment.person:
        return None
    stated = commitment.stated
    people = {role: commitment.person if of == PERSON else stated.get(of) for role, of in check.subjects.items()}
    details = {name: str(stated[of]) for name, of in check.details.items() if stated.get(of) not in (None, "")}
    year = details.pop("year", None)  # a field of the question itself: when the asked fact is said to have happened
    data: Json = {"item": check.item, "matter": MATTER, "purpose": PURPOSE, "reference": commitment.number, "details": details}
    data |= {"subjects": {role: one for role, one in people.items() if one}, "year": year}
    try:
        return Question.model_validate(data, context={"today": today})
    except ValidationError:
        return None
