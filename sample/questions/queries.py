"""Queries among the sample questions: which fields are asked for, or which values are stated to be compared."""

from cases.catalogue.catalogue import Catalogue
from sample.city.record_truth import RECORDS
from sample.questions.drafts import Draft
from sample.questions.pool import Pool

COMPARED = 0.3


def asked_as_query(pool: Pool, catalogue: Catalogue, draft: Draft, true: bool) -> None:
    """Writes into the draft how its item is asked for its matter: as the matter may, at times in the other of two ways."""
    matter, item = catalogue.matter(draft.matter), catalogue.item(draft.item)
    modes = matter.modes_of(draft.item)
    draft.mode = modes[-1] if pool.rng.random() < COMPARED else modes[0]
    names = matter.listed(draft.item, draft.mode)
    draft.wanted = {name: item.by_field[name].kind for name in names}
    if draft.mode == "compare":
        draft.details = _stated(pool, draft, names, true)


def _stated(pool: Pool, draft: Draft, names: tuple[str, ...], true: bool) -> dict[str, str]:
    """The values of one of the record's rows; those of somebody else's where nothing true can be stated or shall be."""
    rows = RECORDS[draft.item](pool.truth, draft.question(pool)).records if true else ()
    while not rows or not any(row.get(name) for row in rows for name in names):
        other = Draft(draft.item, draft.matter, {role: pool.like(draft.item) for role in draft.who})
        rows = RECORDS[draft.item](pool.truth, other.question(pool)).records
    row = pool.rng.choice([row for row in rows if any(row.get(name) for name in names)])
    said = {name: row[name] for name in names if row.get(name)}
    return said if len(said) < 2 or pool.rng.random() < 0.6 else dict([pool.rng.choice(list(said.items()))])
