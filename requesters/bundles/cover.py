"""What stands on a bundle's cover, and which answers are its pages. Nothing incomplete looks complete."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from access.units import Unit
from cases.bundles.bundle_kind import BundleKind
from cases.bundles.joining import JoinedResult
from cases.bundles.people import People, Person
from cases.catalogue.part import Text
from requesters.bundles.told_questions import Told
from requesters.receipts.bundle_paper import Cover, Gap
from requesters.receipts.paper import Pair, Row

Say = Callable[..., str]
PARTLY = ("尚无合并结果；可用部分见下", "No joined result yet; what can be used stands below")
LABELS: Mapping[str, Pair] = {
    "words": ("结果说明", "In words"), "next": ("下一步", "Next"), "because": ("依据", "Because of"),
    "part": ("可用部分", "Can be used"), "until": ("有效期", "May be relied upon"), "rule": ("合并规则", "Rule"),
    "matter": ("办理事项", "Matter"), "by": ("请求单位", "Asked by"), "reference": ("请求单位业务编号", "Asker's file number"),
    "purpose": ("用途说明", "Purpose"),
}  # fmt: skip
FEW = 3  # names are said twice, once in each language, of no more than these
UNTIL = ("{day}止", "until {day}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a bundle was asked with: its number and kind, by whom, for what, about whom."""

    number: str
    kind: BundleKind
    matter: Text
    unit: Unit
    reference: str
    purpose: str
    people: People


def may_be_printed(joined: JoinedResult, told: Sequence[Told]) -> bool:
    """Whether there is something to print: the whole, or a part that can be used; never before an answer stands."""
    answered = any(one.case and not one.missing for one in told)
    return answered and (joined.complete or bool(joined.usable) or joined.result is not None)


def cover_of(asked: Asked, joined: JoinedResult, told: Sequence[Told], marks: tuple[str, str], say: Say) -> Cover:
    """The cover. `marks`: whose paper it is, and where it is checked; `say(locale, sentence, **params)` translates."""
    title = asked.kind.title
    outcome = joined.result.title if joined.result else None
    return Cover(
        number=asked.number,
        about=(title.zh, title.en),
        outcome=(outcome.zh, outcome.en) if outcome else PARTLY,
        reasons=_reasons(asked, joined, told),
        missing=_gaps(asked.kind, told, joined.missing, say),
        undecided=_gaps(asked.kind, told, [place for place in joined.waiting if place not in joined.missing], say),
        asked=_asked(asked),
        people=_people(asked),
        watermark=marks[0],
        verify_url=marks[1],
    )


def _gaps(kind: BundleKind, told: Sequence[Told], places: Collection[str], say: Say) -> list[Gap]:
    return [_gap(kind, one, say) for one in told if one.planned.place in places]


def _gap(kind: BundleKind, one: Told, say: Say) -> Gap:
    words = (say("zh", one.words, unit=one.unit), say("en", one.words, unit=one.unit))
    return Gap(_pair(kind.by_question[one.planned.code].label), words, (one.about("zh"), one.about("en")))


def _reasons(asked: Asked, joined: JoinedResult, told: Sequence[Told]) -> list[Row]:
    result, rows = joined.result, list[Row]()
    if result:
        rows.append((LABELS["words"], _pair(result.words)))
        rows += [(LABELS["next"], _pair(result.next))] if result.next else []
    because = [one for one in told if one.planned.place in joined.because]
    if because:
        rows.append((LABELS["because"], _because(asked.kind, because)))
    rows += _usable(asked.people, joined) if not joined.complete else []
    if joined.valid_until:
        rows.append((LABELS["until"], (UNTIL[0].format(day=joined.valid_until), UNTIL[1].format(day=joined.valid_until))))
    return [*rows, (LABELS["rule"], _pair(asked.kind.rule))]


def _because(kind: BundleKind, because: Sequence[Told]) -> Pair:
    """Each question once, with all about whom it was asked."""
    abouts: dict[str, list[Told]] = {}
    for one in because:
        abouts.setdefault(one.planned.code, []).append(one)
    labels = {code: kind.by_question[code].label for code in abouts}
    zh = "；".join(f"{labels[code].zh}（{'；'.join(one.about('zh') for one in ones)}）" for code, ones in abouts.items())
    names = {code: "; ".join(one.about("en") for one in ones) for code, ones in abouts.items() if len(ones) <= FEW}
    return zh, "; ".join(f"{labels[code].en} ({names.get(code, len(ones))})" for code, ones in abouts.items())


def _usable(people: People, joined: JoinedResult) -> list[Row]:
    """Each part once, with everybody for whom it can be used."""
    names: dict[str, list[str]] = {}
    for one in joined.usable:
        names.setdefault(one.part.code, []).append(_name(people, one.person))
    words = {one.part.code: one.part.words for one in joined.usable}
    said = {code: ("、".join(filter(None, some)), ", ".join(filter(None, some))) for code, some in names.items()}
    return [
        (LABELS["part"], (f"{zh}：{words[code].zh}", f"{en}: {words[code].en}") if zh else _pair(words[code]))
        for code, (zh, en) in said.items()
    ]


def _name(people: People, key: str) -> str:
    role, _, place = key.rpartition(".")
    return people[role][int(place)].name if role else ""


def _asked(asked: Asked) -> list[Row]:
    return [
        (LABELS["matter"], _pair(asked.matter)),
        (LABELS["by"], (asked.unit.name_zh, asked.unit.name_en)),
        (LABELS["reference"], (asked.reference, "")),
        (LABELS["purpose"], (asked.purpose, "")),
    ]


def _people(asked: Asked) -> list[tuple[Pair, list[str]]]:
    roles = [role for role in asked.kind.roles if asked.people.get(role.role)]
    return [(_pair(role.label), [f"{one.name} {masked(one)}" for one in asked.people[role.role]]) for role in roles]


def masked(person: Person) -> str:
    """The number of somebody in a bundle for those who need not see all of it."""
    return person.masked


def _pair(text: Text) -> Pair:
    return text.zh, text.en
