"""Questions that look for a wrong answer: every item alike, every kind of person, mistake and year."""

from collections.abc import Iterator
from random import Random

from cases.catalogue.catalogue import Catalogue
from cases.question import Question
from sample.city.record_truth import RECORDS
from sample.city.truth import ITEMS, Truth
from sample.questions.drafts import SLIPS, Draft
from sample.questions.pool import HELD_IN, Pool
from sample.questions.queries import asked_as_query
from sample.questions.statements import FIRMS, STATEMENTS

FALSE, SLIP, YEAR = 0.35, 0.15, 0.3
FIRST_YEAR = 1978
HELD = ("residence_permit", "no_criminal_record", "low_income", "disability", "housing_fund", "vehicle", "real_estate", *HELD_IN)


def searching(truth: Truth, catalogue: Catalogue, count: int, seed: int = 1) -> Iterator[Question]:
    """So many questions, the items in turn; the same for the same seed."""
    pool = Pool(truth, Random(seed))  # noqa: S311  invented data, not secrets
    matters = {item: [matter.code for matter in catalogue.matters.values() if item in matter.items] for item in ITEMS}
    for place in range(count):
        item = list(ITEMS)[place % len(ITEMS)]
        draft = _draft(pool, item, pool.rng.choice(matters[item]))
        if item in RECORDS:
            asked_as_query(pool, catalogue, draft, pool.rng.random() > FALSE)
            draft.wanted = {} if draft.mode == "query" else draft.wanted  # every field is held against the city
        yield draft.question(pool)


def _draft(pool: Pool, item: str, matter: str) -> Draft:
    rng, today = pool.rng, pool.truth.city.today
    if item in FIRMS:
        draft = Draft(item, matter, {"enterprise": pool.firm()})
    else:
        person = pool.holder(HELD_IN.get(item, item)) if item in HELD and rng.random() < 0.5 else pool.anybody()
        person = rng.choice(pool.changed) if item == "identity_change" and rng.random() < 0.5 else person
        draft = Draft(item, matter, *STATEMENTS[item](pool, person, rng.random() > FALSE))
    draft.year = rng.randint(FIRST_YEAR, today.year) if rng.random() < YEAR else None
    draft.slip = rng.choice(SLIPS) if rng.random() < SLIP else ""
    return draft
