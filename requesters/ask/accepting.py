"""Accepting questions of many senders together: one transaction for all that came in while the one before was under way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from sqlmodel import Session

from access.principal import Principal
from cases.actions import seen_case
from cases.amending.amendments import amendments_of
from cases.case import Case
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from cases.view import case_view
from requesters.ask.submit import Accepted, Submission, accept
from storage.json import Json
from storage.problem import Problem
from web.context import Context, context_of
from web.gatherer import Gatherer

READ = "read"  # the scope with which a key may see what became of a question


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with whoever sent it and is shown its case."""

    submission: Submission
    principal: Principal


class Accepting:
    """Takes questions in and gives back their cases as their askers see them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._gatherer = Gatherer[Asked, Json](self._accept, "accepting")

    async def ask(self, submission: Submission, principal: Principal) -> Json:
        """The case, once it is safe; raises Problem."""
        return await self._gatherer.do(Asked(submission, principal))

    def _accept(self, asked: Sequence[Asked]) -> list[Json | Exception]:
        context, now = self._context, self._context.now()
        with context.database.write(by_key=True) as session:
            accepted = accept(session, [one.submission for one in asked], now, context.rulebook)
            known = {
                i: self._read(session, asked[i].principal, one, now)
                for i, one in enumerate(accepted)
                if isinstance(one, Accepted) and not one.opened
            }
        return [known[i] if i in known else self._fresh(asked[i], one, now) for i, one in enumerate(accepted)]

    def _fresh(self, asked: Asked, accepted: Accepted | Problem, now: datetime) -> Json | Exception:
        if isinstance(accepted, Problem) or not accepted.opened:
            return accepted if isinstance(accepted, Problem) else LookupError(accepted.number)
        opened = accepted.opened
        try:
            return case_view(opened.case, opened.lines, asked.principal, now, self._context.rulebook.catalogue)
        except Exception as error:  # noqa: BLE001  # it is accepted: raised, the whole round would be accepted once more
            return error

    def _read(self, session: Session, principal: Principal, accepted: Accepted, now: datetime) -> Json | Exception:
        try:
            case, shown = read_view(session, self._context, accepted.number, principal)
        except Problem as problem:
            return problem
        return _sent_again(session, case, shown, principal, now) if accepted.earlier else shown


def accepting_of(request: Request) -> Accepting:
    """That of the house this request came to."""
    return context_of(request).once(Accepting)


def read_view(session: Session, context: Context, number: str, principal: Principal) -> tuple[Case, Json]:
    """The case as it stands, and as this principal sees it. Raises Problem."""
    case = seen_case(session, number, principal)
    lines, changed = trail.of_cases(session, [case.number]), amendments_of(session, case)
    return case, case_view(case, lines, principal, context.now(), context.rulebook.catalogue, changed)


def _sent_again(session: Session, case: Case, shown: Json, principal: Principal, now: datetime) -> Json:
    """What a request shows that is sent again: the case, with a line that it was looked at; without the scope `read` its state."""
    if principal.key and READ not in principal.scopes:
        return {"number": case.number, "state": case.state}
    trail.write(session, [TrailLine.of_person(principal, now, "look", case.number)])
    return shown
