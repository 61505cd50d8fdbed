"""Letters to and from an agent, and handlers written on the spot."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from broker.letter import Letter
from broker.transports.transport import Transport
from cases.question import Finding, Question

NOW = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
QUEUE = "questions.police"


def handler(find: Callable[[Any, Sequence[Question]], list[Finding]], **more: Any) -> Any:
    """A handler written on the spot."""
    return SimpleNamespace(find=find, **more)


def letter(question: Question | dict[str, Any] | None, number: str = "HC1") -> Letter:
    """A question's letter, or one that only looks like it."""
    shape = question.model_dump(mode="json", exclude_none=True) if isinstance(question, Question) else question
    return Letter.post("question", QUEUE, number, {"number": number, "question": shape, "due_at": None}, NOW)


def findings(post: Transport) -> list[Letter]:
    """All findings that were sent, taken out of their queue with the signs of life among them."""
    return [sent for sent in sent_letters(post) if sent.kind == "finding"]


def sent_letters(post: Transport) -> list[Letter]:
    """Everything an agent sent, taken out of the queue."""
    deliveries = post.receive("findings", 1000, 0)
    post.ack(deliveries)
    return [delivery.letter for delivery in deliveries if delivery.letter]


def buried(post: Transport) -> list[str]:
    """Why letters were buried."""
    deliveries = post.receive("dead", 1000, 0)
    post.ack(deliveries)
    return [delivery.fault for delivery in deliveries]
