"""Standard phrases: ready sentences of an item, chosen by a clerk whose browser runs no scripts."""

from cases.case import find_case
from web.context import House
from web.form_data import Typed


def with_phrase(house: House, number: str, typed: Typed) -> Typed:
    """What was typed, with the chosen phrase (its place in the item's list) put before the words."""
    chosen = typed.get("phrase", "")
    if not chosen.isdecimal():
        return typed
    with house.database.read() as session:
        case = find_case(session, number)
    item = house.rulebook.catalogue.items.get(case.item) if case else None
    if item is None or int(chosen) >= len(item.phrases):
        return typed
    phrase = item.phrases[int(chosen)].zh
    words = typed.get("words", "").strip()
    return typed if phrase in words else {**typed, "words": "\n".join(filter(None, (phrase, words)))}
