"""Ordinary questions: what desks ask in a day, by matter, about whom and with what mistakes.

How often each matter comes, and how often somebody errs, is an assumption, written down here; no office counts it. Within a matter
each item that it lists is asked alike. Questions are about today; one in ten names a year of the last ten. What lay before the
electronic years and is asked for by its year, is not ordinary: `past` gives such questions.
"""

from collections.abc import Callable, Iterator
from random import Random

from cases.catalogue.catalogue import Catalogue
from cases.question import Question
from sample.city.enterprises import Enterprise
from sample.city.people import Person
from sample.city.record_truth import RECORDS
from sample.city.truth import Truth
from sample.questions.drafts import SLIPS, Draft
from sample.questions.pool import Pool
from sample.questions.queries import asked_as_query
from sample.questions.statements import FIRMS, STATEMENTS, Stated, kin

# Of a hundred questions at the desks of a city.
MATTERS = {
    "mortgage": 20, "school_enrolment": 20, "property_transfer": 10, "court_filing": 10, "business_loan": 8,
    "household_registration": 8, "teacher_licence": 6, "close_relative_card": 5, "legal_aid": 4, "deposit_of_deceased": 4,
    "inheritance": 3, "pension_claim": 2,
}  # fmt: skip
AGES = {
    "mortgage": (24, 55), "school_enrolment": (26, 44), "teacher_licence": (21, 45), "close_relative_card": (20, 70),
    "business_loan": (25, 60), "household_registration": (20, 65), "court_filing": (20, 70), "legal_aid": (18, 75),
    "property_transfer": (24, 75), "deposit_of_deceased": (25, 65), "inheritance": (25, 65), "pension_claim": (25, 65),
}  # fmt: skip
AFTER_DEATH = frozenset({"deposit_of_deceased", "inheritance", "pension_claim"})
OF_THE_DEAD = frozenset(
    {"kinship", "marriage", "real_estate", "vehicle", "household_history", "social_insurance", "marriage_record"}
)
OF_CHILDREN = frozenset({"kinship", "birth", "birth_record", "household_page"})
FALSE, SLIP, YEAR, LAST_YEARS = 0.04, 0.05, 0.1, 10
HELD = {"residence_permit": 0.85, "low_income": 0.6, "disability": 0.6}  # whoever names one mostly has one
CHANGED = 0.5  # a change is asked about where papers differ
WITH_YEAR = frozenset({"vehicle", "real_estate", "social_insurance", "housing_fund", "household_history", *FIRMS, *HELD})
RELATIVES = {"school_enrolment": ("father", "mother"), "inheritance": ("son", "daughter", "spouse")}
RELATIVES |= dict.fromkeys(("deposit_of_deceased", "pension_claim"), RELATIVES["inheritance"])
CLOSE = ("father", "mother", "son", "daughter", "spouse")


def ordinary(truth: Truth, catalogue: Catalogue, count: int, seed: int = 2) -> Iterator[Question]:
    """So many ordinary questions; the same for the same seed."""
    pool = Pool(truth, Random(seed))  # noqa: S311  invented data, not secrets
    for _ in range(count):
        yield _draft(pool, catalogue).question(pool)


def past(truth: Truth, catalogue: Catalogue, count: int, seed: int = 3) -> Iterator[Question]:
    """The same, of some year in the thirty before an item's records became electronic."""
    pool = Pool(truth, Random(seed))  # noqa: S311  invented data, not secrets
    for _ in range(count):
        draft = _draft(pool, catalogue)
        draft.year = (catalogue.item(draft.item).electronic_from or pool.truth.city.today.year) - pool.rng.randint(1, 30)
        yield draft.question(pool)


def _draft(pool: Pool, catalogue: Catalogue) -> Draft:
    rng = pool.rng
    matter = rng.choices(list(MATTERS), list(MATTERS.values()))[0]
    item, true = rng.choice(catalogue.matter(matter).items), rng.random() > FALSE
    if item in FIRMS:
        draft = Draft(item, matter, {"enterprise": _firm(pool)})
    elif item == "kinship":
        draft = Draft(item, matter, *_kinship(pool, matter, true))
    else:
        draft = Draft(item, matter, *STATEMENTS[item](pool, _person(pool, matter, item), true))
    if item in RECORDS:
        asked_as_query(pool, catalogue, draft, true)
    if item in WITH_YEAR and rng.random() < YEAR:
        draft.year = pool.truth.city.today.year - rng.randrange(LAST_YEARS)
    draft.slip = rng.choice(SLIPS) if rng.random() < SLIP else ""
    return draft


def _firm(pool: Pool) -> Enterprise:
    while (firm := pool.firm()).closed and pool.rng.random() < 0.9:  # who borrows or is sued is mostly in business
        pass
    return firm


def _person(pool: Pool, matter: str, item: str) -> Person:
    rng = pool.rng
    if item == "identity_change" and rng.random() < CHANGED:
        return _such(lambda: rng.choice(pool.changed), lambda one: one.here)
    if rng.random() < HELD.get(item, 0):
        return _such(lambda: pool.holder(item), lambda one: one.here)
    if item == "marriage":
        return _such(_whose(pool, matter, item), lambda one: bool(pool.marriages(one)))
    return _whose(pool, matter, item)()


def _whose(pool: Pool, matter: str, item: str) -> Callable[[], Person]:
    """Children for a school, the dead where somebody has died, else people of the matter's ages."""
    if matter == "school_enrolment" and item in OF_CHILDREN:
        return lambda: pool.aged(5, 7)
    if item == "death" or (matter in AFTER_DEATH and item in OF_THE_DEAD):
        return lambda: pool.rng.choice(pool.lately)
    return lambda: pool.aged(*AGES[matter])


def _kinship(pool: Pool, matter: str, true: bool) -> Stated:
    """Child and parent for a school; the dead and an heir; close relatives for all others."""
    relation = pool.rng.choice(RELATIVES.get(matter, CLOSE))
    person = _such(_whose(pool, matter, "kinship"), lambda one: any(other.here for other in pool.kin(one, relation)))
    return kin(pool, person, relation, true)


def _such(draw: Callable[[], Person], fits: Callable[[Person], bool]) -> Person:
    while not fits(one := draw()):
        pass
    return one
