"""Evaluates the rule of a bundle over the answers of its questions: so, not so, or open, and which questions made it so. Pure.

What no answer stands for is open and stays so through every `and`, `or` and `not` that it could still turn (Kleene's logic). Of a
question that is not asked nothing is so; `all` of nobody is not so either: of nothing, nothing follows.
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from cases.bundles.answers import Answer
from cases.bundles.bundle_kind import BundleKind
from cases.bundles.expanding import Planned
from cases.bundles.expression import FACT_WORDS, OUTCOMES, Expression, Joined, Not, Over, Throughout, Word, words_of
from cases.question import Outcome, Verdict

COMPARE: Mapping[str, Callable[[int, int], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
VERDICTS = dict(zip(FACT_WORDS, (Verdict.AGREES, Verdict.DIFFERS, Verdict.UNKNOWN), strict=True))

KNOWN = (Outcome.CONFIRMED, Outcome.CONTRADICTED, Outcome.NO_RECORD)


class Judged(NamedTuple):
    """Whether something is so (None: open), and the places of the questions because of which."""

    so: bool | None
    because: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ground:
    """What an expression is evaluated over. `answers` by place: those of the questions that were asked."""

    kind: BundleKind
    plan: Sequence[Planned]
    answers: Mapping[str, Answer]
    keys: Mapping[str, Sequence[str]]  # the people of each role
    open_places: frozenset[str] = frozenset()  # asked without an answer yet, or not decided yet whether asked

    def find(self, code: str, bound: Mapping[str, str]) -> Planned | None:
        """This question about the people who are bound to its roles; None where there is none."""
        fits = (p for p in self.plan if p.code == code and all(bound.get(r, key) == key for r, key in p.people.items()))
        return next(fits, None)


def evaluate(expression: Expression, ground: Ground, bound: Mapping[str, str] | None = None) -> Judged:
    """Whether it is so about the people who are `bound`, by role."""
    bound = bound or {}
    if isinstance(expression, Word):
        return _word(expression, ground, bound)
    if isinstance(expression, Not):
        judged = evaluate(expression.part, ground, bound)
        return Judged(None if judged.so is None else not judged.so, judged.because)
    if isinstance(expression, Joined):
        return _either([evaluate(part, ground, bound) for part in expression.parts], expression.word == "or")
    if isinstance(expression, Throughout):
        return _throughout(expression, ground)
    return _over(expression, ground, bound)


def _either(parts: Sequence[Judged], turned_by: bool) -> Judged:
    """`or` where a part that is so turns it; `and` where one that is not so does."""
    if turning := [part for part in parts if part.so is turned_by]:
        return Judged(turned_by, _because(turning))
    if still_open := [part for part in parts if part.so is None]:
        return Judged(None, _because(still_open))
    return Judged(not turned_by, _because(parts))


def _because(parts: Iterable[Judged]) -> frozenset[str]:
    return frozenset().union(*(part.because for part in parts))


def _over(over: Over, ground: Ground, bound: Mapping[str, str]) -> Judged:
    codes = dict.fromkeys(word.question for word in words_of(over.part))
    roles = [role for code in codes for role in ground.kind.many_roles(code) if role not in bound]
    spread = list(dict.fromkeys(roles))
    everybody = product(*(ground.keys.get(role, ()) for role in spread))
    parts = [evaluate(over.part, ground, {**bound, **dict(zip(spread, keys, strict=True))}) for keys in everybody]
    if over.word == "count":
        return _counted(over, parts)
    return _either(parts, over.word == "any") if parts else Judged(False, frozenset())


def _throughout(expression: Throughout, ground: Ground) -> Judged:
    asked = [p for p in ground.plan if p.place in ground.answers or p.place in ground.open_places]
    parts = [_said(p, Word(p.code, expression.said), ground) for p in asked]
    return _either(parts, expression.word == "some") if parts else Judged(False, frozenset())


def _counted(over: Over, parts: Sequence[Judged]) -> Judged:
    so, still_open = [p for p in parts if p.so], [p for p in parts if p.so is None]
    can_be = {COMPARE[over.compared](len(so) + more, over.number) for more in range(len(still_open) + 1)}
    if len(can_be) > 1:
        return Judged(None, _because(still_open))
    return Judged(can_be.pop(), _because([part for part in parts if part.so is not None]))


def _word(word: Word, ground: Ground, bound: Mapping[str, str]) -> Judged:
    planned = ground.find(word.question, bound)
    if planned is None:
        return Judged(False, frozenset())
    return _said(planned, word, ground)


def _said(planned: Planned, word: Word, ground: Ground) -> Judged:
    here, answer = frozenset({planned.place}), ground.answers.get(planned.place)
    if answer is None:
        return Judged(None if planned.place in ground.open_places else False, here)
    if word.word == "asked":
        return Judged(True, here)
    return Judged(None if answer.missing else says(answer, word), here)


def says(answer: Answer, word: Word) -> bool:
    """Whether an answer that stands says this."""
    if word.word in VERDICTS:
        return answer.verdicts.get(word.fact) == VERDICTS[word.word]
    if word.word in OUTCOMES:
        return answer.outcome == word.word
    confirmed = answer.outcome == Outcome.CONFIRMED
    known = {
        "answered": True,
        "by_statement": answer.by_statement,
        "recorded": confirmed and not answer.by_statement,
        "stated": confirmed and answer.by_statement,
        "known": answer.outcome in KNOWN and not answer.by_statement,
    }
    return known[word.word]
