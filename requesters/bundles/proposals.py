"""What the numbers of two people suggest of their relation: proposed in the form and read back, never sent unread. Pure."""

from collections.abc import Collection, Mapping, Sequence

from cases.bundles.bundle_kind import BundleKind, BundleRole
from cases.bundles.loading import field_detail
from cases.catalogue.catalogue import Catalogue
from cases.documents.id_numbers import BadNumber, ResidentId
from requesters.bundles.bundle_form import Row

GENERATION = 15  # years between parent and child at the least
RELATION = "relation"  # the field of a role that says what somebody is of whom the bundle is about


def proposals(kind: BundleKind, rows: Sequence[Row], catalogue: Catalogue) -> dict[str, str]:
    """By its name each field for a relation, with what the number there suggests about the one person of the role beside it."""
    found: dict[str, str] = {}
    for row in rows:
        beside = _beside(kind, row.role.role)
        anchors = [other.named.number for other in rows if other.role.role in beside and not other.role.many]
        said = relation(anchors[0], row.named.number) if anchors else ""
        if said in _choices(kind, row.role, catalogue):
            found[f"{row.key}.details.{RELATION}"] = said
    return found


def _choices(kind: BundleKind, role: BundleRole, catalogue: Catalogue) -> Collection[str]:
    fields = [one for one in role.fields if one.name == RELATION]
    return field_detail(kind, role.role, fields[0], catalogue).by_code if fields else ()


def _beside(kind: BundleKind, role: str) -> set[str]:
    """The roles with which this one shares a question."""
    shared = [set(question.subjects.values()) for question in kind.questions if role in question.subjects.values()]
    return set().union(*shared) - {role}


def relation(of: str, other: str) -> str:
    """What `other` may well be of `of`, by age and sex; empty where the numbers do not suggest it."""
    try:
        first, second = ResidentId.parse(of), ResidentId.parse(other)
    except BadNumber:
        return ""
    years = second.birth.year - first.birth.year
    by_age: Mapping[bool, tuple[str, str]] = {True: ("son", "daughter"), False: ("father", "mother")}
    if abs(years) >= GENERATION:
        return by_age[years > 0][second.sex != "male"]
    return "spouse" if first.sex != second.sex else ""
