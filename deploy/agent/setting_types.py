"""How an address of the broker and folders are written as settings; what is wrong is refused and never repeated."""

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from broker.transports.addresses import split

BROKERS = "embedded:///FILE or amqp://USER:PASSWORD@HOST:PORT/VHOST"
SIGNS = "#/?@%:[]"
WRITTEN = " ".join(f"%{ord(sign):02X}" for sign in SIGNS)
HOW = f"in user and password write {' '.join(SIGNS)} as {WRITTEN}, and other signs than ASCII letters and digits likewise"
PERSON = re.compile(r"(?:[\w.~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*", re.ASCII)  # user and password, as RFC 3986 lets them be written
PLACE = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]*)(:\d{1,5})?(,(\[[0-9A-Fa-f:.]+\]|[\w.-]*)(:\d{1,5})?)*", re.ASCII)
OF_A_CITY = ("items", "matters", "ladders", "handlers", "pledge.toml")


def check_server(address: str) -> bool:
    """Whether `SCHEME://USER:PASSWORD@HOST:PORT/REST` is written so that everybody reads the same in it.

    A `/`, `?` or `#` of a password would end it there, and what follows would be taken, and told, as port, path or exchange.
    """
    authority, *rest = re.split(r"(?=[/?#])", address.partition("://")[2], maxsplit=1)
    if "@" in "".join(rest):
        return False  # the password ended before its end
    person, _, place = authority.rpartition("@")
    return bool(PERSON.fullmatch(person) and PLACE.fullmatch(place)) and is_readable(address)


def is_readable(address: str) -> bool:
    """Whether it can be taken apart as an address at all."""
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def expect(pattern: str, wanted: str) -> AfterValidator:
    """A check that a text has this form; else it says what was expected, and nothing of what stands there."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"expected {wanted}")
        return value

    return AfterValidator(check)


def server(wanted: str) -> AfterValidator:
    """A check of addresses of servers, with commas between them."""

    def check(value: str) -> str:
        if not all(check_server(one) for one in split(value) if "://" in one and not one.startswith(("sqlite", "embedded"))):
            raise ValueError(f"expected {wanted}; {HOW}")
        return value

    return AfterValidator(check)


def _own_folders(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    for folder in folders:
        if not folder.is_dir():
            raise ValueError(f"there is no folder {folder}; expected folders with {', '.join(OF_A_CITY)} in them, by colons")
        if not any((folder / name).exists() for name in OF_A_CITY):
            raise ValueError(f"{folder} holds none of {', '.join(OF_A_CITY)}; expected the folder that they stand in")
    return folders


BrokerUrl = Annotated[str, expect(r"|embedded:///.+|amqps?://.+", BROKERS), server(BROKERS)]
Folders = Annotated[
    tuple[Path, ...],
    BeforeValidator(lambda v: tuple(filter(None, v.split(":"))) if isinstance(v, str) else v),
    AfterValidator(_own_folders),
]
