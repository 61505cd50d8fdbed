"""Bundles by letter: requests in the queue `requests` that carry a `bundle` instead of a `question`."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from broker import outbox
from broker.letter import Letter
from cases.rulebook import Rulebook
from requesters.ask.questions_by_letter import key_and_unit, reply, take_requests
from requesters.bundles.opening import BundleSubmission, open_bundles, read_request
from storage.problem import Problem


def take_all_requests(session: Session, letters: Sequence[Letter], now: datetime, rulebook: Rulebook) -> None:
    """Opens a case for each good question and a bundle for each good bundle; what is wrong is told to the unit, field by field."""
    take_requests(session, [letter for letter in letters if "bundle" not in letter.body], now, rulebook)
    bundles = [(letter, _read(letter, now, rulebook)) for letter in letters if "bundle" in letter.body]
    good = [(letter, one) for letter, one in bundles if isinstance(one, BundleSubmission)]
    results = open_bundles(session, [one for _, one in good], now, rulebook) if good else []
    told: list[tuple[Letter, str | Problem]] = [(letter, result) for (letter, _), result in zip(good, results, strict=True)]
    told += [(letter, problem) for letter, problem in bundles if isinstance(problem, Problem)]
    outbox.post(session, [reply(letter, result, now) for letter, result in told if letter.body.get("unit")])


def _read(letter: Letter, now: datetime, rulebook: Rulebook) -> BundleSubmission | Problem:
    try:
        key, unit = key_and_unit(letter)
        return BundleSubmission(read_request(letter.body["bundle"], now, rulebook), unit, f"system:{unit}", key)
    except Problem as problem:
        return problem
