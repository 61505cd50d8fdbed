"""The offices' time zone (all of China has one): moments and days written in it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Asia/Shanghai")


def office_time(moment: datetime | str | None) -> str:
    """A moment, or one written in ISO 8601, as the office's clock shows it; empty where there is none."""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) and moment else moment
    return at.astimezone(OFFICE).strftime("%Y-%m-%d %H:%M") if isinstance(at, datetime) else ""


def office_date(moment: datetime) -> date:
    """The day that it is then at the offices."""
    return moment.astimezone(OFFICE).date()
