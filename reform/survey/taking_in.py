"""Taking sheets in: a unit's answers are replaced by its new ones, its names are matched, and everything is reconciled anew."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, delete, insert, or_
from sqlmodel import Session

from access.principal import Principal
from cases.certificates.directory import all_certificates
from cases.rulebook import Rulebook
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from reform.survey.answer import SheetOf, SurveyAnswer, SurveyReturn
from reform.survey.names import note_names
from reform.survey.reconciling import reconcile
from reform.survey.uploads import SurveyUpload
from storage.json import Json

BY_TELEPHONE = ""


def take_in(session: Session, upload: SurveyUpload, by: Principal, now: datetime, rulebook: Rulebook) -> int:
    """Takes in the files of an upload that have no fault; how many. Those that have are sent again when they are put right."""
    replace_answers(session, upload.good, by, now, rulebook)
    upload.taken_at = now
    upload.content = {"files": [{**one, "rows": _counted(one), "sheets": {}} for one in upload.files]}
    return len(upload.good)


def note_none(session: Session, unit: str, by: Principal, now: datetime, rulebook: Rulebook) -> None:
    """Notes that this unit, by its own word, takes and issues no certificate at all."""
    nothing = {"file": BY_TELEPHONE, "unit": unit, "sheets": {sheet.value: [] for sheet in SheetOf}}
    replace_answers(session, [nothing], by, now, rulebook)


def replace_answers(session: Session, files: Sequence[Json], by: Principal, now: datetime, rulebook: Rulebook) -> None:
    """What these files say stands in place of what the same units said on the same sheets before."""
    came = [(one["unit"], sheet, rows, one["file"]) for one in files for sheet, rows in one["sheets"].items()]
    if not came:
        return
    for table in (SurveyAnswer, SurveyReturn):
        session.execute(delete(table).where(or_(*(and_(table.unit == unit, table.sheet == sheet) for unit, sheet, *_ in came))))
    of = {"who": by.username, "at": now}
    session.execute(
        insert(SurveyReturn), [{"unit": u, "sheet": s, "rows": len(rows), "file": file, **of} for u, s, rows, file in came]
    )
    answers = [{"legal_basis": "", **row, "unit": unit, "sheet": sheet} for unit, sheet, rows, _ in came for row in rows]
    if answers:
        session.execute(insert(SurveyAnswer), answers)
        note_names(session, {row["form"]: row["name"] for row in reversed(answers)}, all_certificates(session, True), now)
    reconcile(session, now, rulebook)
    lines = [{"of": one["unit"], "rows": _counted(one), "by_telephone": not one["file"]} for one in files]
    trail.write(session, [TrailLine.of_person(by, now, "survey_taken_in", details=told) for told in lines])


def _counted(one: Json) -> Json:
    return {sheet: len(rows) for sheet, rows in one["sheets"].items()}
