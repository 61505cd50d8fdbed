"""Who uses a name in the sheets and for what: what somebody needs to know to say which certificate it means."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, func

from reform.survey.answer import SurveyAnswer

FEW = 3  # of one name are shown


class Use(NamedTuple):
    """One unit's use of a name, and how many more uses there are."""

    unit: str
    sheet: str
    purpose: str
    issuer: str
    more: int


def purposes_of(session: Session, forms: Collection[str]) -> dict[str, list[Use]]:
    """The first few uses of each of these names, those with the most papers first; one query."""
    of = SurveyAnswer
    place = (
        func.row_number().over(partition_by=col(of.form), order_by=(func.coalesce(of.volume, 0).desc(), col(of.id))).label("place")
    )
    more = (func.count().over(partition_by=col(of.form)) - FEW).label("more")
    columns = map(col, (of.form, of.unit, of.sheet, of.purpose, of.issuer))
    ranked = sql_select(*columns, more, place).where(col(of.form).in_(forms)).subquery()
    first = sql_select(ranked).where(ranked.c.place <= FEW).order_by(ranked.c.place)
    found: dict[str, list[Use]] = {}
    for form, unit, sheet, purpose, issuer, left, _ in session.execute(first):
        found.setdefault(form, []).append(Use(unit, sheet, purpose, issuer, max(0, left)))
    return found
