"""Addresses of servers in settings: what stands in one and means something else there is refused, and no part of it is told."""

import re
from urllib.parse import urlsplit

SIGNS = "#/?@%:[]"
WRITTEN = " ".join(f"%{ord(sign):02X}" for sign in SIGNS)
HOW = f"in user and password write {' '.join(SIGNS)} as {WRITTEN}, and other signs than ASCII letters and digits likewise"
PERSON = re.compile(r"(?:[\w.~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*", re.ASCII)  # user and password, as RFC 3986 lets them be written
PLACE = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]*)(:\d{1,5})?(,(\[[0-9A-Fa-f:.]+\]|[\w.-]*)(:\d{1,5})?)*", re.ASCII)


def check_server(address: str) -> bool:
    """Whether `SCHEME://USER:PASSWORD@HOST:PORT/REST` is written so that everybody reads the same in it.

    A `/`, `?` or `#` of a password would end it there, and what follows would be taken, and told, as port, path or exchange.
    """
    authority, *rest = re.split(r"(?=[/?#])", address.partition("://")[2], maxsplit=1)
    if "@" in "".join(rest):
        return False  # the password ended before its end
    person, _, place = authority.rpartition("@")
    return bool(PERSON.fullmatch(person) and PLACE.fullmatch(place)) and _is_readable(address)


def names_nobody(address: str) -> bool:
    """Whether an address of the web is without user and password: those have settings of their own."""
    return "@" not in address and _is_readable(address)


def _is_readable(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True
