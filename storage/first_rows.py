"""The first rows of a list, and how many more there are: no page shows a list without an end, nor one cut short in silence."""

from typing import Any, TypeVar

from sqlmodel import Session, func

T = TypeVar("T")


class FirstRows(list[T]):
    """The rows that are shown; `more` is how many there are beside them."""

    more: int = 0

    @property
    def total(self) -> int:
        """Shown or not."""
        return len(self) + self.more


def last_rows(session: Session, found: Any, key: Any, at_most: int) -> FirstRows[Any]:
    """The last rows of this select by this column, in its order; `more` stand before them. One query."""
    newest = first_rows(session, found.order_by(key.desc()), at_most)
    last: FirstRows[Any] = FirstRows(reversed(newest))
    last.more = newest.more
    return last


def first_rows(session: Session, found: Any, at_most: int, skip: int = 0) -> FirstRows[Any]:
    """At most so many rows of this select of one table, in its order, after those skipped. One query; `more` come after them."""
    counted = session.execute(found.add_columns(func.count().over()).offset(skip).limit(at_most)).all()
    first: FirstRows[Any] = FirstRows(row for row, _ in counted)
    first.more = counted[0][1] - skip - len(first) if counted else 0
    return first
