"""Namesakes: who of the roster a row of a sheet is about, where several people of one area bear the same name."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from cases.names import comparison_form
from contacts.roster.roster import Contact
from storage.sheets.rows import SAID_TWICE, Row, RowFault

N_ = str
NO_PHONE = N_("Several people of this area have this name. Write the telephone of each: it tells them apart.")
WHICH = N_(
    "Several people of this area have this name, and by this telephone it cannot be told which of them is meant. Change the one on "
    "the roster's page, or write the telephones as they stand there."
)
Who = tuple[str, str]  # area, and the name in the form in which names are compared: somebody else typed the roster's
Match = tuple[Row, Contact | RowFault | None]


def who_of(row: Row) -> Who:
    """Who a row is about, by area and name."""
    return row.values["area"], comparison_form(row.values["name"])


def match_rows(rows: Sequence[Row], there: Sequence[Contact]) -> list[Match]:
    """Each row with the contact that it is about, None for a new one, or why that cannot be told. Telephones are in one form."""
    known, asked = defaultdict[Who, list[Contact]](list), defaultdict[Who, list[Row]](list)
    for contact in there:
        known[contact.area, comparison_form(contact.name)].append(contact)
    for row in rows:
        asked[who_of(row)].append(row)
    found = {id(row): (row, about) for who, same in asked.items() for row, about in _match(same, known[who])}
    return [found[id(row)] for row in rows]


def _match(rows: Sequence[Row], there: Sequence[Contact]) -> Iterator[Match]:
    if len(rows) == 1 and len(there) < 2:
        yield rows[0], there[0] if there else None
        return
    by_phone = {contact.phone: contact for contact in there}
    seen, left = dict[str, Row](), list[Row]()
    for row in rows:
        phone = row.values.get("phone") or ""
        first = seen.setdefault(phone, row)
        if first is not row:
            yield row, row.fault("name", SAID_TWICE, first=first.number)
        elif not phone:
            yield row, row.fault("phone", NO_PHONE)
        elif phone in by_phone:
            yield row, by_phone.pop(phone)
        else:
            left.append(row)
    yield from _rest(left, list(by_phone.values()))


def _rest(rows: Sequence[Row], there: Sequence[Contact]) -> Iterator[Match]:
    """Whoever no telephone tells: the last one of both sides is one person with another number; more than that is a guess."""
    if not there:
        yield from ((row, None) for row in rows)
    elif len(rows) == 1 and len(there) == 1:
        yield rows[0], there[0]
    else:
        yield from ((row, row.fault("phone", WHICH)) for row in rows)
