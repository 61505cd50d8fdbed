"""Communities certify nothing: nowhere is what a contact says called true or a proof."""

import pytest

from cases.catalogue.headline import SAID, headline, short_label
from cases.question import Outcome, Question, Source
from contacts.wording import read_wording, templates
from requesters.receipts.receipt_paper import GRADE_WORDS, STATEMENT_TITLE
from tests.routes import FATHER, RULEBOOK, SON
from web.languages import say
from web.words.words import CALLS, CHANNELS, GRADES, KNOWN_BY, SAID_OUTCOMES, SOURCES

PROOF = ("属实", "证明", "true", "certif", "proof", "proves")


def spoken_of() -> list[str]:
    """Every sentence that stands on a page, a text or a paper for what a contact said."""
    plain = [*SAID_OUTCOMES.values(), *CHANNELS.values(), *CALLS.values(), *KNOWN_BY.values(), SOURCES["community"], GRADES["C"]]
    told = [say(locale, words) for words in plain for locale in ("zh", "en")]
    texts = [read_wording(name)[locale] for name in templates() for locale in ("zh", "en")]
    labels = [short_label(item, code, Source.COMMUNITY) for item in RULEBOOK.catalogue.items.values() for code in Outcome]
    return [*told, *texts, *GRADE_WORDS["C"], *STATEMENT_TITLE, *(words for label in labels for words in (label.zh, label.en))]


def test_a_statement_is_called_neither_true_nor_a_proof() -> None:
    sentences = spoken_of()

    assert len(sentences) > 100
    assert [words for words in sentences if any(word in words.casefold() for word in PROOF)] == []


@pytest.mark.parametrize("outcome", sorted(SAID))
def test_the_sentence_above_a_communitys_answer_says_that_a_contact_says_so(outcome: str) -> None:
    people = {"person": {"name": "吴一", "id_number": SON}, "relative": {"name": "吴大", "id_number": FATHER}}
    asked = {"item": "kinship", "matter": "close_relative_card", "purpose": "销卡", "reference": "1", "subjects": people}
    question = Question.model_validate({**asked, "details": {"relation": "father"}})
    told = headline(RULEBOOK.catalogue.item("kinship"), question, {"outcome": outcome, "source": "community"})

    assert told.zh.startswith("社区陈述，供参考：联系人")
    assert not any(word in f"{told.zh} {told.en}".casefold() for word in PROOF)


def test_in_lists_whatever_rests_on_a_community_says_so() -> None:
    items = [*RULEBOOK.catalogue.items.values(), None]
    labels = {short_label(item, code, Source.COMMUNITY).zh for item in items for code in Outcome}

    assert all(label.startswith("社区陈述，供参考：") for label in labels)


def test_in_lists_a_confirmed_outcome_says_no_more_than_its_main_fact() -> None:
    """Confirmed means that the main fact agrees; the others may be unknown, so "as stated" and "valid" may be untrue."""
    several = [item for item in RULEBOOK.catalogue.items.values() if any(fact.needs for fact in item.facts)]
    labels = [short_label(item, Outcome.CONFIRMED) for item in several]

    assert len(several) > 5
    assert [
        label.zh for label in labels if any(word in f"{label.zh} {label.en}" for word in ("如所述", "as stated", "有效", "valid"))
    ] == []
