"""Answered by people: how many questions of each unit and item a person had to answer, or has in hand, since a moment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import union_all
from sqlmodel import Session, col, func, select

from cases.case import IS_OPEN, Case
from cases.lifecycle import ASKED, HELD
from cases.question import Source
from cases.statistics.histogram import ANSWERED
from cases.statistics.hourly import HourlyStatistics

BY_PEOPLE = (Source.ARCHIVE.value, Source.COMMUNITY.value)
Pair = tuple[str, str]  # the unit that has the item, and the item


def asked_of_people(session: Session, since: datetime) -> Mapping[Pair, int]:
    """By (unit, item) the questions answered from the archive or the community since then, and those that wait at a window now.

    The answered ones come from the hourly statistics, up to the last full hour; the waiting ones are those with a person, however
    long ago they were asked. One statement.
    """
    folded = select(HourlyStatistics.holder, HourlyStatistics.item, func.sum(HourlyStatistics.count))
    folded = folded.where(
        col(HourlyStatistics.hour) >= since, HourlyStatistics.what == ANSWERED, col(HourlyStatistics.source).in_(BY_PEOPLE)
    ).group_by(col(HourlyStatistics.holder), col(HourlyStatistics.item))
    waiting: Any = select(Case.holder, Case.item, func.count()).where(IS_OPEN, col(Case.state).not_in([ASKED.value, HELD.value]))
    waiting = waiting.group_by(col(Case.holder), col(Case.item))
    found: dict[Pair, int] = {}
    for holder, item, count in session.connection().execute(union_all(folded, waiting)):
        found[holder, item] = found.get((holder, item), 0) + int(count)
    return found
