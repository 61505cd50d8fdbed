"""The letter to whoever committed: what they stated, what was found, what they can do about it until when. Sealed.

The seal is that of the office that runs the house, as on the covers of bundles: the unit that took the commitment need not have
one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from access.units import Units
from cases.catalogue.catalogue import Catalogue
from cases.rechecks.hearing import BY_CHECK
from cases.rechecks.read_hearing import ReadHearing
from requesters.receipts.bundle_paper import sealing_unit
from requesters.receipts.paper import SEAL_BOX, breakable
from requesters.receipts.seal_picture import picture_of
from requesters.receipts.typesetting import typeset
from requesters.rechecks import notice_words as said
from storage.json import Json
from storage.late_modules import Late
from storage.office_time import office_time
from storage.problem import FieldFault, Problem
from web.context import Context
from web.words.evidence_words import SOURCES

if TYPE_CHECKING:
    from requesters.receipts import sealing
else:
    sealing = Late("requesters.receipts.sealing")

PAPER = Path(__file__).parent / "notice.typ"
TITLE = ("承诺核查告知书", "Notice about a commitment that was checked")
LOCALES = ("zh", "en")
Pair = tuple[str, str]


def sealed_notice(context: Context, one: ReadHearing, units: Units, now: datetime) -> bytes:
    """The letter as a sealed PDF. Raises Problem, SealMissing."""
    office = sealing_unit(list(units.values()))
    seal = context.seals.seal_of(office, now)
    data = notice_data(context, one, units, now) | {"office": (office.name_zh, office.name_en)}
    about = f"{TITLE[0]} {one.hearing.number}"
    return sealing.put_seal(typeset(PAPER, data, now), seal, picture_of(seal), SEAL_BOX, about, now)


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Says a sentence in both languages; what is filled in has its own words in each, or is the same in both."""

    say: Callable[..., str]

    def __call__(self, message: str, **named: object) -> Pair:
        told = [{name: v[place] if isinstance(v, tuple) else v for name, v in named.items()} for place in (0, 1)]
        zh, en = (self.say(locale, message, **told[place]) for place, locale in enumerate(LOCALES))
        return zh, en


def notice_data(context: Context, one: ReadHearing, units: Units, now: datetime) -> Json:
    """Everything that stands on it, in both languages. Raises Problem where nothing is kept any more of what was stated."""
    subject, commitment, speak = one.commitment.subject, one.commitment, _Speaker(context.say)
    if subject is None or not one.states:
        raise Problem([FieldFault("number", "blocked", said.GONE)], 409)
    unit, certificate = units[commitment.unit], one.certificate
    named = {"unit": (unit.name_zh, unit.name_en), "days": commitment.objection_days, "months": commitment.listed_months}
    title = (certificate.zh, certificate.en) if certificate else commitment.certificate
    rule = speak(context.rulebook.rechecks.objection_rule)
    now_what = (speak(said.OBJECT, rule=rule, **named), *map(speak, (said.BRING, said.WHO_DECIDES)))
    return {
        "title": TITLE,
        "number": breakable(commitment.number),
        "day": office_time(now)[:10],
        "name": breakable(subject.name),
        "masked": subject.masked,
        "signed": speak(said.SIGNED, day=office_time(commitment.signed_at)[:10], certificate=title, **named),
        "stated_head": speak(said.STATED),
        "stated": [(breakable(line["zh"]), breakable(line["en"])) for line in one.states],
        "record_head": speak(said.RECORD),
        "record": record_lines(one, context.rulebook.catalogue, units, speak),
        "undecided": speak(said.UNDECIDED),
        "what_now_head": speak(said.WHAT_NOW),
        "what_now": [*now_what, speak(said.IF_STANDS, **named), speak(said.RIGHTS)],
        "handed": speak(said.HANDED),
    }


def record_lines(one: ReadHearing, catalogue: Catalogue, units: Units, speak: Callable[..., Pair]) -> list[Pair]:
    """What was found, as sentences; nothing of the record itself beside what does not agree."""
    record = one.hearing.record
    if one.hearing.found_by != BY_CHECK:
        words, document = (breakable(str(record.get(name, ""))) for name in ("words", "document"))
        return [speak(said.BY_INSPECTOR, words=words), speak(said.RESTS_ON, document=document)]
    holder, item = units[str(record.get("holder", ""))], catalogue.items.get(str(record.get("item", "")))
    title = (item.title.zh, item.title.en) if item else ("", "")
    source = speak(SOURCES.get(str(record.get("source", "")), ""))
    first = speak(said.BY_QUESTION, holder=(holder.name_zh, holder.name_en), item=title, source=source)
    labels = [fact.label for fact in item.facts if fact.code in record.get("differs", ())] if item else []
    differs = [speak(said.DIFFERS, what=(label.zh, label.en)) for label in labels]
    return [first, *(differs or [speak(said.WHOLE)])]
