"""Broker addresses: one URL, or several of a cluster separated by commas, tried one after the other."""

import secrets
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from broker.transports.transport import Unreachable

Opened = TypeVar("Opened")


def split(url: str) -> list[str]:
    """The addresses in `amqp://A/V,amqp://B/V`; a comma may also stand in a password, so only one before a scheme parts two."""
    found: list[str] = []
    for part in url.split(","):
        if part.startswith(("amqp://", "amqps://")) or not found:
            found.append(part)
        else:
            found[-1] += f",{part}"
    return found


class Addresses:
    """Remembers which node answered last. The first one is drawn, so that many processes do not all go to the same node."""

    def __init__(self, urls: list[str]) -> None:
        self.urls = urls
        self._next = secrets.randbelow(len(urls))

    def first_open(self, opener: Callable[[str], Opened]) -> tuple[str, Opened]:
        """The first address that answers and what `opener` makes of it, each tried once; raises the last Unreachable."""
        for tries_left in reversed(range(len(self.urls))):
            url = self.urls[self._next]
            try:
                return url, opener(url)
            except Unreachable:
                self.move_on(url)
                if not tries_left:
                    raise
        raise Unreachable("no address")

    def move_on(self, failed: str) -> None:
        """This node did not answer: another one is tried first from now on, unless somebody else found out before us."""
        if self.urls[self._next] == failed:
            self._next = (self._next + 1) % len(self.urls)


@cache
def addresses_of(url: str) -> Addresses:
    """The one memory that all connections of this process share: a node that hangs is waited for once, not by each of them."""
    return Addresses(split(url))
