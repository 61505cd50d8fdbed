"""Invented people in the roles of a bundle, and answers to its questions."""

from typing import Any

from stdnum.iso7064 import mod_11_2

from cases.bundles.answers import Answer, Missing
from cases.bundles.expanding import Planned, expand
from cases.bundles.joining import JoinedResult, join
from cases.bundles.people import People, Person, keys_of
from cases.question import Verdict
from tests.routes import RULEBOOK

BUNDLES = RULEBOOK.bundles


def id_number(place: int) -> str:
    """A number with a valid check digit; another for each place."""
    body = f"330725{1950 + place // 1000}05{10 + place % 18:02d}{place % 1000:03d}"
    return body + str(mod_11_2.calc_check_digit(body))


def person(place: int, **details: str) -> Person:
    """Somebody invented."""
    return Person.model_validate({"name": f"吴{chr(0x4E00 + place)}", "id_number": id_number(place), "details": details})


def estate(heirs: int) -> People:
    """A deceased and so many children."""
    return {"deceased": [person(0)], "heir": [person(1 + n, relation="son") for n in range(heirs)]}


ANSWERS: dict[str, Answer] = {
    "yes": Answer("1", None, "confirmed", "record"),
    "paper": Answer("1", None, "confirmed", "archive"),
    "said": Answer("1", None, "confirmed", "community"),
    "no": Answer("1", None, "contradicted", "record"),
    "said no": Answer("1", None, "contradicted", "community"),
    "none": Answer("1", None, "no_record", "record"),
    "unclear": Answer("1", None, "cannot_say", "archive"),
    "mismatch": Answer("1", None, "identity_mismatch", "record"),
    "married": Answer("1", None, "confirmed", "record", {"registered": Verdict.AGREES, "undissolved": Verdict.AGREES}),
    "divorced": Answer("1", None, "contradicted", "record", {"registered": Verdict.AGREES, "undissolved": Verdict.DIFFERS}),
    **{missing.value: Answer("1", missing, "confirmed", "record") for missing in Missing},
}


def plan_of(code: str, people: People, chosen: list[str] | None = None) -> list[Planned]:
    """The planned questions."""
    return expand(BUNDLES[code], people, chosen)


def joined(code: str, people: People, said: dict[str, str], chosen: list[str] | None = None, **more: Any) -> JoinedResult:
    """The joined result where the answers are said in a word of ANSWERS by place."""
    keys = {role: keys_of(people, role) for role in people}
    answers = {place: ANSWERS[word] for place, word in said.items()}
    return join(BUNDLES[code], plan_of(code, people, chosen), answers, keys)
