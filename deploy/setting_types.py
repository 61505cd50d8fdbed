"""Types of settings: how an address, a list of networks, folders or roles is written; a wrong one is refused and never repeated."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from broker.transports.addresses import split
from storage.database_url import read_database_url
from storage.vault import Keys

DATABASES = "sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST:PORT[,HOST:PORT]/NAME"
SIGN_ON = "the address of the city's sign-on, as its own papers call it: https://HOST"
BROKERS = "embedded:///FILE, redis://:PASSWORD@HOST:PORT/0 or amqp://USER:PASSWORD@HOST:PORT/VHOST"
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


def expect(pattern: str, wanted: str) -> AfterValidator:
    """A check that a text has this form; else it says what was expected, and nothing of what stands there."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"expected {wanted}")
        return value

    return AfterValidator(check)


def _server(wanted: str) -> AfterValidator:
    def check(value: str) -> str:
        if not all(check_server(one) for one in split(value) if "://" in one and not one.startswith(("sqlite", "embedded"))):
            raise ValueError(f"expected {wanted}; {HOW}")
        return value

    return AfterValidator(check)


def _nobody(value: str) -> str:
    if not names_nobody(value):
        raise ValueError("expected an address without user and password; those of the SMS provider have settings of their own")
    return value


Nobody = AfterValidator(_nobody)
DatabaseUrl = Annotated[
    str, expect(r"|sqlite:///.+|postgresql\+psycopg://.+", DATABASES), _server(DATABASES), AfterValidator(lambda v: readable(v))
]
SignOn = Annotated[str, expect(r"|https://[^\s/]+(/\S*)?|http://(127\.0\.0\.1|localhost):\d+(/\S*)?", SIGN_ON), Nobody]
SMS = "http://HOST:PORT, https://HOST, or console: where texts are written into the log only"
ADDRESS = r"console:|https?://[^\s/]+(/\S*)?"
SmsUrl = Annotated[str, expect(ADDRESS, SMS), Nobody, AfterValidator(lambda v: v.rstrip("/"))]
SecondSmsUrl = Annotated[str, expect(f"|{ADDRESS}", SMS), Nobody, AfterValidator(lambda v: v.rstrip("/"))]
BrokerUrl = Annotated[str, expect(r"|embedded:///.+|rediss?://.+|(kombu\+)?amqps?://.+", BROKERS), _server(BROKERS)]
PublicUrl = Annotated[str, expect(r"|https?://[^\s/]+(/\S*)?", "the address under which people reach it"), Nobody]
HostPort = Annotated[str, expect(r"[\w.\[\]:-]+:\d{1,5}", "HOST:PORT such as 127.0.0.1:8040")]
OF_A_CITY = ("items", "matters", "ladders", "handlers", "pledge.toml")


def _own_folders(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    for folder in folders:
        if not folder.is_dir():
            raise ValueError(f"there is no folder {folder}; expected folders with {', '.join(OF_A_CITY)} in them, by colons")
        if not any((folder / name).exists() for name in OF_A_CITY):
            raise ValueError(f"{folder} holds none of {', '.join(OF_A_CITY)}; expected the folder that they stand in")
    return folders


Folders = Annotated[
    tuple[Path, ...],
    BeforeValidator(lambda v: tuple(filter(None, v.split(":"))) if isinstance(v, str) else v),
    AfterValidator(_own_folders),
]
SecretKeys = Annotated[str, AfterValidator(lambda v: v if not v or Keys.read(v) else "")]
Networks = Annotated[
    tuple[IPv4Network | IPv6Network, ...], BeforeValidator(lambda v: read_networks(v) if isinstance(v, str) else v)
]

Roles = Annotated[
    tuple[Literal["asker", "clerk", "keeper", "supervisor", "admin"], ...],
    BeforeValidator(lambda v: tuple(part.strip() for part in v.split(",") if part.strip()) if isinstance(v, str) else v),
]


def readable(address: str) -> str:
    """The same address of a database. Raises ValueError where it cannot be read."""
    try:
        if address:
            read_database_url(address)
    except ValueError as wrong:
        raise ValueError(f"expected {DATABASES}; {wrong}") from None
    return address


def is_loopback(url: str) -> bool:
    """Whether this address is one of this machine's own."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks written with commas between them."""
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise ValueError("expected networks such as 10.20.0.0/16,192.168.7.0/24") from None
