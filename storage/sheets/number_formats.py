"""XLSX number formats: whether a number is a date, a time, or digits with leading zeros."""

import re
from datetime import date, datetime, time, timedelta

DAY_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # those every office program knows by number
QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
DAY_LETTER = re.compile(r"[ymdhs]", re.IGNORECASE)
ZEROS = re.compile(r"0{2,40}")
LONGEST = 255  # characters of a format; Excel takes no longer one
EPOCH, EPOCH_1904 = (datetime.combine(day, time()) for day in (date(1899, 12, 30), date(1904, 1, 1)))
LAST_SERIAL = 2_958_466  # the first day after the year 9999
FALSE_LEAP_DAY = 60  # Excel counts 29 February 1900, which never was


def is_day(number: int, code: str) -> bool:
    """Whether this format shows a day or a time."""
    return number in DAY_FORMATS or (code != "" and "general" not in code.lower() and bool(DAY_LETTER.search(QUOTED.sub("", code))))


def zeros_of(code: str) -> int:
    """How many figures this format shows at least: five for 00000; 0 where it adds none."""
    plain = QUOTED.sub("", code.split(";")[0])
    return len(plain) if ZEROS.fullmatch(plain) else 0


def moment_of(serial: float, from_1904: bool) -> datetime | time | timedelta | None:
    """The day or time that a number stands for; None where there is no such day."""
    if not 0 <= serial < LAST_SERIAL:
        return None
    if serial < 1 and not from_1904:
        return (EPOCH + timedelta(days=serial)).time()
    early = serial < FALSE_LEAP_DAY and not from_1904
    try:
        return (EPOCH_1904 if from_1904 else EPOCH) + timedelta(days=serial + early)
    except OverflowError:
        return None
