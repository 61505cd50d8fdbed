"""Who is believed: each way a letter can be wrong has a name, and a right one comes through whole."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from broker.crypto import bad_letters
from broker.crypto.bad_letters import BadLetter
from broker.crypto.jose import head_of, sign, unb64
from broker.crypto.key_ring import HOUSE, SKEW, KeyPair, KeyRing, Keys, KeysAway, PublicKey
from broker.crypto.signing import LIFE, TYPE, SignedEnvelope
from broker.letter import Kind, Letter, hash_of
from storage.base64url import b64

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
HOUSE_PAIR, POLICE, CIVIL = (KeyPair.make(owner, NOW) for owner in (HOUSE, "police", "civil"))
NAME, NUMBER = "吴一", "330725196205140015"


def envelope(owner: str, own: Sequence[KeyPair], known: Sequence[PublicKey], at: datetime = NOW) -> SignedEnvelope:
    """The envelope of one party that knows these keys at this moment."""
    return SignedEnvelope(KeyRing(lambda: Keys(owner, own, known)), lambda: at)


def house(at: datetime = NOW, known: Sequence[PublicKey] = (POLICE.public, CIVIL.public)) -> SignedEnvelope:
    return envelope(HOUSE, [HOUSE_PAIR], known, at)


def police(at: datetime = NOW) -> SignedEnvelope:
    return envelope("police", [POLICE], [HOUSE_PAIR.public], at)


def letter(kind: Kind, to: str, unit: str = "police", at: datetime = NOW) -> Letter:
    """A letter that names a person."""
    return Letter.post(kind, to, "2026-1", {"number": "2026-1", "unit": unit, "subjects": {"name": NAME, "id": NUMBER}}, at)


def sealed(envelope: SignedEnvelope, one: Letter) -> bytes:
    """This letter for the wire, signed alone."""
    [wire] = envelope.encrypt([one])
    assert wire is not None
    return wire


FINDING, QUESTION = letter("finding", "findings"), letter("question", "questions.police")


def reason(envelope: SignedEnvelope, wire: bytes, queue: str) -> str:
    """Why this letter is not believed; empty where it is."""
    try:
        envelope.open(wire, queue)
    except BadLetter as bad:
        return str(bad)
    return ""


def test_a_question_comes_through_whole_and_its_hash_is_that_of_what_was_sealed() -> None:
    opened = police().open(sealed(house(), QUESTION), "questions.police")

    assert (opened.letter, opened.sender) == (QUESTION, HOUSE)
    assert hash_of(opened.body) == hash_of(QUESTION.sealed_body())


def test_a_finding_comes_through_whole_and_says_who_wrote_it() -> None:
    opened = house().open(sealed(police(), FINDING), "findings")

    assert (opened.letter, opened.sender) == (FINDING, "police")


@pytest.mark.parametrize(("kind", "to"), [("outcome", "outcomes.bank"), ("alert", "alerts")])
def test_what_the_house_writes_to_itself_only_the_house_can_read_and_write(kind: Kind, to: str) -> None:
    own = letter(kind, to)
    wire = sealed(house(), own)

    assert house().open(wire, to).letter == own
    assert reason(envelope(HOUSE, [KeyPair.make(HOUSE, NOW)], []), wire, to) == "UnknownKey"
    assert reason(house(), wire[:-3] + b"AAA", to) == "Altered"


@pytest.mark.parametrize("wire", [sealed(house(), QUESTION), sealed(police(), FINDING), sealed(house(), letter("alert", "alerts"))])
def test_nothing_personal_can_be_read_on_the_wire(wire: bytes) -> None:
    layers = b" ".join([wire, *(unb64(part) for part in wire.split(b".") if part)])
    inner = json.loads(unb64(wire.split(b".")[1])).get("body", "") if wire.count(b".") == 2 else ""
    layers += b" ".join(unb64(part) for part in str(inner).encode().split(b".") if part)

    assert NUMBER.encode() not in layers
    assert NAME.encode() not in layers
    assert json.dumps(NAME).encode().strip(b'"') not in layers


@pytest.mark.parametrize(("kind", "queue"), [("finding", "findings"), ("alive", "findings"), ("request", "requests")])
def test_a_unit_writes_three_kinds_of_letter_and_each_to_its_own_queue(kind: Kind, queue: str) -> None:
    """What a unit may send comes through; the same in another queue of the house does not."""
    own = letter(kind, queue)
    elsewhere = letter(kind, "requests" if queue == "findings" else "findings")

    assert house().open(sealed(police(), own), queue).letter == own
    assert reason(house(), sealed(police(), elsewhere), elsewhere.to) == "NotAllowed"


@pytest.mark.parametrize("queue", ["questions", "replies"])
def test_what_lies_in_a_unit_s_queue_is_sealed_for_that_unit(queue: str) -> None:
    own = letter("question", f"{queue}.police")
    wire = sealed(house(), own)

    assert police().open(wire, own.to).letter == own
    assert reason(house(), wire, own.to) == "SealedForAnother"


def test_another_unit_cannot_read_a_question_that_is_not_its_own() -> None:
    civil = envelope("civil", [CIVIL], [HOUSE_PAIR.public])

    assert reason(civil, sealed(house(), QUESTION), "questions.civil") == "Readdressed"
    assert reason(civil, sealed(house(), QUESTION), "questions.police") == "SealedForAnother"


# Letters that are not believed, by their reasons


def signed(pair: KeyPair, **claims: Any) -> bytes:
    """A letter of the police's with these claims, signed by this pair."""
    _, payload, _ = sealed(police(), FINDING).split(b".")
    plain = {**json.loads(unb64(payload)), **claims}
    return sign(head_of({"alg": "Ed25519", "kid": pair.kid, "typ": TYPE}), json.dumps(plain).encode(), pair.signing)


SEALED_AT = int(NOW.timestamp())
REFUSED: dict[str, tuple[bytes, str]] = {
    "as letters were before": (FINDING.wire(), "NotSigned"),
    "nonsense": (b"nonsense", "NotSigned"),
    "a key nobody knows": (signed(KeyPair.make("police", NOW)), "UnknownKey"),
    "the name of a known key with another's signature": (
        sign(head_of({"alg": "Ed25519", "kid": POLICE.kid, "typ": TYPE}), b"{}", CIVIL.signing), "Altered"
    ),
    "another unit's name": (signed(CIVIL), "NotAllowed"),
    "another unit's name in the body": (sealed(envelope("civil", [CIVIL], [HOUSE_PAIR.public]), FINDING), "NotAllowed"),
    "the house's name": (signed(POLICE, iss=HOUSE), "NotAllowed"),
    "a kind that units may not send": (signed(POLICE, kind="outcome"), "NotAllowed"),
    "a kind that is no word": (signed(POLICE, kind=["finding"]), "NotAllowed"),
    "a kind for another queue": (signed(POLICE, kind="request"), "NotAllowed"),
    "written for another queue": (signed(POLICE, aud="requests"), "Readdressed"),
    "sealed too long ago": (signed(POLICE, iat=SEALED_AT - 864_001, exp=SEALED_AT - 1), "Expired"),
    "sealed for longer than letters live": (signed(POLICE, exp=SEALED_AT + 864_001), "Shapeless"),
    "sealed the day after tomorrow": (signed(POLICE, iat=SEALED_AT + 172_800, exp=SEALED_AT + 200_000), "Postdated"),
    "without a time": (signed(POLICE, iat=None), "Shapeless"),
    "without an id": (signed(POLICE, jti="7"), "Shapeless"),
    "a version to come": (signed(POLICE, version=3), "Shapeless"),
    "a body in clear": (signed(POLICE, body={"unit": "police"}), "NotSigned"),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_a_letter_that_is_not_right_is_refused_with_its_reason(why: str) -> None:
    wire, expected = REFUSED[why]

    assert reason(house(), wire, "findings") == expected


def test_no_changed_byte_of_a_letter_passes() -> None:
    wire, opener = sealed(police(), FINDING), house()
    places = range(0, len(wire), 7)

    reasons = {reason(opener, wire[:at] + bytes([wire[at] ^ 1]) + wire[at + 1 :], "findings") for at in places}

    assert reasons <= {"Altered", "NotSigned", "UnknownKey"}


def test_a_revoked_key_is_refused_and_one_whose_time_is_over_too() -> None:
    def public(**ends: datetime) -> PublicKey:
        told = {name: at.isoformat() for name, at in ends.items()}
        return PublicKey.read({**POLICE.public.plain(), **told}, "police")

    wire = sealed(police(), FINDING)

    assert reason(house(known=[public(revoked_at=NOW)]), wire, "findings") == "RevokedKey"
    assert reason(house(known=[public(valid_until=NOW)]), wire, "findings") == "ExpiredKey"
    assert reason(house(known=[public(valid_from=NOW + SKEW + timedelta(seconds=1))]), wire, "findings") == "ExpiredKey"
    assert reason(house(known=[public(valid_until=NOW + timedelta(days=1))]), wire, "findings") == ""


def test_clocks_may_differ_by_a_day_and_a_letter_lives_for_ten() -> None:
    wire = sealed(police(), FINDING)

    assert reason(house(NOW - SKEW), wire, "findings") == ""
    assert reason(house(NOW + LIFE - timedelta(seconds=1)), wire, "findings") == ""
    assert reason(house(NOW + LIFE), wire, "findings") == "Expired"


def test_a_captured_body_cannot_be_put_into_another_units_letter() -> None:
    """The police's finding, whose seal the thief cannot open, under the thief's own signature."""
    stolen = json.loads(unb64(sealed(police(), FINDING).split(b".")[1]))["body"]

    assert reason(house(), signed(CIVIL, iss="civil", body=stolen), "findings") == "NotAllowed"


def test_a_letter_of_the_house_to_itself_is_no_body_of_a_units_letter() -> None:
    own = sealed(house(), letter("outcome", "outcomes.bank")).decode()

    assert reason(house(), signed(POLICE, body=own), "findings") in ("NotSigned", "Altered")


def test_the_house_may_vouch_for_a_letter_of_any_kind() -> None:
    assert house().open(sealed(house(), FINDING), "findings").sender == HOUSE


def test_a_buried_letter_tells_its_case_to_the_house_though_its_body_is_sealed_for_another() -> None:
    seen = house().look(sealed(house(), QUESTION))

    assert seen is not None
    assert (seen.id, seen.kind, seen.about, seen.body) == (QUESTION.id, "question", "2026-1", {})
    assert house().look(b"nonsense") is None


# Keys


def test_a_unit_without_a_reading_key_is_named_and_the_letter_stays_unsealed() -> None:
    to_both = [letter("question", f"questions.{unit}") for unit in ("civil", "police")]

    wires = house(known=[POLICE.public]).encrypt(to_both)

    assert wires[0] is None
    assert police().open(wires[1] or b"", "questions.police").letter == to_both[1]


def test_without_keys_of_our_own_nothing_is_taken_or_sent() -> None:
    nobody = SignedEnvelope(KeyRing(lambda: Keys(HOUSE)), lambda: NOW)

    with pytest.raises(KeysAway):
        nobody.ready()
    with pytest.raises(KeysAway):
        nobody.encrypt([QUESTION])


def test_the_newest_key_seals_and_the_older_ones_still_open() -> None:
    newer = KeyPair.make("police", NOW - timedelta(seconds=-1))
    later = NOW + timedelta(minutes=1)
    both = envelope("police", [POLICE, newer], [HOUSE_PAIR.public], later)
    old = sealed(house(), QUESTION)
    new = sealed(house(later, [POLICE.public, newer.public]), QUESTION)

    assert json.loads(unb64(json.loads(unb64(new.split(b".")[1]))["body"].split(".")[0].encode()))["kid"] == newer.kid
    assert [reason(both, wire, "questions.police") for wire in (old, new)] == ["", ""]


def test_a_key_revoked_elsewhere_is_refused_within_seconds_and_a_failing_source_changes_nothing() -> None:
    now: list[Keys | Exception] = [Keys(HOUSE, [HOUSE_PAIR], [POLICE.public])]

    def load() -> Keys:
        if isinstance(now[0], Exception):
            raise now[0]
        return now[0]

    opener, wire = SignedEnvelope(KeyRing(load, fresh_seconds=0), lambda: NOW), sealed(police(), FINDING)
    assert reason(opener, wire, "findings") == ""
    now[0] = OSError("the disk is away")
    assert reason(opener, wire, "findings") == ""
    now[0] = Keys(HOUSE, [HOUSE_PAIR], [PublicKey.read({**POLICE.public.plain(), "revoked_at": NOW.isoformat()}, "police")])
    assert reason(opener, wire, "findings") == "RevokedKey"


def test_no_key_shows_in_a_repr_or_in_an_error() -> None:
    secrets = [b64(key.private_bytes_raw()).decode() for key in (POLICE.signing, POLICE.reading)]

    assert not any(secret in repr(POLICE) + repr(Keys("police", [POLICE])) for secret in secrets)
    with pytest.raises(bad_letters.Shapeless) as caught:
        house().open(signed(POLICE, jti=NUMBER), "findings")
    assert NUMBER not in repr(caught.value) + str(caught.value)
