"""Letters as they lie among the dead: in the form in which their sender signed them."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.crypto.jose import head_of, sign
from broker.letter import Letter

KEY = Ed25519PrivateKey.generate()
HEAD = head_of({"alg": "EdDSA", "kid": "somebody"})


def signed(letter: Letter) -> bytes:
    """The letter, signed by somebody."""
    return sign(HEAD, letter.wire(), KEY)
