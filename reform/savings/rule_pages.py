"""/reform/savings/rules: how many journeys, papers and days one certificate stands for: by class, by certificate, since when."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.accounts import names_of
from access.principal import Principal
from cases.certificates.certificate import CertificateClass
from cases.certificates.directory import directory
from cases.trail.differences import differences, first_values
from reform.changes import ReformAct, acts_about, note_acts
from reform.page_frame import Reformer, show
from reform.savings.class_then import Then
from reform.savings.saved import month_after
from reform.savings.saving_rule import CERTIFICATE, CLASS, FIGURES, MOST, SavingRule, packaged, read_rules
from reform.savings.saving_words import CLASS_WORDS, RULE_FIELDS
from storage.problem import N_, FieldFault
from web.context import context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
NO_SUBJECT = N_("Choose a class or a certificate.")
FIGURE = N_("This must be a whole number from 0 to {most}.")
DOCUMENT = N_("Name the document in which this stands.")
TOO_LONG = N_("This may have at most {max_length} characters.")
SINCE = N_("Choose this month or the next: months before stay as they were counted.")
MOST_DOCUMENT = 200


@router.get("/reform/savings/rules")
def show_rules(request: Request, principal: Reformer, of: str = "") -> Response:
    """The rules that hold, and the form for another; `of` names what it is about."""
    return _page(request, principal, {"of": of})


def _page(request: Request, principal: Principal, form_data: FormData, faults: Sequence[FieldFault] = ()) -> Response:
    context = context_of(request)
    months = _months(context.today())
    with context.database.read() as session:
        certificates = directory(session)
        rules, changes = read_rules(session, Then(certificates)), acts_about(session, "saving_rule")
        names = names_of(session, {act.who for act in changes})
    own = sorted({code for kind, code in rules.by_key if kind == CERTIFICATE})
    rows: list[Any] = [(CLASS, code, rules.of_class(code, months[0]), rules.of_class(code, months[1])) for code in packaged()]
    rows += [(CERTIFICATE, code, rules.own(CERTIFICATE, code, months[0]), rules.own(CERTIFICATE, code, months[1])) for code in own]
    values = {"rows": rows, "months": months, "certificates": certificates, "classes": CLASS_WORDS, "fields": RULE_FIELDS}
    locale = context.locale(request, principal)
    called = {f"{CLASS}:{code}": context.say(locale, word) for code, word in CLASS_WORDS.items()}
    called |= {f"{CERTIFICATE}:{one.code}": one.title.say(locale) for one in certificates.values()}
    values |= {"form_data": form_data, "changes": changes, "names": names, "called": called}
    return show(request, principal, "saving_rules", **values, faults=faults)


def _months(today: date) -> tuple[date, date]:
    first = today.replace(day=1)
    return first, month_after(first)


@router.post("/reform/savings/rules")
def save_rule(request: Request, principal: Reformer, form_data: FormTyped) -> Response:
    """Sets a rule from a month on; the months before keep theirs."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        values, faults = _read(session, form_data, context.today())
        if not faults:
            _keep(session, principal, SavingRule(**values, by=principal.username, at=now))
    if faults:
        return _page(request, principal, form_data, faults)
    return RedirectResponse("/reform/savings/rules?flash=saving_rule", 303)


def _read(session: Session, form_data: FormData, today: date) -> tuple[dict[str, Any], list[FieldFault]]:
    kind, _, code = form_data.get("of", "").partition(":")
    known: dict[str, set[str]] = {CLASS: set(CertificateClass), CERTIFICATE: set(directory(session))}
    faults = [] if code in known.get(kind, ()) else [FieldFault("of", "missing", NO_SUBJECT)]
    months = {month.isoformat(): month for month in _months(today)}
    if form_data.get("since", "") not in months:
        faults.append(FieldFault("since", "not_a_choice", SINCE))
    values: dict[str, Any] = {"kind": kind, "code": code, "since": months.get(form_data.get("since", ""))}
    for name in FIGURES:
        text = form_data.get(name, "").strip()
        values[name] = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else -1
        if not 0 <= values[name] <= MOST:
            faults.append(FieldFault(name, "wrong_kind", FIGURE, {"most": MOST}))
    values["document"] = form_data.get("document", "").strip()
    if not values["document"]:
        faults.append(FieldFault("document", "missing", DOCUMENT))
    if len(values["document"]) > MOST_DOCUMENT:
        faults.append(FieldFault("document", "too_long", TOO_LONG, {"max_length": MOST_DOCUMENT}))
    return values, faults


def _keep(session: Session, principal: Principal, rule: SavingRule) -> None:
    there = session.get(SavingRule, (rule.kind, rule.code, rule.since))
    after = {name: getattr(rule, name) for name in (*FIGURES, "document")} | {"since": rule.since.isoformat()}
    before = {name: getattr(there, name) for name in (*FIGURES, "document")} | {"since": rule.since.isoformat()} if there else {}
    changed = differences(before, after) if there else first_values(after)
    session.merge(rule)
    note_acts(session, principal, rule.at, [ReformAct("saving_rule", f"{rule.kind}:{rule.code}", "saving_rule", changed)])
