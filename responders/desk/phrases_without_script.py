"""Standard phrases: ready sentences of an item, chosen by a clerk whose browser runs no scripts."""

from cases.case import find_case
from web.context import Context
from web.form_data import FormData, whole_number


def with_phrase(context: Context, number: str, form_data: FormData) -> FormData:
    """What was typed, with the chosen phrase (its place in the item's list) put before the words."""
    chosen = whole_number(form_data.get("phrase", ""))
    if chosen is None:
        return form_data
    with context.database.read() as session:
        case = find_case(session, number)
    item = context.rulebook.catalogue.items.get(case.item) if case else None
    if item is None or chosen >= len(item.phrases):
        return form_data
    phrase = item.phrases[chosen].zh
    words = form_data.get("words", "").strip()
    return form_data if phrase in words else {**form_data, "words": "\n".join(filter(None, (phrase, words)))}
