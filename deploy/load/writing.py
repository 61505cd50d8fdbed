"""Writing loaded rows in one transaction, or trying it out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.sql.expression import bindparam
from sqlmodel import Session, col

from access.accounts import Account
from access.first_passwords import make_passwords, without_password, write_passwords
from access.units import Unit
from cases.duty.standing_order import Duty
from cases.grants.grants import Grant
from cases.rulebook import Rulebook
from cases.stations.rules import StationRule
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from contacts.phone_numbers import normalise
from contacts.roster import roster_sheets
from contacts.roster.roster_sheets import RosterPlan
from deploy.load.certificate_sheets import write_certificates, write_takings
from deploy.load.checks import Checked, check, expired
from deploy.load.merging import Merged, ValueChange, merge
from deploy.load.sheets import Sheets
from deploy.load.station_rules import look_again, rule_row
from storage.database import Database
from storage.json import Json
from storage.office_time import OFFICE
from storage.sheets.rows import RowFault

WHO = "load"
PHONES = {"phone", "window_phone"}


class RowsRefused(Exception):
    """Some rows are bad, so none was written."""

    def __init__(self, faults: list[RowFault]) -> None:
        self.faults = faults
        super().__init__(f"{len(faults)} faults")


class _DryRun(Exception):
    """Rolls back what a dry run wrote."""


@dataclass
class Loaded:
    """What a load did, by kind of sheet; `no_password`: accounts that cannot sign in yet; `notes`: rows to look at again."""

    merged: dict[str, Merged] = field(default_factory=dict)
    passwords: int = 0
    no_password: int = 0
    notes: Sequence[RowFault] = ()


def apply(
    database: Database, sheets: Sheets, rulebook: Rulebook, now: datetime, passwords: Path | None = None,
    counting: Callable[[int], Callable[[], object]] = lambda total: lambda: None,
) -> Loaded:  # fmt: skip
    """Writes the sheets. With a file for `passwords`, accounts without one get a first password. Raises RowsRefused."""
    with database.read() as session:
        _refuse(check(session, sheets, rulebook))
        names = without_password(session, sheets["accounts"])
    made = make_passwords(names, counting(len(names))) if passwords and names else {}  # before the transaction: it takes long
    if passwords and made:
        write_passwords(passwords, sheets["accounts"], made)
    try:
        with database.write() as session:
            loaded = _write(session, sheets, _refuse(check(session, sheets, rulebook)), now, rulebook)
            _set_passwords(session, made)
    except BaseException:
        if passwords and made:
            passwords.unlink()
        raise
    loaded.passwords, loaded.no_password = len(made), len(names) - len(made)
    return loaded


def try_out(database: Database, sheets: Sheets, rulebook: Rulebook, now: datetime) -> Loaded:
    """What `apply` would do; everything is rolled back. Raises RowsRefused."""
    try:
        with database.write() as session:
            names = without_password(session, sheets["accounts"])
            loaded = _write(session, sheets, _refuse(check(session, sheets, rulebook)), now, rulebook)
            loaded.no_password = len(names)
            raise _DryRun
    except _DryRun:
        return loaded


def _refuse(checked: Checked) -> Checked:
    if checked.faults:
        raise RowsRefused(list(checked.faults))
    return checked


def _write(session: Session, sheets: Sheets, checked: Checked, now: datetime, rulebook: Rulebook) -> Loaded:
    roster_plan = checked.roster
    loaded = Loaded(notes=expired(sheets, now.astimezone(OFFICE).date()))
    loaded.merged["units"] = merge(session, Unit, [_plain(row.values) for row in sheets["units"]])
    roster_sheets.apply(session, roster_plan, WHO, now)
    added, changed, same = (roster_plan.summary()[name] for name in ("added", "changed", "same"))
    loaded.merged["roster"] = Merged(added, changed, same, [*_roster_changes(roster_plan)])
    accounts = [{name: value for name, value in _plain(row.values).items() if name not in ("place", "leader")}
                for row in sheets["accounts"]]  # fmt: skip
    loaded.merged["accounts"] = merge(session, Account, accounts)
    loaded.merged["duty"] = _write_duty(session, sheets)
    loaded.merged["grants"] = merge(session, Grant, [row.values for row in sheets["grants"]])
    loaded.merged["station_rules"] = merge(session, StationRule, [rule_row(row.values) for row in sheets["station_rules"]])
    told = write_certificates(session, sheets["certificates"], rulebook, now)
    loaded.merged |= {"certificates": told.merged, "certificate_takings": write_takings(session, sheets["certificate_takings"])}
    loaded.notes = [*loaded.notes, *look_again(session, sheets), *told.notes]
    if any(merged.added or merged.changed for merged in loaded.merged.values()):
        details = {name: merged.counts() for name, merged in loaded.merged.items()}
        trail.write(session, [TrailLine(now, "load", "person", WHO, details=details)])
    return loaded


def _roster_changes(plan: RosterPlan) -> Iterator[ValueChange]:
    for line in plan.rows:
        if line["what"] == "change":
            who = f"{line['area']} {line['name']}"
            yield from (ValueChange(who, name, both["before"], both["after"]) for name, both in line["fields"].items())


def _plain(values: Mapping[str, Any]) -> Json:
    return {name: normalise(value) if name in PHONES else value for name, value in values.items()}


def _write_duty(session: Session, sheets: Sheets) -> Merged:
    """Who has a place or leads stands in the order; who has neither any more is taken out."""
    told = [row.values for row in sheets["accounts"] if "place" in row.values or "leader" in row.values]
    off = [values["username"] for values in told if not _on_duty(values)]
    if off:
        session.connection().execute(delete(Duty).where(col(Duty.username).in_(off)))
    merged = merge(session, Duty, [_duty_row(values) for values in told if _on_duty(values)])
    moved = select(col(Account.unit)).where(col(Account.username) == col(Duty.username)).scalar_subquery()
    session.connection().execute(update(Duty).where(col(Duty.unit) != moved).values(unit=moved))
    return merged


def _on_duty(values: Mapping[str, object]) -> bool:
    return values.get("place") is not None or bool(values.get("leader"))


def _duty_row(values: Mapping[str, object]) -> Json:
    row = {"username": values["username"], "unit": values["unit"], "leader": values.get("leader", False)}
    return {**row, "place": values.get("place") or 1}


def _set_passwords(session: Session, made: Mapping[str, tuple[str, str]]) -> None:
    if made:
        statement = update(Account).where(col(Account.username) == bindparam("b_username"))
        # Whoever made the list knows it: at the first sign-in its owner chooses another.
        rows = [{"b_username": name, "password_hash": hashed, "password_given": True} for name, (_, hashed) in made.items()]
        session.connection().execute(statement, rows)
