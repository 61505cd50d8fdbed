"""What is stopped is counted: once for a question, however often one form or one programme sends it and though a slip follows."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from access.principal import Principal
from cases.catalogue.checks import NOT_NEEDED
from cases.catalogue.item import Item
from cases.certificates.directory import directory
from cases.certificates.stopped import record_stopped, record_stopped_once
from requesters.ask.ask_form import question_data
from requesters.ask.submit import Submission
from storage.problem import FieldFault
from storage.vault import vault_of
from web.context import Context
from web.form_data import FormData

COUNTED = "counted"  # the form's field that bears the mark of what was counted


def counted_already(item: Item, form_data: Mapping[str, str]) -> bool:
    """Whether this very question was stopped and counted in this form."""
    return form_data.get(COUNTED, "") == _mark(item, form_data)


def count_stopped(
    context: Context, principal: Principal, item: Item, form_data: FormData, faults: Sequence[FieldFault]
) -> FormData:
    """Counts what is asked although it is not needed; the form with the mark of it, so that the same is not counted again."""
    codes = {str(fault.params["certificate"]) for fault in faults if fault.code == NOT_NEEDED}
    if not codes or counted_already(item, form_data):
        return form_data
    with context.database.write() as session:
        for code in sorted(codes & directory(session).keys()):
            record_stopped(session, code, principal.unit, context.now())
    return {**form_data, COUNTED: _mark(item, form_data)}


def count_refused(context: Context, submission: Submission, faults: Sequence[FieldFault]) -> None:
    """Counts what a programme asked although it is not needed: once a month for a key, or else for what is asked about whom."""
    if not (codes := {str(fault.params["certificate"]) for fault in faults if fault.code == NOT_NEEDED}):
        return
    asked = submission.question.model_dump(mode="json", include={"item", "subjects", "details"})
    named = json.dumps([submission.unit, submission.key or asked], sort_keys=True)
    with context.database.write() as session:
        mark = vault_of(session).mac(named.encode(), "certificate.stopped").hex()
        record_stopped_once(session, codes & directory(session).keys(), submission.unit, mark, context.now())


def _mark(item: Item, form_data: Mapping[str, str]) -> str:
    """Of whom and what is asked. It stays in the form where these stand themselves, and in no address."""
    asked = question_data(item, form_data)
    whole = json.dumps([item.code, asked["subjects"], asked["details"]], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:24]
