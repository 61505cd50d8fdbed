"""Case numbers: short enough to read over a telephone, never given twice."""

import secrets
from datetime import datetime

from storage.office_time import OFFICE

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O or U to mishear
BUNDLE_SIGN = "B"  # begins the number of every bundle; those of cases and batches begin otherwise


def new_number(now: datetime) -> str:
    """The office's day and eight random characters: 10^12 a day, so two never meet and nobody can guess a neighbour's."""
    return f"{day_of(now)}-{''.join(secrets.choice(ALPHABET) for _ in range(8))}"


def is_bundle(number: str) -> bool:
    """Whether this is the number of a bundle and not of a case or a batch."""
    return number.startswith(BUNDLE_SIGN)


def day_of(now: datetime) -> str:
    """With what the numbers of this day begin: those of later days are greater."""
    return now.astimezone(OFFICE).strftime("%Y%m%d")
