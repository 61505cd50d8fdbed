"""A bundle's questions as page, picture and paper tell them: what became of each, who has it, what can be done. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cases.bundles.answers import Missing
from cases.bundles.bundle import ReadBundle
from cases.bundles.bundle_kind import BundleKind
from cases.bundles.expanding import Planned
from cases.bundles.joining import JoinedResult
from cases.bundles.people import People, Person
from cases.case import Case
from cases.catalogue.catalogue import Catalogue
from cases.catalogue.item import Item
from cases.question import GRADES, Outcome, Source
from requesters.bundles.picture import Card, Line
from storage.problem import N_

NOT_ASKED = N_("not asked")
WAITS = N_("asked only if it becomes necessary")
UNNEEDED = N_("not necessary, and not asked")
MISSING_WORDS = {
    Missing.OPEN: N_("with {unit}, no answer yet"),
    Missing.RETURNED: N_("returned by {unit}: waits for you"),
    Missing.HELD: N_("held: the supervisor looks first"),
    Missing.REFUSED: N_("refused by the supervisor"),
    Missing.WITHDRAWN: N_("withdrawn by your unit"),
    Missing.RETRACTED: N_("{unit} withdrew its answer"),
    Missing.DISPUTED: N_("disputed: looked at again"),
    Missing.NOT_YET: N_("{unit} can tell it from a later day on"),
    Missing.TO_ASK: N_("has become necessary: being asked"),
    Missing.NOT_ASKED: N_("has become necessary, and your unit may not ask it"),
    Missing.ANOTHER: N_("corrected: about somebody or something else than this bundle"),
    Missing.KEPT: N_("closed long ago: no longer shown"),
}
ASKS_BACK = N_("{unit} asks you something: waits for you")
OFFERS = N_("{unit} offers a later day: waits for you")
OURS = (
    Missing.RETURNED,
    Missing.NOT_ASKED,
    Missing.REFUSED,
    Missing.WITHDRAWN,
    Missing.RETRACTED,
    Missing.ANOTHER,
)  # only the asker can fill them
GRADE_WORDS = {"A": N_("grade A"), "B": N_("grade B"), "C": N_("grade C: for reference")}


@dataclass(frozen=True, slots=True)
class Told:
    """One question. `tone` and `sign` as in the picture; `words` an English sentence about {unit} where no answer stands, else
    empty, and `case` has the answer; `gap`: whoever asked can do something about it."""

    planned: Planned
    item: Item
    people: Sequence[Person]
    tone: str
    sign: str
    words: str = ""
    case: Case | None = None
    missing: Missing | None = None

    @property
    def place(self) -> str:
        """As it stands in an address."""
        return self.planned.place.replace("/", "-").replace(".", "-")

    @property
    def unit(self) -> str:
        """The code of the unit that has it, or would be asked."""
        return self.case.holder if self.case else self.item.holder

    @property
    def answered(self) -> bool:
        """Whether an answer stands."""
        return self.case is not None and self.missing is None

    @property
    def idle(self) -> bool:
        """Whether it was not asked, and need not be as things stand."""
        return self.words in (WAITS, UNNEEDED)

    @property
    def gap(self) -> bool:
        """Whether it waits for whoever asked."""
        return self.missing in OURS or self.sign == "gap"

    @property
    def address(self) -> str:
        """Where it is told of in full: its case, or its place in the list."""
        return f"/cases/{self.case.number}" if self.case else f"#q-{self.place}"

    def about(self, locale: str) -> str:
        """The names of those it is about."""
        return ("、" if locale == "zh" else ", ").join(person.name for person in self.people)


def told_questions(one: ReadBundle, catalogue: Catalogue) -> list[Told]:
    """All of the bundle's questions in their order."""
    return [_told(one.kind, each, one.people, one.cases.get(each.place), one.joined, catalogue) for each in one.plan]


def _told(
    kind: BundleKind, planned: Planned, people: People, case: Case | None, joined: JoinedResult, catalogue: Catalogue
) -> Told:
    item = catalogue.item(kind.by_question[planned.code].item)
    about = [people[role][int(place)] for key in planned.people.values() for role, _, place in [key.rpartition(".")]]
    missing = joined.missing.get(planned.place)
    if case is not None and missing is None:
        return Told(planned, item, about, *_tone(case), case=case)
    if missing is None:
        return _unasked(planned, item, about, waiting=planned.place in joined.waiting)
    asked = _asked_of_us(case) if case is not None and missing == Missing.OPEN else ""
    sign = "gap" if asked or missing in OURS else "open"
    return Told(planned, item, about, "grey", sign, asked or MISSING_WORDS[missing], case=case, missing=missing)


def _asked_of_us(case: Case) -> str:
    """What the answering side waits for from whoever asked, while the case is with it."""
    return ASKS_BACK if case.paused_until else OFFERS if case.offered_due and not case.declined_at else ""


def _unasked(planned: Planned, item: Item, about: Sequence[Person], waiting: bool) -> Told:
    if not planned.waits:
        return Told(planned, item, about, "grey", "gap", NOT_ASKED)
    words, missing = (WAITS, Missing.TO_ASK) if waiting else (UNNEEDED, None)
    return Told(planned, item, about, "grey", "open" if waiting else "none", words, missing=missing)


def _tone(case: Case) -> tuple[str, str]:
    """Green is what a record or archive confirms; every other answer is amber and says by its sign what it is."""
    if case.outcome == Outcome.CONFIRMED:
        return ("amber", "stated") if case.source == Source.COMMUNITY else ("green", "good")
    return "amber", {Outcome.CONTRADICTED: "no", Outcome.NO_RECORD: "nothing"}.get(Outcome(case.outcome), "unclear")


def grade_of(case: Case) -> str:
    """The grade of its answer in a word."""
    return GRADE_WORDS[GRADES[Source(case.source)]]


def cards_and_lines(
    kind: BundleKind, people: People, told: Sequence[Told], say: Callable[[Told], str], locale: str
) -> tuple[list[Card], list[Line]]:
    """What the picture is drawn from, without what need not be asked. `say(told)`: what became of a question, in words."""
    cards = [
        Card(f"{role.role}.{n}", person.name, role.label.say(locale), role.many)
        for role in kind.roles
        for n, person in enumerate(people.get(role.role, ()))
    ]
    lines = [
        Line(
            tuple(dict.fromkeys(one.planned.people.values())),
            kind.by_question[one.planned.code].label.say(locale), one.tone, one.sign, say(one), one.address,
        )
        for one in told
        if not one.idle
    ]  # fmt: skip
    return cards, lines
