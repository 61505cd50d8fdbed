"""Canaries: questions with known answers, asked of a source itself before anything is believed that it says."""

import time
from collections.abc import Callable, Sequence

from pydantic import ValidationError

from cases.catalogue.item import Item
from cases.question import Finding, Question
from responders.sources.fault_words import away
from responders.sources.source_file import Canary

REFERENCE = "canary"
Ask = Callable[[Sequence[Question]], Sequence[Finding]]


class Canaries:
    """The canaries of one opened source, and when they were asked last."""

    def __init__(self, questions: Sequence[Question], canaries: Sequence[Canary], every: float) -> None:
        self._questions, self._canaries, self._every = questions, canaries, every
        self._asked: float | None = None

    def ask(self, ask: Ask) -> None:
        """Asks them where they are due. Raises RecordsAway, naming the first that is answered otherwise by its place."""
        if not self._questions or (self._asked is not None and time.monotonic() - self._asked < self._every):
            return
        for place, (canary, found) in enumerate(zip(self._canaries, ask(self._questions), strict=True), 1):
            if found.outcome != canary.outcome:
                raise away("canary", place=place, expected=canary.outcome, found=found.outcome)
        self._asked = time.monotonic()

    def make_due(self) -> None:
        """Somebody was told that there is nothing: they are asked once more before that is believed."""
        self._asked = None


def canary_question(canary: Canary, item: Item) -> Question | None:
    """The question; None where it is none, for its number or a detail."""
    role = item.subjects[0]
    subject = {"name": canary.name, ("id_number" if role.kind == "person" else "credit_code"): canary.number}
    plain = {
        "item": item.code,
        "matter": REFERENCE,
        "subjects": {role.role: subject},
        "details": canary.details,
        "year": canary.year,
    }
    try:
        return Question.model_validate({**plain, "purpose": REFERENCE, "reference": REFERENCE, **whole_record(item)})
    except ValidationError:
        return None


def whole_record(item: Item) -> dict[str, object]:
    """What a question of an item of class query says further, if it wants every field."""
    return {"mode": "query", "wanted": {name: field.kind for name, field in item.by_field.items()}} if item.is_query else {}
