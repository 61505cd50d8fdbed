"""Draft of a sample question: whom it names, with which names, numbers, mistakes and year."""

from dataclasses import dataclass, field

from cases.question import Question
from sample.city.enterprises import Enterprise
from sample.city.people import Person
from sample.questions import slips
from sample.questions.pool import Pool
from sample.questions.statements import WHO

SLIPS = ("sign", "name", "swap", "number", "unknown")


@dataclass(slots=True)
class Draft:
    """What somebody wants to know, before it is written down."""

    item: str
    matter: str
    who: WHO
    details: dict[str, str] = field(default_factory=dict)
    year: int | None = None
    mode: str = ""  # of a query: whether its fields are asked for, or values compared; and which fields
    wanted: dict[str, str] = field(default_factory=dict)
    slip: str = ""  # the mistake in names or numbers: one of SLIPS

    def question(self, pool: Pool) -> Question:
        """As it is asked."""
        subjects = {role: _subject(pool, one) for role, one in self.who.items()}
        if self.slip:
            _spoil(pool, subjects, self.slip)
        shape = {"item": self.item, "matter": self.matter, "subjects": subjects, "details": self.details, "year": self.year}
        shape |= {"mode": self.mode, "wanted": self.wanted}
        return Question.model_validate(shape | {"purpose": "办理业务", "reference": "P-1"})


def _subject(pool: Pool, one: Person | Enterprise) -> dict[str, str]:
    rng = pool.rng
    if isinstance(one, Person):
        return slips.subject_of(pool.truth, rng, one)
    name = one.former if one.former and rng.random() < 0.4 else one.name
    return {"name": slips.written(rng, name) if rng.random() < 0.2 else name, "credit_code": one.code}


def _spoil(pool: Pool, subjects: dict[str, dict[str, str]], slip: str) -> None:
    rng, role = pool.rng, pool.rng.choice(list(subjects))
    one, number = subjects[role], "id_number" if "id_number" in subjects[role] else "credit_code"
    if slip == "swap" and len(subjects) == 2:
        first, second = subjects.values()
        first[number], second[number] = second[number], first[number]
    elif number == "credit_code":
        _spoil_firm(pool, one, slip)
    elif slip == "sign":
        one["name"] = slips.one_sign_off(rng, one["name"].strip())
    elif slip == "number":
        taken = {subject[number] for subject in subjects.values()}
        one[number] = next(other for _ in range(99) if (other := rng.choice(pool.living).number) not in taken)
    elif slip == "unknown":
        one[number] = slips.never_given(pool.truth, rng, one[number])
    else:
        one["name"] = slips.another(rng, "male", 1975)


def _spoil_firm(pool: Pool, one: dict[str, str], slip: str) -> None:
    if slip in ("number", "unknown"):
        one["credit_code"] = pool.firm().code if slip == "number" else slips.code_never_given(pool.truth, pool.rng)
    else:
        one["name"] = slips.one_sign_off(pool.rng, one["name"].strip()) if slip == "sign" else pool.firm().name
