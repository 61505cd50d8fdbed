"""Letters of outcomes as whoever tells an asker reads them: what they tell of, and to which unit."""

from collections.abc import Sequence

from broker.letter import Letter
from cases.amending.amendments import KINDS
from cases.case_numbers import is_bundle
from cases.conversation.talking import ASKER_HEARS
from cases.lifecycle import CLOSED, RUNNING, State

RETOLD = frozenset({*KINDS, "find", "answer"})  # by these another answer takes the place of one that was delivered


def unit_of(letter: Letter) -> str:
    """The code of the asking unit."""
    return letter.to.partition(".")[2]


def is_of_one_case(letter: Letter) -> bool:
    """Whether it is such a letter, and about a case that is part of no bundle."""
    return letter.kind == "outcome" and letter.to.startswith("outcomes.") and not is_bundle(str(letter.body.get("batch") or ""))


def is_said(letter: Letter) -> bool:
    """Whether it tells of words, an offer or a decision about one, and the case stays where it was."""
    return is_word(str(letter.body.get("move")), str(letter.body.get("state")))


def is_word(move: str, state: str) -> bool:
    """The same of a move, and the state that the case was in then."""
    return move in ASKER_HEARS or (move == "arbitrate" and state in RUNNING)


def is_about_amended(letter: Letter) -> bool:
    """Whether it tells of a delivered answer that changed, or of the decision about one that was disputed late."""
    move, state = letter.body.get("move"), letter.body.get("state")
    return (move in RETOLD and bool(letter.body.get("amended_at"))) or (move == "arbitrate" and state == CLOSED)


def in_state(letters: Sequence[Letter], state: State) -> set[str]:
    """The cases that these letters tell to be in this state."""
    return {letter.about for letter in letters if letter.about and letter.body.get("state") == state}
