"""Deciding about a sighting: joined to a certificate, put into the directory, dismissed; or somebody was told."""

from sqlmodel import Session

from cases.certificates.certificate import Certificate
from cases.certificates.changes import Editor
from cases.certificates.directory import directory
from reform.changes import ReformAct, note_acts
from reform.monitoring.sighting import Sighting, SightingState, found_by_name, state_of
from reform.personal_numbers import PERSONAL, names_a_person
from storage.problem import N_, FieldFault, Problem
from web.form_data import FormData

DECIDED = N_("Somebody decided about this already. Look at it again.")
NO_CERTIFICATE = N_("Choose the certificate of the directory that is meant.")
NO_REASON = N_("Say why it is dismissed.")
NO_MOVE = N_("Choose what becomes of it.")
TOO_LONG = N_("This may have at most {max_length} characters.")
MOST_NOTE = 300
CODE = "monitored_{}"


def decide(editor: Editor, one: Sighting, form_data: FormData) -> None:
    """Does with it what was chosen as `move`, and keeps who decided it. Raises Problem."""
    before, after = one.state, _decide(one, form_data, editor)
    one.decided_by, one.decided_at, one.decision = editor.by.username, editor.now, form_data.get("note", "").strip()
    changed = {"state": (before, after), "certificate": (None, one.certificate)}
    act = ReformAct("sighting", str(one.id), f"sighting_{after}", changed, one.decision)
    note_acts(editor.session, editor.by, editor.now, [act])


def _decide(one: Sighting, form_data: FormData, editor: Editor) -> str:
    """Gives the sighting its new state. Raises Problem."""
    move, note = form_data.get("move", ""), form_data.get("note", "").strip()
    if len(note) > MOST_NOTE:
        raise Problem([FieldFault("note", "too_long", TOO_LONG, {"max_length": MOST_NOTE})])
    if names_a_person(note):
        raise Problem([FieldFault("note", "personal", PERSONAL)])
    wanted = SightingState.TO_TELL if move == SightingState.TOLD else SightingState.OPEN
    if move not in ("told", "joined", "added", "dismissed"):
        raise Problem([FieldFault("move", "not_a_choice", NO_MOVE)])
    if one.state != wanted:
        raise Problem([FieldFault("", "decided", DECIDED)], 409)
    if move == "dismissed" and not note:
        raise Problem([FieldFault("note", "missing", NO_REASON)])
    one.state = move
    if move in ("joined", "added"):
        certificate = _joined(editor.session, form_data) if move == "joined" else _added(editor, one, form_data)
        one.certificate = certificate.code
        one.state = SightingState.TO_TELL if state_of(certificate) == SightingState.TO_TELL else move
    return one.state


def _joined(session: Session, form_data: FormData) -> Certificate:
    found = found_by_name(form_data.get("certificate", ""), directory(session))
    exact = directory(session).get(form_data.get("certificate", "")) or (found[0] if len(found) == 1 else None)
    if exact is None:
        raise Problem([FieldFault("certificate", "unknown", NO_CERTIFICATE)])
    return exact


def _added(editor: Editor, one: Sighting, form_data: FormData) -> Certificate:
    """A certificate that is not classified yet, by the names that were typed, and the code where somebody chose one."""
    values = {name: form_data.get(name, "").strip() for name in ("code", "zh", "en")}
    zh = values["zh"] or one.name
    return editor.add({"code": values["code"] or CODE.format(one.id), "zh": zh, "en": values["en"] or zh})
