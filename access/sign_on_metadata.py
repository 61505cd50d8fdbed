"""What the city's sign-on says about itself: its addresses and keys, fetched by one for all, and not again while it is away."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from storage.late_modules import Late

if TYPE_CHECKING:
    import httpx2
    from joserfc import errors as jose_errors
    from joserfc import jwk
else:  # most cities have no sign-on of their own
    httpx2 = Late("httpx2")
    jose_errors = Late("joserfc.errors")
    jwk = Late("joserfc.jwk")

KNOWN_FOR = timedelta(hours=1)  # so long it is believed
AWAY_FOR = timedelta(seconds=10)  # so long it is not asked again after it failed
AGAIN = timedelta(seconds=30)  # and so seldom because of a key that is not known: anybody may name one
SECONDS = 5.0


class SignOnFailed(Exception):
    """Why nobody was let in: a word of ours, and nothing of what the sign-on sent."""


@dataclass(frozen=True, slots=True)
class SignOnMetadata:
    """Where its parts are, and with which keys it signs."""

    about: Mapping[str, Any]
    keys: "jwk.KeySet"
    read_at: datetime


class MetadataReader:
    """Keeps what was read. Safe for any number of threads: none of them fetches while it holds the lock."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._lock = threading.Lock()
        self._known: SignOnMetadata | None = None
        self._failed_at: datetime | None = None
        self._looked_again_at: datetime | None = None
        self._flight: threading.Event | None = None

    def known(self, now: datetime) -> SignOnMetadata:
        """What is known, read at most an hour ago. Raises SignOnFailed."""
        with self._lock:
            if fresh := self._fresh(now):
                return fresh
            self.refuse_while_away(now)
            flight, first = self._flight or threading.Event(), self._flight is None
            self._flight = flight
        if first:
            return self._fetch(flight, now)
        flight.wait(3 * SECONDS)
        with self._lock:
            if fresh := self._fresh(now):
                return fresh
        raise SignOnFailed("away")

    def known_anew(self, before: SignOnMetadata, now: datetime) -> SignOnMetadata | None:
        """What is known once it was read again, because it signs with a key that is not known; None where that was done lately."""
        with self._lock:
            if self._known is not None and self._known is not before:
                return self._known  # another thread has just done it
            last = self._looked_again_at
            if self._flight is not None or (last is not None and last <= now < last + AGAIN):
                return None
            self._looked_again_at, self._flight = now, threading.Event()
            flight = self._flight
        return self._fetch(flight, now)

    def note_failure(self, now: datetime) -> None:
        """It could not be reached: for a moment nobody tries."""
        with self._lock:
            self._failed_at = now

    def refuse_while_away(self, now: datetime) -> None:
        """Raises SignOnFailed where it could not be reached a moment ago."""
        if self._failed_at is not None and self._failed_at <= now < self._failed_at + AWAY_FOR:
            raise SignOnFailed("away")

    def _fresh(self, now: datetime) -> SignOnMetadata | None:
        known = self._known
        return known if known is not None and known.read_at <= now < known.read_at + KNOWN_FOR else None

    def _fetch(self, flight: threading.Event, now: datetime) -> SignOnMetadata:
        found, failed = None, "failed"
        try:
            found = SignOnMetadata(*_read(self._issuer), now)
        except (httpx2.HTTPError, httpx2.InvalidURL, jose_errors.JoseError, KeyError, ValueError, TypeError) as error:
            failed = type(error).__name__
        except SignOnFailed as error:
            failed = str(error)
        finally:
            with self._lock:
                self._known, self._flight = found or self._known, None
                self._failed_at = self._failed_at if found else now
            flight.set()
        if found is None:
            raise SignOnFailed(failed)
        return found


def _read(issuer: str) -> tuple[Mapping[str, Any], "jwk.KeySet"]:
    with httpx2.Client(timeout=SECONDS, trust_env=False) as client:
        about = client.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration").raise_for_status().json()
        if about["issuer"] != issuer:
            raise SignOnFailed("another_issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            _check_address(about[name], issuer)
        return about, jwk.KeySet.import_key_set(client.get(about["jwks_uri"]).raise_for_status().json())


def _check_address(address: str, issuer: str) -> None:
    # Whoever may write what the sign-on says about itself must not send our secret anywhere in clear.
    if urlsplit(address).scheme != "https" and urlsplit(issuer).scheme == "https":
        raise SignOnFailed("insecure_address")
