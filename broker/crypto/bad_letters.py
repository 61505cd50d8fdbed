"""Why a letter is not believed: one error for each reason, whose name is what it is buried with."""

from broker.letter import Unreadable


class BadLetter(Unreadable):
    """A letter that is not believed. The name of its class is the reason with which it is buried; nothing else is told."""

    def __str__(self) -> str:
        return type(self).__name__


class NotSigned(BadLetter):
    """It bears no signature: written before letters were signed, or by a stranger."""


class UnknownKey(BadLetter):
    """Signed with a key nobody told us of."""


class RevokedKey(BadLetter):
    """Signed with a key that was revoked."""


class ExpiredKey(BadLetter):
    """Signed with a key whose time is over or has not begun."""


class Altered(BadLetter):
    """The signature or the encryption does not fit: somebody changed it."""


class Readdressed(BadLetter):
    """It was written for another queue than the one it lay in."""


class Expired(BadLetter):
    """Encrypted longer ago than a letter is taken."""


class Postdated(BadLetter):
    """Encrypted at a time that has not come."""


class NotAllowed(BadLetter):
    """Its sender may not send this kind of letter here, or writes in another's name."""


class SealedForAnother(BadLetter):
    """Its body was encrypted with a key that is not ours."""


class Shapeless(BadLetter):
    """Truly signed, and yet no letter we know."""
