"""Grants as administrators list, give, extend and end them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select, tuple_

from access.principal import Principal
from administrators.changes import Act, note_changes
from administrators.page_frame import PAGE_SIZE
from cases.grants.grants import Grant
from cases.trail.differences import differences
from storage.problem import N_, FieldFault, Problem

SOON = timedelta(days=30)
LONGEST = timedelta(days=5 * 366)  # a permission is looked at again some day
AT_MOST = 500
NO_GRANT = N_("What was ticked is no permission. Nothing was changed; open the list again.")
Key = tuple[str, str, str]  # unit, item, matter


@dataclass(frozen=True, slots=True)
class GrantFilter:
    """Which grants are listed; empty fields do not filter. `state`: valid, ending or ended. `page` counts from 0."""

    unit: str = ""
    item: str = ""
    matter: str = ""
    state: str = ""
    page: int = 0


def state_of(grant: Grant, today: date) -> str:
    """valid, ending (within a month) or ended."""
    if grant.until < today:
        return "ended"
    return "ending" if grant.until <= today + SOON else "valid"


def listed(session: Session, wanted: GrantFilter, today: date) -> tuple[Sequence[Grant], bool]:
    """A page of grants by unit, matter and item, and whether there are more; those asked for as ending by their last day."""
    found = select(Grant).where(*_filters(wanted, today))
    order = [col(Grant.unit), col(Grant.matter), col(Grant.item)]
    found = found.order_by(*([col(Grant.until)] if wanted.state in ("ending", "ended") else []), *order)
    start = min(max(wanted.page, 0), 10_000) * PAGE_SIZE
    rows = session.exec(found.offset(start).limit(PAGE_SIZE + 1)).all()
    return rows[:PAGE_SIZE], len(rows) > PAGE_SIZE


def _filters(wanted: GrantFilter, today: date) -> list[ColumnElement[bool]]:
    until, names = col(Grant.until), ("unit", "item", "matter")
    states = {"valid": until >= today, "ending": until.between(today, today + SOON), "ended": until < today}
    filters = [col(getattr(Grant, name)) == getattr(wanted, name) for name in names if getattr(wanted, name)]
    return [*filters, states[wanted.state]] if wanted.state in states else filters


def key_in(text: str) -> Key | None:
    """The key of a grant in a form's field; None where it is none."""
    unit, _, rest = text.partition("|")
    item, _, matter = rest.partition("|")
    return (unit, item, matter) if unit and item and matter else None


def name_of(key: Key) -> str:
    """How a grant is called among the changes."""
    return " · ".join(key)


def give(session: Session, principal: Principal, keys: Iterable[Key], until: date, pledged_by: str, now: datetime) -> int:
    """Gives what is not given yet and renews what is; says how many."""
    wanted = list(dict.fromkeys(keys))
    there = {(grant.unit, grant.item, grant.matter): grant for grant in _chosen(session, wanted)}
    acts = []
    for key in wanted:
        grant = there.get(key)
        if grant is None:
            unit, item, matter = key
            session.add(Grant(unit=unit, item=item, matter=matter, until=until, pledged_by=pledged_by))
            acts.append(Act("grant", name_of(key), "grant_give", {"until": (None, until), "pledged_by": (None, pledged_by)}))
        else:
            changed = differences(grant.model_dump(), {"until": until, "pledged_by": pledged_by or grant.pledged_by})
            grant.until, grant.pledged_by = until, pledged_by or grant.pledged_by
            acts += [Act("grant", name_of(key), "grant_give", changed)] if changed else []
    note_changes(session, principal, now, *acts)
    return len(acts)


def set_end(session: Session, principal: Principal, keys: Sequence[Key | None], until: date, action: str, now: datetime) -> int:
    """Gives these grants another last day; says how many changed. Raises Problem where one of them is none."""
    acts, known = [], {key for key in keys if key}
    chosen = _chosen(session, list(known))
    if None in keys or len(chosen) < len(known):
        raise Problem([FieldFault("picked", "unknown", NO_GRANT)])
    for grant in chosen:
        if grant.until != until:
            key = (grant.unit, grant.item, grant.matter)
            acts.append(Act("grant", name_of(key), action, {"until": (grant.until, until)}))
            grant.until = until
    note_changes(session, principal, now, *acts)
    return len(acts)


def _chosen(session: Session, keys: Sequence[Key]) -> Sequence[Grant]:
    named = tuple_(col(Grant.unit), col(Grant.item), col(Grant.matter)).in_(list(keys)[:AT_MOST])
    return session.exec(select(Grant).where(named).with_for_update()).all()
