"""Question letters as an agent reads them, which are hopeless, and the finding letters with which it answers."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from pydantic import TypeAdapter, ValidationError

from broker.letter import Letter, hash_of
from broker.transports.transport import REPLAYED, Delivery
from cases.question import Finding, Question
from storage.problem import read_errors

NAMESPACE = UUID("6f7c1f4e-6f0b-5d0a-9b57-2f1f4f1c8a11")
QUESTIONS = TypeAdapter(list[Question])
MOST_SEEN = 100_000


class ReceivedQuestion(NamedTuple):
    """One readable question and the delivery it came with."""

    delivery: Delivery
    letter: Letter
    question: Question


class Fault(NamedTuple):
    """A delivery that got no finding. `hopeless`: no other attempt would do better."""

    delivery: Delivery
    reason: str
    hopeless: bool


class Seen:
    """The questions this agent has answered, by their sealings: a copy of one is put aside, and answered by nobody.

    An agent that starts anew has forgotten them; then the house, which never forgets, passes over the second finding.
    """

    def __init__(self) -> None:
        self._marks: OrderedDict[str, None] = OrderedDict()

    def add(self, deliveries: Iterable[Delivery]) -> None:
        """Remembers that these questions were answered, so that one sent again gets the same finding."""
        self._marks.update((delivery.mark, None) for delivery in deliveries if delivery.mark)
        while len(self._marks) > MOST_SEEN:
            self._marks.popitem(last=False)

    def sort(self, deliveries: Sequence[Delivery]) -> tuple[list[Delivery], list[Fault]]:
        """What came for the first time or is honestly brought again, and the copies."""
        fresh, copies, here = list[Delivery](), list[Fault](), set[str]()
        for delivery in deliveries:
            if delivery.mark and delivery.attempt == 1 and (delivery.mark in self._marks or delivery.mark in here):
                copies.append(Fault(delivery, REPLAYED, True))
            else:
                fresh.append(delivery)
                here.add(delivery.mark)
        return fresh, copies


def read_questions(deliveries: Sequence[Delivery]) -> tuple[list[ReceivedQuestion], list[Fault]]:
    """The questions that can be answered, and the faults of the others, which name fields and never values."""
    letters = [(delivery, delivery.letter) for delivery in deliveries if delivery.letter is not None]
    faults = [Fault(delivery, delivery.fault or "unreadable", True) for delivery in deliveries if delivery.letter is None]
    try:
        questions = QUESTIONS.validate_python([letter.body.get("question") for _, letter in letters])
        asked = [ReceivedQuestion(*pair, question) for pair, question in zip(letters, questions, strict=True)]
    except ValidationError:
        asked = []
        for delivery, letter in letters:
            try:
                asked.append(ReceivedQuestion(delivery, letter, QUESTIONS.validate_python([letter.body.get("question")])[0]))
            except ValidationError as error:
                faults.append(Fault(delivery, wrong_fields(error), True))
    numberless = [one for one in asked if not number_of(one.letter)]
    faults += [Fault(one.delivery, "number: missing", True) for one in numberless]
    return [one for one in asked if number_of(one.letter)], faults


def wrong_fields(error: ValidationError) -> str:
    """The fields of a question that are wrong and how, without what stood in them."""
    faults = read_errors(error.errors(include_url=False, include_input=False), skip=1)
    return ", ".join(f"{'.'.join(filter(None, ('question', fault.field)))}: {fault.code}" for fault in faults)


def number_of(letter: Letter) -> str:
    """The case number that the question came with; empty where it has none."""
    number = letter.body.get("number", letter.about)
    return number if isinstance(number, str) else ""


def finding_letter(unit: str, asked: ReceivedQuestion, finding: Finding, now: datetime) -> Letter:
    """The finding's letter. Its id follows from the question's, so that a question delivered twice is answered once."""
    body = {
        "number": number_of(asked.letter), "finding": finding.plain(),
        "unit": unit, "question_id": str(asked.letter.id),
        "question_hash": hash_of(asked.delivery.body or asked.letter.sealed_body()),
    }  # fmt: skip
    return Letter(
        id=uuid5(NAMESPACE, str(asked.letter.id)),
        kind="finding",
        to="findings",
        about=number_of(asked.letter),
        body=body,
        posted_at=now,
    )
