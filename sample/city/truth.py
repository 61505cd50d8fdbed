"""Expected answers, question by question and fact by fact, from the city's data and not from the records."""

from collections.abc import Callable
from dataclasses import dataclass, field

from cases.documents.id_numbers import ResidentId
from cases.names import same_name
from cases.question import Question, Subject
from sample.city import family_truth, register_truth
from sample.city.chronicle import Marriage
from sample.city.city import City
from sample.city.enterprises import Enterprise
from sample.city.holdings import Holding
from sample.city.people import Change, Person
from sample.city.record_truth import RECORDS
from sample.city.registrations import Registration, registrations
from sample.city.so import So

Facts = Callable[["Truth", Question], So]


@dataclass(repr=False)
class Truth:
    """The city, looked up by the numbers that questions name."""

    city: City
    owners: dict[str, Person] = field(default_factory=dict)  # by every form of every number that a person has or had
    changes: dict[int, Change] = field(default_factory=dict)
    held: dict[tuple[str, int], list[Holding]] = field(default_factory=dict)
    firms: dict[str, Enterprise] = field(default_factory=dict)
    marriages: dict[int, list[Marriage]] = field(default_factory=dict)
    # What was registered of somebody's marriages, with the place of the spouse in it.
    registrations: dict[int, list[tuple[int, Registration]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.changes = {change.person.id: change for change in self.city.chronicle.changes}
        for person in self.city.people:
            for number in self.numbers(person):
                for form in filter(None, (number, ResidentId(number).old_number)):
                    self.owners[form] = person
        for holding in self.city.holdings:
            self.held.setdefault((holding.item, self.owners[holding.number].id), []).append(holding)
        for marriage in self.city.chronicle.marriages:
            for one in marriage.couple:
                self.marriages.setdefault(one.id, []).append(marriage)
        self._read_registrations()
        self.firms = {firm.code: firm for firm in self.city.enterprises}

    def _read_registrations(self) -> None:
        for marriage, registered in registrations(self.city.chronicle):
            for place, one in enumerate(marriage.couple):
                self.registrations.setdefault(one.id, []).append((1 - place, registered))

    def so(self, question: Question) -> So:
        """What is so of what the question states."""
        return ITEMS[question.item](self, question)

    def numbers(self, person: Person) -> list[str]:
        """The numbers that somebody has and had, in 18 characters."""
        change = self.changes.get(person.id)
        return [person.number, *([change.old_number] if change else [])]

    def names(self, person: Person) -> list[str]:
        """The names that somebody has and had."""
        change = self.changes.get(person.id)
        return [person.name, *([change.old_name] if change else [])]

    def owner(self, subject: Subject) -> Person | None:
        """Whose number it is; None for a number that nobody of this city has."""
        return self.owners.get(subject.id_number or "")

    def knows(self, subject: Subject) -> bool:
        """Whether somebody, or some firm, of this city has this number or code."""
        return self.owner(subject) is not None or subject.credit_code in self.firms

    def belongs(self, subject: Subject) -> bool:
        """Whether name and number are one person's, or name and code one firm's; names and numbers of before count."""
        person, firm = self.owner(subject), self.firms.get(subject.credit_code or "")
        known = self.names(person) if person else [firm.name, firm.former] if firm else []
        return any(same_name(subject.name, name) for name in known if name)

    def holdings(self, item: str, person: Person | None) -> list[Holding]:
        """What somebody held of this kind, whenever it was."""
        return self.held.get((item, person.id), []) if person else []


ITEMS: dict[str, Facts] = {
    "birth": family_truth.birth,
    "death": family_truth.death,
    "kinship": family_truth.kinship,
    "marriage": family_truth.marriage,
    "adopter_children": family_truth.adopter_children,
    "household_history": family_truth.household_history,
    "identity_change": family_truth.identity_change,
    "no_criminal_record": register_truth.no_criminal_record,
    "enterprise_archive": register_truth.enterprise_archive,
    "enterprise_tax": register_truth.enterprise_tax,
    "residence_permit": register_truth.residence_permit,
    "vehicle": register_truth.vehicle,
    "real_estate": register_truth.real_estate,
    "disability": register_truth.entry,
    "housing_fund": register_truth.entry,
    "low_income": register_truth.entry,
    "social_insurance": register_truth.entry,
    **RECORDS,
}
