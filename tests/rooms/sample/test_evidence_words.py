"""Whatever a packaged machine gives as evidence has words in both languages, or is a year, a day, a count or a household's code."""

import re

from cases.catalogue.catalogue import Catalogue
from cases.question import Finding, Question
from tests.rooms.sample.conftest import Asked
from web.languages import say
from web.words.words import EVIDENCE, EVIDENCE_VALUES

# Values that are read alike in every language, by their form.
YEAR, DAY, COUNT, HOUSEHOLD = r"\d{4}", r"\d{4}-\d\d-\d\d", r"\d{1,2}", r"\d{15}"
FREE = {
    **dict.fromkeys(("from", "to", "electronic_from", "shared_from", "shared_until", "year"), YEAR),
    **dict.fromkeys(("as_of", "complete_since"), DAY),
    **dict.fromkeys(("children", "households"), COUNT),
    "household": HOUSEHOLD,
}


def wordless(catalogue: Catalogue, question: Question, finding: Finding) -> list[str]:
    """Names and values of this finding's evidence that would be shown as a raw code, or not at all."""
    own = catalogue.item(question.item).evidence
    wrong = [name for name in finding.evidence if not (name in own or has_words(EVIDENCE.get(name, "")))]
    for name, value in finding.evidence.items():
        known = EVIDENCE_VALUES.get(name)
        if not (has_words(known.get(value, "")) if known else re.fullmatch(FREE.get(name, ""), value)):
            wrong.append(f"{name}={value}")
    return wrong


def has_words(sentence: str) -> bool:
    """Whether there is a sentence, and Chinese for it."""
    return bool(sentence) and say("en", sentence) == sentence and re.search("[一-鿿]", say("zh", sentence)) is not None


def test_no_evidence_of_a_machine_is_without_words(catalogue: Catalogue, searched: Asked, ordered: Asked) -> None:
    wrong = {
        (question.item, what) for question, finding in [*searched, *ordered] for what in wordless(catalogue, question, finding)
    }

    assert wrong == set()


def test_the_questions_bring_out_what_machines_can_say(searched: Asked) -> None:
    """Every kind of evidence that a clerk or contact does not give, and every value that has words."""
    given = {(name, value) for _, finding in searched for name, value in finding.evidence.items()}
    of_people = {"archive", "statement", "role", "channel", "call", "said_at", "said", "known_by"}

    assert {name for name, _ in given} == EVIDENCE.keys() - of_people
    worded = {(name, value) for name in EVIDENCE_VALUES.keys() - of_people for value in EVIDENCE_VALUES[name]}
    assert worded - given == {("forms", "15")}  # a number in 15 digits is asked about in 18 too


def test_evidence_without_words_would_be_seen(catalogue: Catalogue, searched: Asked) -> None:
    question, finding = searched[0]

    for evidence in ({"shelf_mark": "1999"}, {"near": "somewhere"}, {"from": "long ago"}, {"household": "H2"}):
        assert wordless(catalogue, question, finding.model_copy(update={"evidence": evidence})), evidence
