"""Kinship, from household registers of any time: two people need not share a household today.

What is found, first rule that fits:
- the asked year lies before the registers became electronic: a person must look;
- a name does not belong to its number: that is said, and nothing about kinship (see findings.misnamed);
- the registers show the asked relation: confirmed, with the household in which it stands;
- both numbers are one person's: contradicted;
- they show another relation between the two, or another person in the asked place: contradicted;
- nothing: a person must look where one who is not in the registers was born before they became electronic, or where
  the line that would tie the two may have been closed before (see `_tied_from`); else there is no record.
Marriages that ended otherwise than by death are not this handler's to tell: a person must look.
"""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Outcome, Question
from responders.handlers import persons
from responders.handlers.findings import AGREES, DIFFERS, answered, finding, misnamed, not_digitised, outside_years, traces
from responders.handlers.households import STILL, Kin, Tie, gather, keys, read_kin
from responders.handlers.persons import PersonQuery, Source

TABLES = ("member",)
WORDS = {
    "father": ("父亲", "男"), "mother": ("母亲", "女"), "son": ("儿子", "男"), "daughter": ("女儿", "女"),
    "spouse": ("配偶", ""), "sibling": ("兄弟姐妹", ""),
    "grandparent": ("祖父母或外祖父母", ""), "grandchild": ("孙子女或外孙子女", ""),
}  # fmt: skip
ADULT = 15  # below it nobody is a parent or a spouse
GROUPS = {"father": "parent", "mother": "parent", "son": "child", "daughter": "child"}


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether the relative is the person's `details.relation`. Three queries a batch."""
    source = persons.source(records, "kinship")
    subjects = [question.subjects[role] for question in questions for role in ("person", "relative")]
    asked = persons.look_up(records, subjects)
    kin = read_kin(records, asked)
    for one in asked:
        one.also_called(*(line.name for whose in keys(one) for line in kin.lines.get(whose, ())))
    pairs = zip(questions, asked[::2], asked[1::2], strict=True)
    return [_finding(question, person, relative, source, kin) for question, person, relative in pairs]


def _finding(question: Question, person: PersonQuery, relative: PersonQuery, source: Source, kin: Kin) -> Finding:
    before = outside_years(question, source) or misnamed(source, person=person, relative=relative)
    if before:
        return before
    if keys(person) & keys(relative):
        return answered("所填两个证件号码属于同一人。", {"related": DIFFERS}, as_of=source.as_of)
    wanted = question.details.get("relation", "")
    if wanted not in WORDS:
        return not_digitised("所问关系不在电子核查范围内，需人工核对。")
    if wanted == "spouse" and question.year is not None and not _shared_in(question.year, person, relative, kin):
        words = f"户籍登记不足以说明两人在{question.year}年是否为夫妻，需人工核对。"
        return not_digitised(words, **traces(source, person, relative, near="changed"))
    return _related(wanted, person, relative, kin, source) or _silent(wanted, person, relative, source)


def _related(wanted: str, person: PersonQuery, relative: PersonQuery, kin: Kin, source: Source) -> Finding | None:
    word, sex = WORDS[wanted]
    shown = _relations(person, relative, kin)
    ties = shown.get(GROUPS.get(wanted, wanted))
    if ties and (not sex or _sex(relative, kin) == sex):
        tie = max(ties, key=lambda tie: (tie.until, tie.one.entered))
        if wanted == "spouse" and tie.until != STILL and not tie.ended_by_death:
            return not_digitised("户籍登记曾为夫妻，现登记已变动，需人工核对。", **tie.evidence(), near="changed")
        words = f"户籍登记信息显示：{relative.name}是{person.name}的{word}。"
        return answered(words, {"related": AGREES}, **tie.evidence(), as_of=source.as_of)
    if shown or _another(wanted, sex, person, relative, kin):
        words = f"户籍登记信息显示：{relative.name}不是{person.name}的{word}。"
        return answered(words, {"related": DIFFERS}, as_of=source.as_of)
    return None


def _shared_in(year: int, person: PersonQuery, relative: PersonQuery, kin: Kin) -> bool:
    """Whether the two stood in one household as spouses in that year; before and after, nothing is known of that year."""
    ties = _relations(person, relative, kin).get("spouse", ())
    return any(max(tie.one.entered, tie.other.entered)[:4] <= str(year) <= tie.until[:4] for tie in ties)


def _relations(person: PersonQuery, relative: PersonQuery, kin: Kin) -> dict[str, list[Tie]]:
    """What the relative is to the person, with the ties that show it."""
    mine, theirs = keys(person), keys(relative)
    up, down = gather(kin.parents, mine), gather(kin.children, mine)
    parents_of_relative = gather(kin.parents, theirs)
    shown = {
        "parent": [tie for tie in up if tie.one.key in theirs],
        "child": [tie for tie in down if tie.other.key in theirs],
        "spouse": [tie for tie in gather(kin.spouses, mine) if tie.other.key in theirs],
        "sibling": [tie for tie in gather(kin.siblings, mine) if tie.other.key in theirs]
        or _shared(up, {tie.one.key for tie in parents_of_relative}),
        "grandparent": [tie for tie in gather(kin.grandparents, mine) if tie.one.key in theirs]
        or _shared(up, {tie.other.key for tie in gather(kin.children, theirs)}),
        "grandchild": [tie for tie in gather(kin.grandparents, theirs) if tie.one.key in mine]
        or _shared(parents_of_relative, {tie.other.key for tie in down}),
    }
    return {relation: ties for relation, ties in shown.items() if ties}


def _shared(up: list[Tie], people: set[str]) -> list[Tie]:
    """The ties to a parent who is one of these people: the middle of a chain of two steps."""
    return [tie for tie in up if tie.one.key in people]


def _another(wanted: str, sex: str, person: PersonQuery, relative: PersonQuery, kin: Kin) -> bool:
    """Whether somebody else stands in the asked place, so that it cannot be this one."""
    mine, theirs = keys(person), keys(relative)
    if wanted in ("father", "mother"):
        return any(tie.one.sex == sex for tie in gather(kin.parents, mine))
    if wanted in ("son", "daughter"):
        return any(tie.one.sex == _sex(person, kin) for tie in gather(kin.parents, theirs))
    if wanted == "spouse":
        # One who is not in the registers may have been the spouse before, until death: that stands on paper.
        both = person.known and relative.known
        return both and any(tie.until == STILL for whose in (mine, theirs) for tie in gather(kin.spouses, whose))
    if wanted == "sibling":
        return all(len({tie.one.sex for tie in gather(kin.parents, whose)}) == 2 for whose in (mine, theirs))
    return False


def _sex(one: PersonQuery, kin: Kin) -> str:
    return next((line.sex for whose in keys(one) for line in kin.lines.get(whose, ())), "")


def _silent(wanted: str, person: PersonQuery, relative: PersonQuery, source: Source) -> Finding:
    unknown = [one.born for one in (person, relative) if not one.known]
    if min(unknown, default=_tied_from(wanted, person.born, relative.born)) < source.electronic_from:
        words = f"电子户籍登记中未查到两人的关系；{source.electronic_from}年以前的底册尚未电子化，需人工查阅。"
        return not_digitised(words, **traces(source, person, relative))
    return finding(Outcome.NO_RECORD, f"截至{source.as_of}，户籍登记信息中查无两人的亲属关系记录。", as_of=source.as_of)


def _tied_from(wanted: str, *born: int) -> int:
    """The first year in which a register could show the relation: at the younger one's birth or the wedding; where the
    tie goes through a third person, at the elder one's birth (siblings) or when that one may have had a child."""
    if wanted == "sibling":
        return min(born)
    if wanted in ("grandparent", "grandchild"):
        return min(born) + ADULT
    return max(born) + (ADULT if wanted == "spouse" else 0)
