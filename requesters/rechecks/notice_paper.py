"""The letters to whoever committed: what was found and what they can do about it; later what was decided, and why. Sealed.

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
from cases.rechecks.hearing import BY_CHECK, REFUSED, HearingState
from cases.rechecks.listed import LISTED
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
DECIDED = ("承诺核查决定告知书", "Notice of what was decided about a commitment")
CHANGED = ("承诺核查结果变更告知书", "Notice that a finding about a commitment does not stand any more")
TO_HEAR, OVER = (HearingState.TO_TELL, HearingState.TOLD), (HearingState.STANDS, HearingState.FALLS)
LOCALES = ("zh", "en")
Pair = tuple[str, str]


def sealed_notice(context: Context, one: ReadHearing, units: Units, now: datetime) -> bytes:
    """The letter of this stage as a sealed PDF. Raises Problem, SealMissing."""
    office = sealing_unit(list(units.values()))
    seal = context.seals.seal_of(office, now)
    data = notice_data(context, one, units, now) | {"office": (office.name_zh, office.name_en)}
    about = f"{data['title'][0]} {one.hearing.number}"
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
    """Everything that stands on it, in both languages. Raises Problem where no letter belongs to the stage, or nothing is kept any
    more of what was stated.
    """
    subject, commitment, speak = one.commitment.subject, one.commitment, _Speaker(context.say)
    ended = one.hearing.state == HearingState.ENDED and one.hearing.told_at is not None
    if one.hearing.state not in (*TO_HEAR, *OVER) and not ended:
        raise Problem([FieldFault("number", "no_letter", said.NO_LETTER)], 409)
    if subject is None or not one.states:
        raise Problem([FieldFault("number", "blocked", said.GONE)], 409)
    unit, certificate = units[commitment.unit], one.certificate
    named = {"unit": (unit.name_zh, unit.name_en), "days": commitment.objection_days, "months": commitment.listed_months}
    stage = _ended(one, speak) if ended else _decided(one, speak, named) if one.hearing.state in OVER else {}
    stage = stage or _to_hear(context, one, speak, named)
    title = (certificate.zh, certificate.en) if certificate else commitment.certificate
    return {
        "number": breakable(commitment.number),
        "day": office_time(now)[:10],
        "name": breakable(subject.name),
        "masked": subject.masked,
        "signed": speak(said.SIGNED, day=office_time(commitment.signed_at)[:10], certificate=title, **named),
        "stated_head": speak(said.STATED),
        "stated": [(breakable(line["zh"]), breakable(line["en"])) for line in one.states],
        "record_head": speak(said.RECORD_BEFORE if ended else said.RECORD),
        "record": record_lines(one, context.rulebook.catalogue, units, speak),
        "handed": speak(said.HANDED),
        **stage,
    }


def _ended(one: ReadHearing, speak: _Speaker) -> Json:
    """What the person was told of does not stand any more."""
    day = office_time(one.hearing.decided_at)[:10]
    return {
        "title": CHANGED, "boxed": speak(said.ENDED, day=day), "reason": None,
        "what_now_head": speak(said.AND_NOW), "what_now": [speak(said.OFF_AGAIN), speak(said.RIGHTS)],
    }  # fmt: skip


def _to_hear(context: Context, one: ReadHearing, speak: _Speaker, named: Json) -> Json:
    """Nothing is decided: until when, where and how the person may object; that they were told of something else before."""
    rule = speak(context.rulebook.rechecks.objection_rule)
    what = [speak(said.CHANGED)] if one.hearing.earlier else []
    what += [speak(said.OBJECT, rule=rule, **named), *map(speak, (said.BRING, said.WHO_DECIDES)), speak(said.IF_STANDS, **named)]
    return {
        "title": TITLE, "boxed": speak(said.UNDECIDED), "reason": None,
        "what_now_head": speak(said.WHAT_NOW), "what_now": [*what, speak(said.RIGHTS)],
    }  # fmt: skip


def _decided(one: ReadHearing, speak: _Speaker, named: Json) -> Json:
    """What was decided, the reason as whoever decided wrote it, and what follows."""
    hearing, entry, stands = one.hearing, one.listed, one.hearing.state == HearingState.STANDS
    what = [speak(said.LATE_REFUSED if hearing.late_word == REFUSED else said.LATE_ACCEPTED)] if hearing.late_reason else []
    if stands and entry is not None and entry.state == LISTED:
        span = {"since": office_time(entry.since)[:10], "until": office_time(entry.until)[:10]}
        what += [speak(said.LISTED, **span), speak(said.WRONG, **named)]
    elif stands and entry is not None:
        what += [speak(said.TAKEN_OFF, day=office_time(entry.off_at)[:10])]
    return {
        "title": DECIDED, "boxed": speak(said.STANDS if stands else said.FALLS, day=office_time(hearing.decided_at)[:10]),
        "reason": {"head": speak(said.REASON), "words": breakable(hearing.reason)},
        "what_now_head": speak(said.AND_NOW), "what_now": [*what, speak(said.RIGHTS)],
    }  # fmt: skip


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
