"""A city with one unit and its seal, for tests; made in a millisecond, without a house."""

from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.x509 import Certificate

from cases.seals import Seal
from deploy.operations.seal_certificates import make_certificate, make_root, new_key
from requesters.receipts.paper import Paper
from requesters.receipts.receipts import seal_paper

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
POLICE = ("police", "浦江县公安局")


@dataclass(frozen=True)
class City:
    """The root with its key, and one unit's seal."""

    root: Certificate
    root_key: EllipticCurvePrivateKey
    seal: Seal


def make_city(now: datetime = NOW) -> City:
    """A city of its own: nobody else's root knows its seals."""
    root_key, key = new_key(), new_key()
    root = make_root(root_key, now)
    certificate = make_certificate(POLICE, key, root, root_key, now)
    return City(root, root_key, Seal(*POLICE, certificate, key))


def paper(words: str = "户籍登记记载，二人关系如所述。") -> Paper:
    """A receipt's paper that says little."""
    asked = [(("核查事项", "Item"), ("亲属关系核查", "Kinship")), (("当事人", "Person"), ("吴一  330725********0015", ""))]
    outcome = (("核查结果", "Outcome"), ("属实，亲属关系成立", "True: they are related as stated"))
    found = [(("依据", "Source"), ("档案", "archive"))]
    unit = (POLICE[1], "Pujiang Public Security Bureau")
    return Paper("20260302-7K3MZQ8W", unit, asked, outcome, found, words, "bank  asker  2026-03-02", "https://hecha.example/verify")


def make_sealed(city: City, now: datetime = NOW) -> bytes:
    """A sealed receipt of this city."""
    return seal_paper(paper(), city.seal, now)
