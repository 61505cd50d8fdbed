"""Webhook calls: signed HTTP POSTs with a short timeout, to permitted addresses only."""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from access.webhooks.webhook_urls import NotCallable, address_parts
from storage.problem import N_

SECONDS = 5.0
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# To the IPv4 address at their end: NAT64 (RFC 6052), SIIT (RFC 2765), addresses of before.
TRANSLATED = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::ffff:0:0:0/96", "::/96")))
LOCAL = ipaddress.IPv6Network("64:ff9b:1::/48")  # NAT64 of a site's own (RFC 8215): only the site knows where the IPv4 stands in it
ISATAP = frozenset({0x00005EFE, 0x02005EFE})  # before the IPv4 address at the end, under any prefix (RFC 5214)


FAULTS = {
    "unanswered": N_("no answer within {seconds} seconds"),
    "not_callable": N_("this address may not be called: the administrator can correct it"),
}
ANSWERED = N_("answered with HTTP {code}")


class Unanswered(Exception):
    """Nobody answered in time."""


@dataclass(frozen=True)
class Caller:
    """Posts to webhooks. Private networks are closed unless named in `networks`, this machine unless `loopback` is set."""

    loopback: bool = False
    networks: Sequence[Network] = field(default_factory=tuple)
    seconds: float = SECONDS

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """The status of the answer; redirects are not followed. Raises NotCallable or Unanswered."""
        secure, host, port, path = address_parts(url)
        address = self._address(secure, host, port)
        connection = _Pinned(host, port, address, secure, self.seconds)
        # Whoever sends a byte now and then would otherwise hold up the calls to everybody else.
        cut = threading.Timer(self.seconds, connection.cut)
        cut.start()
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
            status = connection.getresponse().status
            if connection.was_cut:
                raise Unanswered
            return status
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered from error
        finally:
            cut.cancel()
            connection.close()

    def may_call(self, url: str) -> bool:
        """Whether a call would be let out: false for what leads into a closed network. A name that is unknown may become known."""
        try:
            self._address(*address_parts(url)[:3])
        except NotCallable:
            return False
        except Unanswered:
            return True
        return True

    def attempt(self, url: str, body: bytes, headers: dict[str, str]) -> str:
        """Posts once: empty where it was taken, else why not: `unanswered`, `not_callable`, `status_500` and so on."""
        try:
            status = self.post(url, body, headers)
        except NotCallable:
            return "not_callable"
        except Unanswered:
            return "unanswered"
        return "" if 200 <= status < 300 else f"status_{status}"

    def _address(self, secure: bool, host: str, port: int) -> str:
        """The one address that is called: what was checked and what is called must not differ."""
        try:
            found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
        except UnicodeError:
            raise NotCallable from None
        except OSError as error:
            raise Unanswered from error
        addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in sorted(found)]
        if not all(self._open(one, secure) for address in addresses for one in reached_by(address)):
            raise NotCallable
        return str(addresses[0])

    def _open(self, address: Address, secure: bool) -> bool:
        if address.is_loopback:
            return self.loopback
        named = any(address in network for network in self.networks if network.version == address.version)
        site = isinstance(address, ipaddress.IPv6Address) and (address.is_site_local or address in LOCAL)
        return secure and (named or (address.is_global and not address.is_multicast and not site))


def fault_words(fault: str) -> tuple[str, dict[str, object]]:
    """The English msgid for why a call was not taken, and what fills it."""
    return FAULTS.get(fault, ANSWERED), {"code": fault.removeprefix("status_"), "seconds": round(SECONDS)}


def reached_by(address: Address) -> list[Address]:
    """Whom this address may lead to: one of IPv6 can be a way to one of IPv4 (RFC 3056, 4291, 4380, 5214, 6052)."""
    if isinstance(address, ipaddress.IPv4Address) or address.is_loopback:
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    inside = [*filter(None, [address.sixtofour]), *(address.teredo or ())]
    if any(address in network for network in TRANSLATED) or (int(address) >> 32) & 0xFFFFFFFF in ISATAP:
        inside.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [address, *inside]


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, under the host's own name."""

    def __init__(self, host: str, port: int, address: str, secure: bool, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address, self._secure, self.was_cut = address, secure, False

    def connect(self) -> None:
        """Connects to the checked address; with TLS the certificate must be the host's."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._secure:
            context = ssl.create_default_context()
            self.sock = wrapped = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            wrapped.do_handshake()  # only now, so that `cut` can end this too

    def cut(self) -> None:
        """Ends the call whatever is under way; whoever waits for an answer gets none."""
        self.was_cut = True
        with suppress(OSError):
            if self.sock is not None:
                self.sock.shutdown(socket.SHUT_RDWR)
