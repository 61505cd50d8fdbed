"""Case numbers: short enough to read over a telephone, never given twice."""

import secrets
from datetime import datetime

from storage.office_time import OFFICE

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O or U to mishear


def new_number(now: datetime) -> str:
    """The office's day and eight random characters: 10^12 a day, so two never meet and nobody can guess a neighbour's."""
    return f"{day_of(now)}-{''.join(secrets.choice(ALPHABET) for _ in range(8))}"


def day_of(now: datetime) -> str:
    """With what the numbers of this day begin: those of later days are greater."""
    return now.astimezone(OFFICE).strftime("%Y%m%d")
