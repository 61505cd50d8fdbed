"""What waits for the reform office: the lines of its front page. A folder whose things wait there adds one function to MORE."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from access.principal import Principal
from cases.certificates.history import CertificateChange
from reform.kept_waiting import kept_lines
from reform.survey.progress import Progress
from storage.problem import N_


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line: how many, of what (an English msgid that follows the figure), where it is done; `first`: before all others."""

    count: int
    words: str
    address: str
    do: str  # what the button says, an English msgid
    first: bool = False


# Each tells how many of its things wait for this person at this moment; it may read, with few statements.
MORE: tuple[Callable[[Session, Principal, datetime], Iterable[tuple[int, str, str, str]]], ...] = (kept_lines,)


def waiting_lines(
    session: Session, principal: Principal, now: datetime, progress: Progress, proposals: Sequence[CertificateChange]
) -> list[Waiting]:
    """All lines, those first that hold up colleagues; those of which nothing waits come last."""
    others = sum(one.who != principal.username for one in proposals)
    sheets = [
        Waiting(progress.unmatched, N_("Names in the sheets without a certificate"), "/reform/survey/names", N_("Match them")),
        Waiting(progress.open_points, N_("Open points between units"), "/reform/survey/points", N_("Settle them")),
    ]
    lines = [
        Waiting(others, N_("Changes of class for you to confirm"), "/reform/proposals", N_("Look at them"), first=True),
        *(sheets if progress.came else ()),  # before a sheet came back nobody knows of names and points
        Waiting(progress.unclassified, N_("Certificates without a class"), "/reform/next/certificate", N_("Classify them")),
        Waiting(progress.silent, N_("Units that have not answered the survey"), "/reform/survey?which=silent", N_("See which")),
    ]
    for more in MORE:
        lines += [Waiting(*line) for line in more(session, principal, now)]
    return sorted(lines, key=lambda one: (one.count == 0, not one.first))
