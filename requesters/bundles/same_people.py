"""The same customer, another question: the people of a bundle in the form of another kind. Pure."""

from collections.abc import Sequence

from cases.bundles.bundle import ReadBundle
from cases.bundles.bundle_kind import BundleKind, BundleRole
from cases.bundles.people import Person
from web.form_data import FormData


def same_people(one: ReadBundle, kind: BundleKind) -> FormData:
    """Who stands in a role of the same name stands there; who is left takes the places that are still needed, in their order."""
    form_data: FormData = {"reference": one.bundle.reference}
    left = [(name, person) for name, people in one.people.items() if name not in kind.by_role for person in people]
    for role in kind.roles:
        standing = list(one.people.get(role.role, ()))[: role.max]
        while len(standing) < role.min and (found := _next(left, role)):
            standing.append(found)
        for place, person in enumerate(standing):
            key = f"people.{role.role}.{place}"
            form_data |= {f"{key}.who": f"{person.name} {person.number}".strip()} | _beside(key, person)
            form_data |= {
                f"people.{role.role}.{place}.details.{one.name}": person.details[one.name]
                for one in role.fields
                if one.name in person.details
            }
    return form_data


def _next(left: list[tuple[str, Person]], role: BundleRole) -> Person | None:
    """Takes the first of these who is of the role's kind."""
    fits: Sequence[tuple[str, Person]] = [one for one in left if (one[1].credit_code is None) == (role.kind == "person")]
    if not fits:
        return None
    left.remove(fits[0])
    return fits[0][1]


def _beside(key: str, person: Person) -> FormData:
    document = person.document
    said = {"document.kind": document.kind, "document.country": document.country or ""} if document else {}
    return {f"{key}.{name}": text for name, text in {**said, "other_name": person.other_name or ""}.items() if text}
