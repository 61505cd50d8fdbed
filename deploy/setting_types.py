"""Types of settings: how an address, a list of networks or roles is written; a wrong one is refused and never repeated."""

from importlib import import_module
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from deploy.agent.setting_types import expect, is_readable, server
from storage.vault import Keys

DATABASES = "sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST:PORT[,HOST:PORT]/NAME"
SIGN_ON = "the address of the city's sign-on, as its own papers call it: https://HOST"


def names_nobody(address: str) -> bool:
    """Whether an address of the web is without user and password: those have settings of their own."""
    return "@" not in address and is_readable(address)


def _nobody(value: str) -> str:
    if not names_nobody(value):
        raise ValueError("expected an address without user and password; those of the SMS provider have settings of their own")
    return value


Nobody = AfterValidator(_nobody)
DatabaseUrl = Annotated[
    str, expect(r"|sqlite:///.+|postgresql\+psycopg://.+", DATABASES), server(DATABASES), AfterValidator(lambda v: readable(v))
]
SignOn = Annotated[str, expect(r"|https://[^\s/]+(/\S*)?|http://(127\.0\.0\.1|localhost):\d+(/\S*)?", SIGN_ON), Nobody]
SMS = "http://HOST:PORT, https://HOST, or console: where texts are written into the log only"
ADDRESS = r"console:|https?://[^\s/]+(/\S*)?"
SmsUrl = Annotated[str, expect(ADDRESS, SMS), Nobody, AfterValidator(lambda v: v.rstrip("/"))]
SecondSmsUrl = Annotated[str, expect(f"|{ADDRESS}", SMS), Nobody, AfterValidator(lambda v: v.rstrip("/"))]
PublicUrl = Annotated[str, expect(r"|https?://[^\s/]+(/\S*)?", "the address under which people reach it"), Nobody]
HostPort = Annotated[str, expect(r"[\w.\[\]:-]+:\d{1,5}", "HOST:PORT such as 127.0.0.1:8040")]
SecretKeys = Annotated[str, AfterValidator(lambda v: v if not v or Keys.read(v) else "")]
Networks = Annotated[
    tuple[IPv4Network | IPv6Network, ...], BeforeValidator(lambda v: read_networks(v) if isinstance(v, str) else v)
]

CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
Hours = Annotated[str, expect(f"{CLOCK}-{CLOCK}", "two times of a day such as 14:30-16:30"), AfterValidator(lambda v: in_order(v))]
Roles = Annotated[
    tuple[Literal["asker", "envoy", "clerk", "keeper", "supervisor", "reformer", "monitor", "inspector", "admin"], ...],
    BeforeValidator(lambda v: tuple(part.strip() for part in v.split(",") if part.strip()) if isinstance(v, str) else v),
]


def in_order(hours: str) -> str:
    """The same two times. Raises ValueError where the second is not the later one."""
    first, _, last = hours.partition("-")
    if first >= last:
        raise ValueError("expected two times of a day, the earlier one first, such as 14:30-16:30")
    return hours


def readable(address: str) -> str:
    """The same address of a database. Raises ValueError where it cannot be read."""
    try:
        if address:  # who has no database, such as a department's agent, loads nothing of SQL
            import_module("storage.database_url").read_database_url(address)
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
