"""Fills what the reform office keeps: registers, a month of monitoring, documents to revise, sheets of the survey."""

from datetime import timedelta

from sqlmodel import Session

from access.principal import Principal
from cases.certificates.changes import Editor
from deploy.assembly import Assembly
from sample.city import directory
from sample.reform.documents import fill_documents
from sample.reform.registers import fill_registers
from sample.reform.sheets import fill_sheets
from sample.reform.sightings import fill_sightings

CLERK, MONITOR = "reform1", "fotang-monitor"
ANSWERED = timedelta(days=8)  # so long ago the sheets came back


def fill_reform(session: Session, assembly: Assembly) -> None:
    """All of it, through the functions that the pages use, as of the assembly's now."""
    people = {one.username: one for one in directory.accounts()}
    clerk, monitor = (_principal(people[name]) for name in (CLERK, MONITOR))
    now, rulebook = assembly.now(), assembly.rulebook
    fill_registers(session, clerk, now)
    fill_documents(session, clerk, now)
    fill_sightings(session, monitor, Editor(session, clerk, now, rulebook))
    fill_sheets(session, clerk, now - ANSWERED, rulebook)


def _principal(one: directory.Account) -> Principal:
    return Principal(one.username, one.name, one.unit, frozenset(one.roles), "zh")
