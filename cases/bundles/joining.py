"""Joins the answers of a bundle's questions into one result, with its reasons and what is missing. Pure.

No result claims more than its facts: what is open, returned, held, withdrawn, retracted, disputed or yet to come counts as no
answer; a row of the table of results is taken only where every row above it is certainly not so; and a bundle is complete only
where each question that was asked, and each whose condition has come, has an answer that stands.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cases.bundles.answers import Answer, Missing
from cases.bundles.bundle_kind import BundleKind, Result, UsablePart
from cases.bundles.evaluation import Ground, Judged, evaluate
from cases.bundles.expanding import Planned
from cases.bundles.expression import parse

OPEN, RETURNED, SETTLED, COMPLETE = "open", "returned", "settled", "complete"
COMING = frozenset({Missing.OPEN, Missing.HELD, Missing.TO_ASK, Missing.DISPUTED})  # something is still on its way


@dataclass(frozen=True, slots=True)
class Usable:
    """A part that can be used: `person` is the key of whom it is about, empty where it is about all."""

    part: UsablePart
    person: str
    because: tuple[str, ...]
    on_statement: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JoinedResult:
    """The one result of a bundle. Places are those of `Planned.place`, in the order of the plan.

    `result` is None while the answers decide nothing; it may be certain before all are there: `complete` says whether they are.
    `because`: the questions that made it so; `on_statement`: those of them that rest on a contact's statement (grade C).
    `missing`: why a question that is needed has no answer that stands. `due`: to be asked now, for their condition has come.
    `valid_until`: the first day on which one of the answers ceases to be relied upon.
    """

    result: Result | None
    complete: bool
    because: tuple[str, ...]
    on_statement: tuple[str, ...]
    missing: Mapping[str, Missing]
    usable: tuple[Usable, ...]
    due: tuple[str, ...]
    waiting: tuple[str, ...]  # of which it is not decided yet whether they must be asked
    valid_until: date | None

    @property
    def state(self) -> str:
        """`complete`; `returned` where a question waits for whoever asked; `settled` where no more answers come; else `open`."""
        why = set(self.missing.values())
        if self.complete:
            return COMPLETE
        if Missing.RETURNED in why:
            return RETURNED
        return OPEN if why & COMING else SETTLED


def join(
    kind: BundleKind, plan: Sequence[Planned], answers: Mapping[str, Answer], keys: Mapping[str, Sequence[str]]
) -> JoinedResult:
    """The result of these questions (from `expand`) with these answers by place. `keys`: of the people of each role."""
    answers = _without_needless(kind, plan, answers, keys)
    ground, due = _decided(kind, plan, answers, keys)
    missing = {p.place: why for p in plan if (why := _missing(p, answers, due))}
    waiting = ground.open_places - missing.keys()
    judged, result = _table(kind, ground)
    until = [answer.valid_until for answer in answers.values() if answer.valid_until and not answer.missing]
    return JoinedResult(
        result=result,
        complete=result is not None and not missing and not waiting,
        because=_ordered(plan, judged.because if result else ()),
        on_statement=_stated(plan, judged.because if result else (), answers),
        missing=missing,
        usable=tuple(_usable(kind, ground)),
        due=_ordered(plan, due),
        waiting=_ordered(plan, waiting),
        valid_until=min(until, default=None),
    )


def _without_needless(
    kind: BundleKind, plan: Sequence[Planned], answers: Mapping[str, Answer], keys: Mapping[str, Sequence[str]]
) -> Mapping[str, Answer]:
    """Without follow-ups that could not be asked and are not needed any more: what called for them was put right since."""
    still_open = frozenset(p.place for p in plan if p.asked and p.place not in answers)
    kept = dict(answers)
    for planned in plan:
        answer, condition = kept.get(planned.place), kind.by_question[planned.code].condition
        if not condition or answer is None or answer.missing != Missing.NOT_ASKED:
            continue
        if evaluate(parse(condition), Ground(kind, plan, kept, keys, still_open), planned.people).so is False:
            del kept[planned.place]
    return kept


def _decided(
    kind: BundleKind, plan: Sequence[Planned], answers: Mapping[str, Answer], keys: Mapping[str, Sequence[str]]
) -> tuple[Ground, frozenset[str]]:
    """The ground with what is not decided yet, and the places whose condition has come without being asked.

    A condition names only questions above it, so that one walk down decides them all.
    """
    still_open, due = {p.place for p in plan if p.asked and p.place not in answers}, set[str]()
    for planned in plan:
        if not planned.waits or planned.place in answers:
            continue
        ground = Ground(kind, plan, answers, keys, frozenset(still_open | due))
        condition = kind.by_question[planned.code].condition
        so = evaluate(parse(condition or ""), ground, planned.people).so
        if so is None:
            still_open.add(planned.place)
        elif so:
            due.add(planned.place)
    return Ground(kind, plan, answers, keys, frozenset(still_open | due)), frozenset(due)


def _missing(planned: Planned, answers: Mapping[str, Answer], due: Collection[str]) -> Missing | None:
    if answer := answers.get(planned.place):
        return answer.missing
    return Missing.OPEN if planned.asked else Missing.TO_ASK if planned.place in due else None


def _table(kind: BundleKind, ground: Ground) -> tuple[Judged, Result | None]:
    """The first row that is so, with everything that made it so: what kept those above it from being so, too, for the last."""
    above = frozenset[str]()
    for result in kind.results:
        judged = evaluate(result.rule, ground) if result.rule else Judged(True, above)
        above |= judged.because
        if judged.so is not False:
            return Judged(judged.so, above), result if judged.so else None
    return Judged(None, above), None


def _usable(kind: BundleKind, ground: Ground) -> list[Usable]:
    found = list[Usable]()
    for part in kind.parts:
        for key in ground.keys.get(part.each, ()) if part.each else [""]:
            judged = evaluate(part.rule, ground, {part.each: key} if key else {})
            if judged.so:
                because = _ordered(ground.plan, judged.because)
                found.append(Usable(part, key, because, _stated(ground.plan, judged.because, ground.answers)))
    return found


def _ordered(plan: Sequence[Planned], places: Collection[str]) -> tuple[str, ...]:
    return tuple(planned.place for planned in plan if planned.place in places)


def _stated(plan: Sequence[Planned], places: Collection[str], answers: Mapping[str, Answer]) -> tuple[str, ...]:
    on_statement = [p for p in places if p in answers and not answers[p].missing and answers[p].by_statement]
    return _ordered(plan, on_statement)
