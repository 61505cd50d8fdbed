"""Search of the trail by person, unit, case, subject and time (itself noted there); how many lines a page and a sheet hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, or_, select

from access.accounts import Account
from access.principal import Principal
from cases.actions import NO_CASE
from cases.amending.amendments import Counts, count_amendments
from cases.case import Case
from cases.case_search import subject_keys
from cases.commitments.commitment import find_commitment
from cases.documents.id_numbers import BadNumber, ResidentId, parse_credit_code, plain
from cases.retention import veil
from cases.subject_index import numbers_of
from cases.trail import trail
from cases.trail.trail import Trail
from cases.trail.trail_line import TrailLine
from storage.days import NO_SUCH_DAY, NotADay, read_day
from storage.problem import N_, FieldFault, Problem

PAGE, MOST = 50, 20_000  # lines of a page, and of a sheet
MOST_PEOPLE = 50
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)  # beyond these, clocks of other zones have no day
STAMP = "%Y%m%dT%H%M%S.%f"
KINDS: Mapping[str, Sequence[str]] = {
    "looks": (
        "look", "follow", "look_up", "receipt", "verify", "search", "read_on", "export", "batch_rows", "proof_look",
        "attachment_look", "errand_look", "who_asked", "dead_look", "roster_look", "roster_search", "roster_read", "roster_export",
        "hearing_look", "list_look", "inspection_look", "reform_paper_look",
    ),
    "decisions": ("urge", "reassign", "release", "arbitrate"),
    "amendments": ("amend", "propose_amendment", "confirm_amendment", "decline_amendment", "withdraw_answer", "acknowledge"),
    "sign_ins": ("sign_in", "sign_in_failed", "sign_out"),
    "all": (),
}  # fmt: skip
KIND_WORDS = {
    "looks": N_("Looks: at cases, receipts, the roster and this trail"),
    "decisions": N_("Supervisors' decisions"),
    "amendments": N_("Answers amended and withdrawn, and who confirmed that they know"),
    "sign_ins": N_("Signing in and out"),
    "all": N_("Everything"),
}
NOBODY = N_("Nobody here is called this. Give a user name or the beginning of a name.")
BACKWARDS = N_("The last day lies before the first.")


@dataclass(frozen=True, slots=True)
class Sought:
    """What is searched: user names, the unit of those who acted, case numbers, kinds of lines, and from when to when.

    None in `whos` or `numbers` does not filter; an empty list finds nothing.
    """

    whos: Sequence[str] | None
    unit: str
    numbers: Sequence[str] | None
    actions: Sequence[str]
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Lines, the newest first; the names of those who acted; where the next page goes on ("" on the last).

    `amended`: of a search for amendments, how many answers were put right in that time, by unit and by source.
    """

    lines: Sequence[Trail]
    names: Mapping[str, str]
    after: str = ""
    amended: Counts | None = None


def read_sought(session: Session, form_data: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Sought:
    """What somebody typed into the search. Raises Problem with every fault; no words of it hold what was typed."""
    faults: list[FieldFault] = []
    today = now.astimezone(zone).date()
    first, last = (
        _day(form_data, name, default, faults) for name, default in (("first", today - timedelta(days=6)), ("last", today))
    )
    if last < first:
        faults.append(FieldFault("last", "backwards", BACKWARDS))
    whos = _people(session, form_data.get("person", "").strip(), faults)
    numbers = _about(session, form_data, today, faults)
    if faults:
        raise Problem(faults)
    actions = KINDS.get(form_data.get("kind", "looks"), KINDS["looks"])
    since, until = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    return Sought(whos, form_data.get("unit", ""), numbers, actions, since, until)


def _day(form_data: Mapping[str, str], name: str, default: date, faults: list[FieldFault]) -> date:
    text = form_data.get(name, "").strip()
    try:
        day = read_day(text) if text else default
        if not EARLIEST <= day <= LATEST:
            raise NotADay(NO_SUCH_DAY)
        return day
    except NotADay as wrong:
        faults.append(FieldFault(name, "no_day", wrong.message))
        return default


def _people(session: Session, text: str, faults: list[FieldFault]) -> list[str] | None:
    if not text:
        return None
    named = or_(col(Account.username) == text.lower(), col(Account.name).startswith(text, autoescape=True))
    found = list(session.exec(select(Account.username).where(named).order_by(col(Account.username)).limit(MOST_PEOPLE)))
    if not found:
        faults.append(FieldFault("person", "nobody", NOBODY))
    return found


def _about(session: Session, form_data: Mapping[str, str], today: date, faults: list[FieldFault]) -> list[str] | None:
    """The cases that are meant: the one whose number was typed, those that name the person or enterprise, or both at once."""
    case, subject = form_data.get("number", "").strip().upper(), plain(form_data.get("subject", ""))
    found: list[set[str]] = [{case}] if case else []
    if case and session.get(Case, case) is None and find_commitment(session, case) is None:
        faults.append(FieldFault("number", "unknown_case", NO_CASE))
    if subject:
        try:
            found.append(set(numbers_of(session, *_keys(subject, today))))
        except BadNumber as bad:
            faults.append(FieldFault("subject", bad.code, bad.message))
    return sorted(set.intersection(*found)) if found else None


def _keys(text: str, today: date) -> list[str]:
    """By what the person or enterprise is known. Raises BadNumber with what is wrong with an ID number or credit code."""
    if found := subject_keys(text, today):
        return found
    return [ResidentId.parse(text, today).number if text[:-1].isdigit() else parse_credit_code(text)]


def find_lines(session: Session, sought: Sought, after: str = "", at_most: int = PAGE) -> Found:
    """The lines of the trail that are sought. Three queries, for amendments four."""
    found = select(Trail).where(*_conditions(sought), *_beyond(after))
    lines = session.exec(found.order_by(col(Trail.at).desc(), col(Trail.id).desc()).limit(at_most + 1)).all()
    veil(session, lines)
    last = lines[at_most - 1] if len(lines) > at_most else None
    mark = f"{last.at.astimezone(UTC).strftime(STAMP)}~{last.id}" if last else ""
    counts = count_amendments(session, sought.since, sought.until) if sought.actions == KINDS["amendments"] else None
    return Found(lines[:at_most], _names(session, (line.who for line in lines)), mark, counts)


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [col(Trail.at) >= sought.since, col(Trail.at) < sought.until]
    for column, values in ((Trail.who, sought.whos), (Trail.number, sought.numbers), (Trail.action, sought.actions or None)):
        wanted += [col(column).in_(values)] if values is not None else []
    # Few lines are a supervisor's, and they have an index of their own.
    wanted += [col(Trail.actor) == "supervisor"] if sought.actions == KINDS["decisions"] else []
    return [*wanted, *([col(Trail.unit) == sought.unit] if sought.unit else [])]


def _beyond(after: str) -> list[ColumnElement[bool]]:
    stamp, _, line = after.partition("~")
    try:
        at, number = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC), int(line)
    except ValueError:
        return []  # no mark of ours: the first page
    return [or_(col(Trail.at) < at, and_(col(Trail.at) == at, col(Trail.id) < number))]


def _names(session: Session, whos: Iterable[str]) -> dict[str, str]:
    wanted = sorted(set(whos))
    return dict(session.exec(select(Account.username, Account.name).where(col(Account.username).in_(wanted))).all())


def note_search(session: Session, principal: Principal, sought: Sought, action: str, count: int, now: datetime) -> None:
    """Writes who searched (`search`), read on (`read_on`) or took away (`export`) what.

    That is a line for each case meant, else one about no case; who only turns the page has looked at these cases already.
    """
    by = {"person": sought.whos, "unit": sought.unit, "cases": None if sought.numbers is None else len(sought.numbers)}
    span = {"since": sought.since.isoformat(), "until": sought.until.isoformat(), "lines": count}
    details = {**{name: value for name, value in by.items() if value}, **span}
    numbers = sought.numbers if sought.numbers and action != "read_on" else [""]
    trail.write(session, [TrailLine.of_person(principal, now, action, number, details=details) for number in numbers])
