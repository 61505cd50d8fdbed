"""Simulated telephones behind a simulated SMS provider that speaks Twilio's API.

Some numbers misbehave on purpose:

- ...0001: refused as a landline, error 21614
- ...0002: taken, then undelivered, error 30003
- ...0003: HTTP 429 twice, then taken; the same again for the next text
- ...0004: taken, but the answer comes only after 15 seconds
- ...0005: HTTP 500, not taken
- ...0006: taken, then failed, error 30006

A number that is not E.164 is refused with 21211, a Chinese landline with 21614, a phone that replied STOP with 21610 until
it replies START.
"""

from sample.phones.server import Phones, make_phones, serve_phones

__all__ = ["Phones", "make_phones", "serve_phones"]
