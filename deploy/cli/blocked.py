"""`hecha blocked`: opens one blocked case (past its retention) for the purpose of proof."""

import json
from typing import Annotated

import typer
from sqlmodel import Session

from cases.case import Case, find_case
from cases.retention import UNVEILED
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from contacts import statements
from deploy.cli.joining import joined
from deploy.cli.starting import end, settings_or_exit
from deploy.cli.who_asked import as_text
from storage.json import Json
from storage.problem import N_
from web.languages import say

NO_CASE = N_("There is no blocked case with this number.")
FIELDS = (
    "number",
    "unit",
    "asked_by",
    "holder",
    "station",
    "item",
    "matter",
    "reference",
    "details",
    "purpose",
    "outcome",
    "source",
    "finding",
)
TIMES = ("asked_at", "answered_at", "closed_at", "blocked_at", "deleted_at")
FOUND = ("outcome",)  # of a deleted case it stays for the figures, and is shown to nobody
SAID = ("contact_name", "contact_role", "area", "channel", "call", "known_by", "outcome", "words", "written_by", "said_at")


def blocked(
    number: Annotated[str, typer.Argument(help="The number of the case")],
    reason: Annotated[str, typer.Option(help="What has to be proven, with the file number of that; it stands on the trail")],
) -> None:
    """Shows what stands in a blocked case, as JSON, and writes on the trail who looked and why."""
    assembly = joined(settings_or_exit())
    with assembly.database.read() as session:
        session.info[UNVEILED] = True
        case = find_case(session, number)
        told = contents_of(session, case) if case and case.blocked_at else None
    if case and told:
        line = TrailLine(assembly.now(), "look", "person", "hecha blocked", number=case.number, note=reason)
        with assembly.database.write() as session:
            trail.write(session, [line])
    assembly.database.close()
    if told is None:
        end(f"{number}: {say(assembly.settings.locale, NO_CASE)}")
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2, default=as_text))


def contents_of(session: Session, case: Case) -> Json:
    """What stands in a blocked case; nothing of what was found where that was deleted. The session may read what is blocked."""
    people = {role: subject.model_dump(exclude_none=True) for role, subject in case.subjects.items()}
    gone = dict.fromkeys(FOUND, "") if case.deleted_at else {}
    said = [{**{name: getattr(one, name) for name in SAID}, **gone} for one in statements.for_case(session, case.number)]
    return {**{name: getattr(case, name) for name in (*FIELDS, *TIMES)}, **gone, "subjects": people, "statements": said}
