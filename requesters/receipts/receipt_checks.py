"""Checking a receipt on record: is the file ours, and does its answer still stand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from cryptography.x509 import Certificate
from sqlmodel import Session

from cases.case import Case, find_case
from cases.commitments.commitment import Commitment, CommitmentState, find_commitment, is_commitment
from cases.lifecycle import ANSWERED, CLOSED, REFUSED
from cases.lifecycle import WITHDRAWN as GIVEN_UP
from cases.seals import revocations
from requesters.receipts import outdated_receipts
from requesters.receipts.attached_pages import attached_pages
from requesters.receipts.bundle_checks import Misfit, misfits
from requesters.receipts.expiry import is_over, until_of
from requesters.receipts.issued_receipts import IssuedReceipt, find_issued
from requesters.receipts.outdated_receipts import became_outdated
from storage.late_modules import Late
from storage.problem import N_

if TYPE_CHECKING:
    from requesters.receipts import seal_checks
else:
    seal_checks = Late("requesters.receipts.seal_checks")  # with pyHanko, which serve does without until somebody checks a file

MOST_BYTES = 5_000_000  # of a file that is checked
NO_ROOT = N_("This house has not sealed anything yet.")
UNRECORDED = N_(
    "The seal is right, but this house has no record of making this file. Do not rely on it; ask the unit that stands on it."
)
AMENDED = N_(
    "The file is genuine, but it stands no longer: the answer on it was amended on {at}. "
    "Look the number up below, or ask for a new receipt."
)
WITHDRAWN = N_("The file is genuine, but it stands no longer: the answer on it was withdrawn on {at}. Do not rely on it.")
CHANGED = N_("The file is genuine, but the answer on it has been changed since. Ask for a new receipt.")
PAGE_OUTDATED = N_(
    "The cover is genuine, but page {page} of this paper is not relied on any more (see below): "
    "its joined result stands no longer. Ask for a new paper."
)
TAKEN_BACK = N_("The file is genuine, but the person took this commitment back on {at}. Do not rely on it.")
OVER = N_("The file is genuine, but the time in which this commitment counts ended on {at}.")
EXPIRED = N_("The file is genuine, but it was valid until {day}. Ask for what is on record today.")
IN_DISPUTE = N_("The file is genuine, but the answer on it is being looked at again.")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found about a file: `fault` says why it is not genuine, `warning` why a genuine one is no longer the answer."""

    fault: str = ""
    readable: bool = True  # no PDF at all is a file wrongly chosen, not a forgery
    warning: str = ""
    warned_at: datetime | None = None  # when the answer on it ceased to stand
    sealed: "seal_checks.Sealed | None" = None
    issued: IssuedReceipt | None = None
    case: Case | None = None
    commitment: Commitment | None = None
    pages: "Sequence[Judgement]" = ()  # of a bundle's paper, in the order in which they are in it; the cover is page 1
    misfits: Sequence[Misfit] = ()  # what of these pages does not belong together
    warned_page: int = 0  # which page the warning is about
    until: date | None = None  # the last day of a certificate


def judge(session: Session, pdf: bytes, root: Certificate | None, today: date) -> Judgement:
    """The judgement on this file, and on each page that is attached to it: one by one also where the whole is not genuine.

    The record of what was made decides where a certificate was revoked.
    """
    whole = _judge(session, pdf, root, today)
    pages = [_judge(session, page, root, today) for page in attached_pages(pdf)] if whole.readable and root else []
    if not pages:
        return whole
    whole = replace(whole, pages=pages, misfits=misfits(whole.sealed, [page.sealed for page in pages]))
    bad = [(n, page) for n, page in enumerate(pages, 2) if page.fault or page.warning]
    if whole.fault or not bad:
        return whole
    place, page = bad[0]
    return replace(whole, warning=PAGE_OUTDATED, warned_at=page.warned_at, warned_page=place)


def _judge(session: Session, pdf: bytes, root: Certificate | None, today: date) -> Judgement:
    if root is None:
        return Judgement(NO_ROOT)
    try:
        sealed = seal_checks.check_seal(pdf, root)
        issued = find_issued(session, sealed.sha256)
        revoked = revocations(session)
        if issued is None or (sealed.serial in revoked and issued.at > revoked[sealed.serial].at):
            seal_checks.refuse_revoked(sealed, revoked)
    except seal_checks.NotGenuine as wrong:
        return Judgement(wrong.words, wrong.fault != seal_checks.Fault.NO_PDF)
    if issued is None:
        return Judgement(UNRECORDED)
    if is_commitment(issued.number):
        return _of_commitment(session, sealed, issued)
    return _of_case(session, sealed, issued, today)


def _of_case(session: Session, sealed: "seal_checks.Sealed", issued: IssuedReceipt, today: date) -> Judgement:
    case, outdated = find_case(session, issued.number), became_outdated(session, issued)
    if outdated:
        warning = WITHDRAWN if outdated.how == outdated_receipts.WITHDRAWN else AMENDED
        return Judgement("", True, warning, outdated.at, sealed, issued, case)
    if case is not None and case.state in (GIVEN_UP, REFUSED):  # no answer stands in a case that was given up
        return Judgement("", True, WITHDRAWN, case.closed_at, sealed, issued, case)
    warning = _warning(case, issued) or (EXPIRED if is_over(sealed, today) else "")
    return Judgement("", True, warning, None, sealed, issued, case, until=until_of(sealed))


def _of_commitment(session: Session, sealed: "seal_checks.Sealed", issued: IssuedReceipt) -> Judgement:
    """A stranger learns whether it still counts, and nothing of what checks of it found."""
    one = find_commitment(session, issued.number)
    found = Judgement("", True, "", None, sealed, issued, commitment=one)
    if one is None or one.settled_at is None:
        return found
    words = TAKEN_BACK if one.state == CommitmentState.TAKEN_BACK else OVER
    return replace(found, warning=words, warned_at=one.settled_at)


def _warning(case: Case | None, issued: IssuedReceipt) -> str:
    if case is None:
        return ""
    if case.state not in (ANSWERED, CLOSED) or case.decide_by or case.proposed_at:
        return IN_DISPUTE
    return CHANGED if case.stands_since != issued.answered_at else ""
