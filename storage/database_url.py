"""A database's address as people write it: SQLAlchemy's form, or PostgreSQL's own with several servers."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL, make_url
from sqlalchemy.dialects.postgresql.psycopg import dialect

SERVERS = re.compile(r"^(?P<head>[^:/]+://(?:[^/@]*@)?)(?P<hosts>[^/?@]*,[^/?@]*)(?P<tail>/[^?]*)?(?:\?(?P<query>.*))?$")
IN_PASSWORDS = "in a password, @ is written %40, / %2F, ? %3F, # %23 and % itself %25"


def read_database_url(text: str) -> URL:
    """The address that stands there. Raises ValueError, which says how it is written and nothing of what stands there."""
    if several := SERVERS.match(text):
        named = [*(f"host={host}" for host in several["hosts"].split(",")), *filter(None, [several["query"]])]
        text = f"{several['head']}{several['tail'] or '/'}?{'&'.join(named)}"
    try:
        url = make_url(text)
        if url.get_backend_name() == "postgresql":
            server_arguments(url)
    except Exception:  # noqa: BLE001  # whatever it is: its words repeat the address, and with it a password
        raise ValueError(IN_PASSWORDS) from None
    if "@" in (url.host or ""):  # most likely a piece of the password, which must not be shown as the name of a host
        raise ValueError(IN_PASSWORDS)
    return url


def server_arguments(url: URL) -> Mapping[str, Any]:
    """What PostgreSQL's driver is given to connect to this address."""
    driver: Any = dialect
    named: dict[str, Any] = driver().create_connect_args(url)[1]
    return named


def servers_of(url: URL) -> str:
    """HOST:PORT of each server of the address, with commas between them; it may be shown."""
    named = server_arguments(url)
    hosts, ports = str(named.get("host") or "localhost").split(","), str(named.get("port") or "").split(",")
    ports = ports if len(ports) == len(hosts) else ports[:1] * len(hosts)
    return ", ".join(f"{f'[{host}]' if ':' in host else host}:{port or 5432}" for host, port in zip(hosts, ports, strict=True))
