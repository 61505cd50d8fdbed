"""Live hints of the ask form: birth date and sex of an ID number, 15-digit forms, check digits. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from cases.catalogue.item import Item
from cases.catalogue.role import Role
from cases.documents.id_numbers import BadNumber, ResidentId, parse_credit_code, plain
from cases.names import mended
from storage.problem import N_

WHOLE = 18
OLD = 15
SAME = N_("Two people of one question cannot have the same number.")
Said = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Echo:
    """What is shown beside one subject. `state` is the number's: empty, typing, good or wrong; `old` is the 15-digit form that was
    typed, `name` how the name is read, where that is not as it was typed."""

    role: str
    state: str = "empty"
    length: int = 0
    number: str = ""
    old: str = ""
    birth: date | None = None
    age: int = 0
    sex: str = ""
    message: str = ""
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    name: str = ""


def echoes(item: Item, form_data: Said, today: date) -> list[Echo]:
    """One echo for each person or enterprise that the item asks about, in the order of the form."""
    found: list[Echo] = []
    for role in item.subjects:
        echo = echo_of(role, form_data.get(f"subjects.{role.role}.{role.number_field}", ""), today)
        twice = echo.state == "good" and echo.number in {one.number for one in found}
        echo = Echo(role.role, "wrong", echo.length, message=SAME) if twice else echo
        found.append(replace(echo, name=read_otherwise(form_data.get(f"subjects.{role.role}.name", ""))))
    return found


def read_otherwise(typed: str) -> str:
    """How a name is read, where that is not as it was typed; else empty."""
    name = mended(typed)
    return name if name != typed.strip() else ""


def echo_of(role: Role, text: str, today: date) -> Echo:
    """The echo of what stands in this field. A number that is still too short is not called wrong yet."""
    number = plain(text)
    if not number:
        return Echo(role.role)
    if len(number) < (OLD if role.kind == "person" else WHOLE):
        return Echo(role.role, "typing", len(number))
    try:
        return _person(role, number, today) if role.kind == "person" else Echo(role.role, "good", WHOLE, parse_credit_code(number))
    except BadNumber as bad:
        between = role.kind == "person" and OLD <= len(number) < WHOLE
        state = "typing" if between else "wrong"
        return Echo(role.role, state, len(number), message="" if between else bad.message)


def _person(role: Role, number: str, today: date) -> Echo:
    resident = ResidentId.parse(number, today)
    birth, old = resident.birth, number if len(number) == OLD else ""
    age = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
    return Echo(role.role, "good", len(number), resident.number, old, birth, age, resident.sex)
