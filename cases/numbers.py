"""Case numbers: short enough to read over a telephone, never given twice."""

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O or U to mishear
OFFICE = ZoneInfo("Asia/Shanghai")


def new_number(now: datetime) -> str:
    """The office's day and eight random characters: 10^12 a day, so two never meet and nobody can guess a neighbour's."""
    day = now.astimezone(OFFICE).strftime("%Y%m%d")
    return f"{day}-{''.join(secrets.choice(ALPHABET) for _ in range(8))}"
