"""The form field "until": the last day of a permission or key, parsed and checked."""

from datetime import date, timedelta

from storage.days import NotADay
from storage.days import read_day as read_typed
from storage.problem import N_, FieldFault
from web.form_data import FormData

PAST_DAY = N_("This day is over. Give a day from today on.")
FAR_DAY = N_("This is too far ahead. Give a day until {latest}.")


def read_day(form_data: FormData, today: date, longest: timedelta) -> tuple[date, list[FieldFault]]:
    """The day in the field `until`, and what is wrong with it; today where it cannot be read."""
    try:
        until = read_typed(form_data.get("until", ""))
    except NotADay as wrong:
        return today, [FieldFault("until", "wrong_kind", wrong.message)]
    if until < today:
        return until, [FieldFault("until", "over", PAST_DAY)]
    latest = today + longest
    return until, [FieldFault("until", "too_far", FAR_DAY, {"latest": str(latest)})] if until > latest else []
