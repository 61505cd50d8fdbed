"""Validation of a clerk's words and archive reference, before they stand under a seal."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping

from cases.catalogue.answering import Phrase, bare
from cases.catalogue.checks import NOT_ONE_LINE
from cases.catalogue.item import Item
from cases.names import is_one_line, without_unseen
from cases.question import Outcome, Verdict
from storage.problem import N_, FieldFault

DENIES = N_("These words deny the outcome: “{phrase}”")
FORBIDDEN = N_("An answer of this item does not speak of “{word}”.")
NO_NUMBER = N_("An ID number does not belong here.")
ONLY_READY = N_("This item is answered with yes or no alone. Leave the words empty or choose a ready sentence.")
NOTHING_OF_ITEM = N_("This outcome says nothing about the item. Leave the words empty or choose the ready sentence for it.")
NOT_FOUND_SO = N_("This sentence says what was not found: “{phrase}”")
# Communities certify nothing (民发〔2020〕20号): what a contact says is passed on for reference.
NO_PROOF = ("证明", "属实", "情况真实", "certif", "true")
NO_PLACE_WORDS = ("证明", "属实")
# Not all that denies can be known; these are what clerks write for it.
DENIALS = ("未见", "未查到", "没有记载", "查无", "不是", "不属实", "不符")
ID_NUMBER = re.compile(r"(?<!\d)\d{6}[\s\-.·]*(?:\d{8}[\s\-.·]*\d{3}[\dX]|\d{6}[\s\-.·]*\d{3})(?!\d)", re.IGNORECASE)


def seen_words(words: str) -> str:
    """The words without what nobody sees; of all that ends a line, a plain line break is left."""
    return "\n".join(without_unseen(line) for line in words.splitlines())


def wrong_place(archive: str, item: Item) -> Iterator[FieldFault]:
    """Faults of a place in the archive: it is one line, names nobody's number and says nothing of what stands there."""
    if not is_one_line(archive):
        yield FieldFault("archive", "not_one_line", NOT_ONE_LINE)
    if ID_NUMBER.search(unicodedata.normalize("NFKC", archive)):
        yield FieldFault("archive", "id_number", NO_NUMBER)
    yield from _forbidden("archive", archive, (*item.forbidden, *NO_PLACE_WORDS))


def wrong_words(words: str, outcome: str, item: Item, community: bool, verdicts: Mapping[str, Verdict]) -> Iterator[FieldFault]:
    """Faults of the words beside this outcome; `verdicts` say what was found of each stated fact."""
    only = _only_ready(words, outcome, item)
    if only:
        yield FieldFault("words", "not_ready", only)
    for phrase in item.phrases:
        if phrase.stands_in(words):
            yield from _misplaced(phrase, outcome, {} if community else verdicts)
    if outcome == Outcome.CONFIRMED:
        own = _without_phrases(words, item)
        yield from (FieldFault("words", "denies_outcome", DENIES, {"phrase": word}) for word in DENIALS if word in own)
    yield from _forbidden("words", words, (*item.forbidden, *(NO_PROOF if community else ())))


def _only_ready(words: str, outcome: str, item: Item) -> str:
    """Why only ready sentences may stand there; '' where others may, or none stands there."""
    mismatch = outcome == Outcome.IDENTITY_MISMATCH
    if item.free_words and not mismatch:
        return ""
    fitting = [phrase for phrase in item.phrases if (outcome in phrase.outcomes if mismatch else phrase.fits(outcome))]
    known = {bare(said) for phrase in fitting for said in (phrase.zh, phrase.en)}
    if all(bare(line) in known for line in words.splitlines() if line.strip()):
        return ""
    return NOTHING_OF_ITEM if mismatch else ONLY_READY


def _misplaced(phrase: Phrase, outcome: str, verdicts: Mapping[str, Verdict]) -> Iterator[FieldFault]:
    if not phrase.fits(outcome):
        yield FieldFault("words", "denies_outcome", DENIES, {"phrase": phrase.zh})
    elif phrase.needs and verdicts.get(phrase.needs) != Verdict.AGREES:
        yield FieldFault("words", "denies_facts", NOT_FOUND_SO, {"phrase": phrase.zh})


def _without_phrases(words: str, item: Item) -> str:
    own = bare(words)
    for phrase in item.phrases:
        own = own.replace(bare(phrase.zh), " ")
    return own


def _forbidden(field: str, text: str, forbidden: Collection[str]) -> Iterator[FieldFault]:
    said = bare(text)
    for word in forbidden:
        if bare(word) in said:
            yield FieldFault(field, "forbidden_word", FORBIDDEN, {"word": word})
