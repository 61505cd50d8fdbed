"""The people of a bundle by role, with what is stated of each; read and checked against the kind's roles."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from cases.bundles.bundle_kind import MOST, BundleKind, BundleRole
from cases.catalogue.checks import NEEDED, NEEDS_ENTERPRISE, NEEDS_PERSON, NO_FIELD, SAME_PERSON
from cases.question import Subject
from storage.problem import N_, FieldFault, field_path

NO_ROLE = N_("This bundle has nobody in this role. Known roles: {roles}.")
TOO_FEW = N_("At least {min} must stand here.")
TOO_MANY = N_("At most {max} may stand here.")


class Person(Subject):
    """Somebody (or an enterprise) in a role of a bundle, with the role's further fields by name."""

    details: dict[str, Annotated[str, StringConstraints(max_length=200)]] = Field(default_factory=dict)

    @property
    def subject(self) -> Subject:
        """As a question names them."""
        return Subject.model_construct(**{name: getattr(self, name) for name in Subject.model_fields})


def stored_person(plain: dict[str, Any]) -> Person:
    """Somebody as they were kept, without checking again what was checked when the bundle was asked."""
    subject = Subject.stored({name: value for name, value in plain.items() if name != "details"})
    return Person.model_construct(**dict(subject), details=plain.get("details", {}))


# By role, each role's people in the order in which they were named. A person's key is ROLE.PLACE, counted from 0: `heir.1`.
People = dict[str, list[Person]]
Named = Annotated[list[Person], Field(max_length=MOST)]


def person_key(role: str, place: int) -> str:
    """The key of a person: `heir.1` is the second heir."""
    return f"{role}.{place}"


def keys_of(people: Mapping[str, Sequence[object]], role: str) -> list[str]:
    """The keys of everybody in a role."""
    return [person_key(role, place) for place in range(len(people.get(role, ())))]


def people_faults(kind: BundleKind, people: People) -> list[FieldFault]:
    """Faults of the people, each with its field: too few or too many of a role, somebody twice, fields that are not there."""
    unknown = [
        FieldFault(field_path("people", role), "unknown_role", NO_ROLE, {"roles": ", ".join(kind.by_role)})
        for role in people
        if role not in kind.by_role
    ]
    return [*unknown, *(fault for role in kind.roles for fault in _of_role(role, people.get(role.role, [])))]


def _of_role(role: BundleRole, named: Sequence[Person]) -> Iterator[FieldFault]:
    field = f"people.{role.role}"
    if len(named) < role.min:
        yield FieldFault(field, "missing" if not named else "too_few", NEEDED if not named else TOO_FEW, {"min": role.min})
    if len(named) > role.max:
        yield FieldFault(field, "too_many", TOO_MANY, {"max": role.max})
    seen = set[str]()
    for place, person in enumerate(named):
        yield from _of_person(role, person, f"{field}.{place}", seen)
        seen.add(person.whole_key)


def _of_person(role: BundleRole, person: Person, field: str, seen: set[str]) -> Iterator[FieldFault]:
    if (person.credit_code is not None) != (role.kind == "enterprise"):
        needs = NEEDS_PERSON if role.kind == "person" else NEEDS_ENTERPRISE
        yield FieldFault(f"{field}.{role.number_field}", f"needs_{role.kind}", needs)
    if person.whole_key in seen:
        yield FieldFault(f"{field}.{'document.number' if person.document else role.number_field}", "same_person", SAME_PERSON)
    known = [one.name for one in role.fields]
    for name in person.details:
        if name not in known:
            yield FieldFault(f"{field}.{field_path('details', name)}", "unknown_field", NO_FIELD)
