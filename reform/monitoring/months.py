"""The months of monitoring: which are shown, which are reported, which are missing and since when."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlmodel import Session, col, select

from access.accounts import Account
from reform.monitoring.sighting import MonthReport

SHOWN = 6  # this month and those before
DUE_DAY = 5  # of the month after: until then a report may come


def shown_months(today: date) -> list[date]:
    """The first days of the months that can be reported, this one first."""
    months = today.year * 12 + today.month - 1
    return [date((months - back) // 12, (months - back) % 12 + 1, 1) for back in range(SHOWN)]


def reported_months(session: Session, units: Collection[str], today: date) -> Mapping[str, dict[date, MonthReport]]:
    """By unit and month what was reported of the shown months. One statement."""
    last = shown_months(today)[-1]
    found = select(MonthReport).where(col(MonthReport.unit).in_(sorted(units)), col(MonthReport.month) >= last)
    reported: dict[str, dict[date, MonthReport]] = {}
    for one in session.exec(found):
        reported.setdefault(one.unit, {})[one.month] = one
    return reported


def late_months(reported: Mapping[date, MonthReport], today: date) -> list[date]:
    """The months, oldest first, that have ended and are not reported; none before a point's first report but the last one."""
    ended = shown_months(today)[1:]
    began = min([*reported, ended[0]])
    return [month for month in reversed(ended) if month >= began and month not in reported]


def is_due(month: date, today: date) -> bool:
    """Whether the report of this month, which is missing, is late: its time was until the DUE_DAY of the month after."""
    after = date(month.year + month.month // 12, month.month % 12 + 1, DUE_DAY)
    return today > after


def monitors(session: Session) -> dict[str, list[Account]]:
    """By unit the people who report for it. One statement."""
    found: dict[str, list[Account]] = {}
    for account in session.exec(select(Account).where(col(Account.active)).order_by(col(Account.unit), col(Account.username))):
        if "monitor" in account.roles:
            found.setdefault(account.unit, []).append(account)
    return found


def units_of(by_unit: Mapping[str, Sequence[Account]]) -> list[str]:
    """The monitoring points."""
    return sorted(by_unit)
