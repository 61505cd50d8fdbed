"""Joining names: the reform office says which certificate a name means, or that it is one of its own; for all units at once."""

from collections.abc import Iterable, Iterator, Mapping

from sqlmodel import col, select

from cases.certificates.certificate import MOST_KEYWORDS, Certificate
from cases.certificates.changes import Editor
from cases.certificates.checks import LONGEST_KEYWORD
from cases.certificates.directory import all_certificates
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from reform.survey.names import SurveyName, name_form, volumes_of
from reform.survey.reconciling import reconcile
from storage.problem import N_, FieldFault, Problem

OWN = "+"  # in place of a code: the name becomes a certificate of its own
APART = "-"  # it means none of those there are, and nobody has said which
CODE = "survey_{:04d}"
NO_NAME = N_("No unit uses this name any more.")
MATCHED = N_("Somebody has matched “{name}” already. Take it apart first if it means another certificate.")
NO_SUCH = N_("There is no such certificate in the directory. Choose one from the list, or make it one of its own.")


def join_names(editor: Editor, choices: Mapping[str, str]) -> int:
    """Joins each name (by form) to the certificate chosen for it: a code, or what people call it; OWN or APART. How many.

    The name becomes a keyword of its certificate, so that it is found as that unit calls it; taken apart, it is one no longer.
    Whoever chooses for a name that somebody matched a moment before is told so. Raises Problem with the place of each choice
    that is wrong (`choice_0` for the first).
    """
    session = editor.session
    chosen = select(SurveyName).where(col(SurveyName.form).in_(choices)).order_by(col(SurveyName.form)).with_for_update()
    names = {one.form: one for one in session.exec(chosen)}
    certificates = all_certificates(session, switched_off=True)
    codes = _codes(certificates)
    faults = [f for n, (form, choice) in enumerate(choices.items()) if (f := _fault(n, names.get(form), choice, codes))]
    if faults:
        raise Problem(faults)
    numbers = _free_codes(certificates)
    volumes = volumes_of(session, [form for form, choice in choices.items() if choice == OWN])
    _unlearn([names[form] for form, choice in choices.items() if choice == APART], certificates, editor)
    for form, choice in choices.items():
        names[form].sqlmodel_update({"certificate": "", "who": editor.by.username, "at": editor.now})
        if choice == OWN:
            names[form].certificate = _own(names[form], next(numbers), volumes.get(form, 0), editor)
        elif choice != APART:
            names[form].certificate = codes[name_form(choice)]
    _learn([names[form] for form, choice in choices.items() if choice not in (OWN, APART)], certificates, editor)
    session.flush()
    reconcile(session, editor.now, editor.rulebook)
    joined = [{"certificate": names[form].certificate, "name": names[form].name} for form in choices]
    trail.write(session, [TrailLine.of_person(editor.by, editor.now, "survey_joined", details=told) for told in joined])
    return len(choices)


def _codes(certificates: Iterable[Certificate]) -> dict[str, str]:
    """Codes by what may be chosen: a code, a name in either language, or as the list of choices shows it."""
    words = ((one.code, word) for one in certificates for word in (one.code, one.zh, one.en, shown(one)))
    return {name_form(word): code for code, word in words}


def shown(certificate: Certificate) -> str:
    """A certificate in a list of choices: its name, and the code that makes it clear."""
    return f"{certificate.zh} ({certificate.code})"


def _fault(place: int, name: SurveyName | None, choice: str, codes: Mapping[str, str]) -> FieldFault | None:
    if name is None:
        return FieldFault(f"choice_{place}", "no_name", NO_NAME)
    if name.certificate and choice != APART:
        return FieldFault(f"choice_{place}", "matched", MATCHED, {"name": name.name})
    if choice not in (OWN, APART) and name_form(choice) not in codes:
        return FieldFault(f"choice_{place}", "no_certificate", NO_SUCH)
    return None


def _free_codes(certificates: Iterable[Certificate]) -> Iterator[str]:
    taken = {one.code for one in certificates}
    return (code for n in range(1, 10_000) if (code := CODE.format(n)) not in taken)


def _own(name: SurveyName, code: str, volume: int, editor: Editor) -> str:
    """A certificate of its own, not classified yet; its English name is put right by whoever knows it."""
    values = {"code": code, "zh": name.name[:80], "en": name.name, "yearly_volume": volume}
    return editor.add(values).code


def _unlearn(names: Iterable[SurveyName], certificates: Iterable[Certificate], editor: Editor) -> None:
    """What somebody's choice made a keyword leads nobody to that certificate any more once the choice was wrong."""
    known = {one.code: one for one in certificates}
    wrong: dict[str, set[str]] = {}
    for name in names:
        if name.who and name.certificate in known:
            wrong.setdefault(name.certificate, set()).add(name.form)
    for code, forms in wrong.items():
        kept = [word for word in known[code].keywords if name_form(word) not in forms]
        editor.change(code, {"keywords": kept})


def _learn(names: Iterable[SurveyName], certificates: Iterable[Certificate], editor: Editor) -> None:
    known = {one.code: one for one in certificates}
    new: dict[str, list[str]] = {}
    for name in names:
        of = known[name.certificate]
        words = {name_form(word) for word in (of.zh, of.en, *of.keywords, *new.get(of.code, ()))}
        if name.form not in words and len(name.name) <= LONGEST_KEYWORD:
            new.setdefault(of.code, []).append(name.name)
    for code, fresh in new.items():
        if len(keywords := [*known[code].keywords, *fresh]) <= MOST_KEYWORDS:
            editor.change(code, {"keywords": keywords})
