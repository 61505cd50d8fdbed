"""Calling a unit's own system: signed, brief, and never anywhere but where a unit's system may stand."""

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

SECONDS = 5.0
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotCallable(Exception):
    """An address that must never be called; trying again would not help."""


class Unanswered(Exception):
    """Nobody answered in time."""


def sign(secret: str, body: bytes, now: datetime) -> str:
    """The header Hecha-Signature: the moment, and HMAC-SHA256 over moment, dot and body, so that nothing can be replayed later."""
    moment = str(int(now.timestamp()))
    return f"t={moment},v1={hmac.new(secret.encode(), moment.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


@dataclass(frozen=True)
class Caller:
    """Posts to webhooks. Private networks are closed unless named in `networks`, this machine unless `loopback` is set."""

    loopback: bool = False
    networks: Sequence[Network] = field(default_factory=tuple)
    seconds: float = SECONDS

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """The status of the answer; redirects are not followed. Raises NotCallable or Unanswered."""
        parts = urlsplit(url)
        try:
            host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            raise NotCallable from None
        address = self._address(parts.scheme, host, port)
        connection = _Pinned(host, port, address, parts.scheme == "https", self.seconds)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered from error
        finally:
            connection.close()

    def _address(self, scheme: str, host: str, port: int) -> str:
        """The one address that is called: what was checked and what is called must not differ."""
        if scheme not in ("https", "http") or not host:
            raise NotCallable
        try:
            found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
        except (OSError, UnicodeError) as error:
            raise Unanswered from error
        addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in sorted(found)]
        if not all(self._open(_plain(address), scheme) for address in addresses):
            raise NotCallable
        return str(addresses[0])

    def _open(self, address: Address, scheme: str) -> bool:
        if address.is_loopback:
            return self.loopback
        named = any(address in network for network in self.networks if network.version == address.version)
        return scheme == "https" and (named or (address.is_global and not address.is_multicast))


def _plain(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, under the host's own name."""

    def __init__(self, host: str, port: int, address: str, secure: bool, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address, self._secure = address, secure

    def connect(self) -> None:
        """Connects to the checked address; with TLS the certificate must be the host's."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
