"""A bundle as JSON for its readers: people, questions with their answers, the joined result and why, what is missing."""

from datetime import datetime

from cases.bundles.bundle import Bundle, ReadBundle
from cases.bundles.bundle_kind import BundleKind, BundleRole
from cases.bundles.expanding import Planned
from cases.bundles.loading import documents_of, field_detail
from cases.case import Case
from cases.catalogue.catalogue import Catalogue
from cases.catalogue.detail import detail_schema
from cases.catalogue.part import Text
from cases.documents.known_kinds import CITIZENS
from cases.notices.outcome_notice import OutcomeNotice
from cases.question import Source
from cases.view import finding_view
from storage.json import Json

STATEMENT = Text(
    zh="其中有的答复仅凭社区联系人陈述，供参考，不作为证明。",
    en="Some of these answers rest on a contact's statement alone: it is for reference, and no proof.",
)


def bundle_row(bundle: Bundle) -> Json:
    """A bundle in a list: what its asker was last told, and nothing about whom it is about."""
    return {
        "number": bundle.number, "kind": bundle.kind, "matter": bundle.matter, "unit": bundle.unit, "asked_by": bundle.asked_by,
        "reference": bundle.reference or None, "urgent": bundle.urgent, "asked_at": bundle.asked_at, "sheet": bundle.sheet or None,
        "state": bundle.state, "result": bundle.result or None, "told_at": bundle.told_at, "version": bundle.version,
        "blocked_at": bundle.blocked_at,
    }  # fmt: skip


def result_view(one: ReadBundle) -> Json:
    """The joined result as of now. `because` and `missing` name places of questions, `usable` what can be used already.

    `words` claim no more than the answers; where some of them rest on a contact's statement `statement` says so.
    """
    joined = one.joined
    usable = [
        {"code": u.part.code, "person": u.person or None, "words": plain(u.part.words), "because": list(u.because),
         "on_statement": list(u.on_statement)}
        for u in joined.usable
    ]  # fmt: skip
    until = joined.valid_until.isoformat() if joined.valid_until else None
    missing = {place: str(why) for place, why in joined.missing.items()}
    return {
        "state": joined.state, "complete": joined.complete, "result": _result(one), "missing": missing,
        "waiting": list(joined.waiting),
        "usable": usable, "valid_until": until,
    }  # fmt: skip


def _result(one: ReadBundle) -> Json | None:
    joined, result = one.joined, one.joined.result
    if result is None:
        return None
    words = {"title": plain(result.title), "words": plain(result.words), "next": plain(result.next) if result.next else None}
    why = {"because": list(joined.because), "on_statement": list(joined.on_statement)}
    return {
        "code": result.code,
        "usable": result.usable,
        **words,
        **why,
        "statement": plain(STATEMENT) if why["on_statement"] else None,
    }


def bundle_view(one: ReadBundle, catalogue: Catalogue, now: datetime) -> Json:
    """The whole bundle for its asker or a supervisor; of one whose time to be seen is over nobody and no answer."""
    bundle = one.bundle
    people = {role: [person.model_dump(exclude_none=True) for person in named] for role, named in one.people.items()}
    shown = {**bundle_row(bundle), "title": plain(one.kind.title), "rule": plain(one.kind.rule), "purpose": bundle.purpose}
    if one.blocked:
        questions = [{"place": place, "number": case.number, "state": case.state} for place, case in one.cases.items()]
        return {**shown, "purpose": "", "state": "kept", "result": None, "people": {}, "questions": questions}
    planned = [p for p in one.plan if p.place in one.answers or p.place in (*one.joined.due, *one.joined.waiting)]
    questions = [_question(one, p, catalogue, now) for p in planned]
    return {**shown, "people": people, "questions": questions, **result_view(one)}


def _question(one: ReadBundle, planned: Planned, catalogue: Catalogue, now: datetime) -> Json:
    place, question, case = planned.place, one.kind.by_question[planned.code], one.cases.get(planned.place)
    missing = one.joined.missing.get(place)
    shown = {"place": place, "code": planned.code, "item": question.item, "label": plain(question.label)}
    why: Json = {"missing": str(missing) if missing else None, "not_asked": one.bundle.not_asked.get(place)}
    told = _case(case, catalogue, now) if case else {"number": None, "state": None, "finding": None}
    return {**shown, "people": dict(planned.people), **why, **told}


def _case(case: Case, catalogue: Catalogue, now: datetime) -> Json:
    when = {"due_at": case.due_at, "answered_at": case.answered_at, "amended_at": case.amended_at}
    told = finding_view(case, catalogue, now)
    return {"number": case.number, "state": case.state, "version": case.version, **when, "finding": told}


def kind_view(kind: BundleKind, catalogue: Catalogue, locale: str, may_ask: set[str]) -> Json:
    """A kind of bundle for a form or a program: roles with their fields, questions, rule and results. `may_ask`: items granted."""
    roles = [_role_view(kind, role, catalogue, locale) for role in kind.roles]
    questions = [
        {
            "code": q.code, "item": q.item, "label": q.label.say(locale), "why": q.why.say(locale) if q.why else None,
            "ask": q.ask, "ticked": q.ticked if q.ask == "offered" else None, "roles": sorted(set(q.subjects.values())),
            "granted": q.item in may_ask,
        }
        for q in kind.questions
    ]  # fmt: skip
    results = [
        {"code": r.code, "usable": r.usable, "title": r.title.say(locale), "words": r.words.say(locale)} for r in kind.results
    ]
    words = {"title": kind.title.say(locale), "help": kind.help.say(locale), "rule": kind.rule.say(locale)}
    told = [one.say(locale) for one in kind.told]
    return {
        "code": kind.code,
        "matter": kind.matter,
        **words,
        "told": told,
        "roles": roles,
        "questions": questions,
        "results": results,
    }


def _role_view(kind: BundleKind, role: BundleRole, catalogue: Catalogue, locale: str) -> Json:
    whole = {"role": role.role, "kind": role.kind, "label": role.label.say(locale), "min": role.min, "max": role.max}
    fields = ["name", role.number_field, *_other_fields(kind, role.role, catalogue)]
    details = [detail_schema(field_detail(kind, role.role, field, catalogue), locale) for field in role.fields]
    return {**whole, "fields": fields, "documents": list(documents_of(kind, role.role, catalogue)), "details": details}


def _other_fields(kind: BundleKind, role: str, catalogue: Catalogue) -> list[str]:
    """What people without a resident ID card are named by, where the role takes them."""
    return [] if set(documents_of(kind, role, catalogue)) <= set(CITIZENS) else ["document", "other_name"]


def plain(text: Text) -> Json:
    """Words in both languages."""
    return text.model_dump()


def told_view(notice: OutcomeNotice) -> Json:
    """What a unit's own system is told of a bundle."""
    at = notice.at.isoformat()
    told: Json = {"type": f"bundle.{notice.state}", "timestamp": at, "bundle": notice.number, "state": notice.state}
    told |= {"result": notice.outcome or None, "at": at}
    return told | {"rests_on_statement": notice.source == Source.COMMUNITY}
