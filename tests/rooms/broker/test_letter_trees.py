"""Letters that were signed together: each is verified alone; whatever is wrong with one, its place, its path or its root shows."""

from collections.abc import Sequence
from datetime import timedelta
from unittest.mock import patch

import pytest

from broker.crypto import letter_trees
from broker.crypto.jose import head_of, sign, unb64, verify
from broker.crypto.key_ring import HOUSE, KeyPair, KeyRing, Keys, PublicKey
from broker.crypto.letter_trees import MOST_ROOTS, MOST_UP, TREE_TYPE
from broker.crypto.signing import LIFE, TYPE, SignedEnvelope
from storage.base64url import b64
from storage.merkle import leaf_hash, levels_of, path_of
from tests.rooms.broker.test_signing import CIVIL, HOUSE_PAIR, NOW, POLICE, envelope, house, letter, police, reason

TREE_HEAD = head_of({"alg": "Ed25519", "kid": POLICE.kid, "typ": TREE_TYPE})


def batch(count: int, sender: SignedEnvelope | None = None) -> list[bytes]:
    """So many findings on the wire, signed together."""
    wires = (sender or police()).encrypt([letter("finding", "findings") for _ in range(count)])
    return [wire for wire in wires if wire]


def parts(wire: bytes) -> list[bytes]:
    """Claims, place, path and root."""
    return wire.split(b"~")


def joined(*pieces: bytes) -> bytes:
    return b"~".join(pieces)


def root_over(claims: Sequence[bytes], pair: KeyPair = POLICE, typ: str = TREE_TYPE, **lies: object) -> list[bytes]:
    """These claims as letters under a root that this pair signed, with lies about the tree."""
    levels = levels_of([leaf_hash(one) for one in claims])
    told = {"root": b64(levels[-1][0]).decode(), "size": len(claims), **lies}
    body = ", ".join(f'"{name}": {value!r}' for name, value in told.items()).replace("'", '"').encode()
    root = sign(head_of({"alg": "Ed25519", "kid": pair.kid, "typ": typ}), b"{%s}" % body, pair.signing)
    return [joined(one, b"%d" % at, b64(b"".join(path_of(at, levels))), root) for at, one in enumerate(claims)]


FIVE, OTHERS = batch(5), batch(5)


@pytest.mark.parametrize("count", [2, 3, 8, 33, 500])
def test_each_letter_of_a_batch_is_believed_alone_and_in_any_order(count: int) -> None:
    letters = [letter("finding", "findings") for _ in range(count)]
    wires = police().encrypt(letters)

    assert len({parts(wire or b"")[3] for wire in wires}) == 1
    for place in (count - 1, 0, count // 2):
        opened = house().open(wires[place] or b"", "findings")
        assert (opened.letter, opened.sender) == (letters[place], "police")


def test_a_letter_that_leaves_alone_is_a_jws_by_itself() -> None:
    assert [wire.count(b"~") for wire in batch(1)] == [0]
    assert [reason(house(), wire, "findings") for wire in batch(1)] == [""]


def test_a_mixed_batch_has_each_letter_in_its_own_form() -> None:
    """To two units, to the house itself and to a unit without a key."""
    to = ["questions.police", "outcomes.bank", "questions.civil", "questions.tax", "replies.police"]
    letters = [letter("question", queue) for queue in to]
    wires = house().encrypt(letters)

    assert [wire and (wire.count(b"~"), wire.count(b".")) for wire in wires] == [(3, 2), (0, 4), (3, 2), None, (3, 2)]
    civil = envelope("civil", [CIVIL], [HOUSE_PAIR.public])
    for reader, place in ((police(), 0), (house(), 1), (civil, 2), (police(), 4)):
        assert reader.open(wires[place] or b"", to[place]).letter == letters[place]


def test_a_signature_is_verified_once_for_its_letters_and_again_when_it_was_forgotten() -> None:
    opener = house()
    with patch.object(letter_trees, "verify", wraps=verify) as verified:
        assert [reason(opener, wire, "findings") for wire in FIVE] == [""] * 5
        assert verified.call_count == 1
        for _ in range(MOST_ROOTS):
            assert reason(opener, batch(2)[0], "findings") == ""
        assert reason(opener, FIVE[0], "findings") == ""
        assert verified.call_count == MOST_ROOTS + 2


def test_a_root_that_is_not_believed_is_not_remembered() -> None:
    opener = house()
    claims, place, path, root = parts(FIVE[0])
    forged = joined(claims, place, path, root[:-20] + b"A" * 20)

    assert [reason(opener, forged, "findings") for _ in range(3)] == ["Altered"] * 3
    assert reason(opener, FIVE[0], "findings") == ""


def test_marks_tell_one_letter_of_a_batch_from_another_and_a_copy_from_the_same_sent_again() -> None:
    one = letter("finding", "findings")
    twice = [house().open(wire or b"", "findings").mark for wire in police().encrypt([one, one])]
    again = house().open(joined(*parts(FIVE[0])), "findings").mark

    assert twice[0] != twice[1]
    assert again == house().open(FIVE[0], "findings").mark


# What is not believed

CLAIMS, PLACE, PATH, ROOT = parts(FIVE[1])
ALONE = batch(1)[0]
LYING = [parts(wire)[0] for wire in FIVE]
WRONG: dict[str, tuple[bytes, str]] = {
    "the claims of another batch": (joined(parts(OTHERS[1])[0], PLACE, PATH, ROOT), "Altered"),
    "the root of another batch": (joined(CLAIMS, PLACE, PATH, parts(OTHERS[1])[3]), "Altered"),
    "the place of another": (joined(CLAIMS, b"2", PATH, ROOT), "Altered"),
    "a place beyond the tree": (joined(CLAIMS, b"5", PATH, ROOT), "Altered"),
    "a place far beyond": (joined(CLAIMS, b"99999", PATH, ROOT), "Altered"),
    "a place that is none": (joined(CLAIMS, b"-1", PATH, ROOT), "NotSigned"),
    "a place of a million digits": (joined(CLAIMS, b"1" * 1_000_000, PATH, ROOT), "NotSigned"),
    "no place": (joined(CLAIMS, b"", PATH, ROOT), "NotSigned"),
    "a place in another script": (joined(CLAIMS, "١".encode(), PATH, ROOT), "NotSigned"),
    "the path of another": (joined(CLAIMS, PLACE, parts(FIVE[2])[2], ROOT), "Altered"),
    "a path cut short": (joined(CLAIMS, PLACE, b64(unb64(PATH)[:-32]), ROOT), "Altered"),
    "a path cut amid a hash": (joined(CLAIMS, PLACE, b64(unb64(PATH)[:-1]), ROOT), "NotSigned"),
    "no path": (joined(CLAIMS, PLACE, b"", ROOT), "Altered"),
    "a path with one more": (joined(CLAIMS, PLACE, b64(unb64(PATH) + bytes(32)), ROOT), "Altered"),
    "a path as long as may be": (joined(CLAIMS, PLACE, b64(bytes(32 * MOST_UP)), ROOT), "Altered"),
    "a path without end": (joined(CLAIMS, PLACE, b64(bytes(32 * (MOST_UP + 1))), ROOT), "NotSigned"),
    "a root without end": (joined(CLAIMS, PLACE, PATH, ROOT + b"A" * 5000), "NotSigned"),
    "no root": (joined(CLAIMS, PLACE, PATH, b""), "NotSigned"),
    "one part too many": (FIVE[1] + b"~", "NotSigned"),
    "one part too few": (joined(CLAIMS, PLACE, ROOT), "NotSigned"),
    "a node in place of a leaf": (
        # The hash of two leaves beside each other is no letter's, whatever it is the hash of.
        joined(b64(leaf_hash(parts(FIVE[0])[0]) + leaf_hash(CLAIMS)), b"0", b64(unb64(PATH)[32:]), ROOT), "Altered"
    ),
    "a letter in place of the root": (joined(CLAIMS, b"0", b"", ALONE), "NotSigned"),
    "a root in place of a letter": (ROOT, "NotSigned"),
    "a root that a letter's header signed": (root_over(LYING, typ=TYPE)[1], "NotSigned"),
    "a root that another unit signed": (root_over(LYING, CIVIL)[1], "NotAllowed"),
    "a root that a stranger signed": (root_over(LYING, KeyPair.make("police", NOW))[1], "UnknownKey"),
    "a tree that is said to be smaller": (root_over(LYING, size=2)[4], "Altered"),
    "a tree that is said to be without end": (root_over(LYING, size=1 << 40)[1], "NotSigned"),
    "a tree of no size": (root_over(LYING, size="many")[1], "NotSigned"),
    "a tree without letters": (root_over(LYING, size=0)[1], "NotSigned"),
    "a root that is no hash": (root_over(LYING, root="AAAA")[1], "NotSigned"),
    "a root of nonsense": (joined(CLAIMS, PLACE, PATH, sign(TREE_HEAD, b"[", POLICE.signing)), "NotSigned"),
    "a root that is a list": (joined(CLAIMS, PLACE, PATH, sign(TREE_HEAD, b"[1]", POLICE.signing)), "NotSigned"),
    "claims that are none": (root_over([b64(b"{}"), CLAIMS])[0], "Shapeless"),
}  # fmt: skip


@pytest.mark.parametrize("why", WRONG)
def test_what_does_not_fit_is_refused_with_its_reason(why: str) -> None:
    """Also by a reader that has seen all the letters it was made of, and remembers their roots."""
    wire, expected = WRONG[why]
    knowing = house()
    for good in [*FIVE, *OTHERS, ALONE]:
        assert reason(knowing, good, "findings") == ""

    assert reason(house(), wire, "findings") == reason(knowing, wire, "findings") == expected


def test_no_changed_byte_of_a_letter_passes() -> None:
    wire, opener = FIVE[3], house()
    reasons = {reason(opener, wire[:at] + bytes([wire[at] ^ 1]) + wire[at + 1 :], "findings") for at in range(0, len(wire), 5)}

    assert reasons <= {"Altered", "NotSigned", "UnknownKey"}


def test_each_letter_of_a_batch_stays_where_it_was_written_for() -> None:
    assert reason(house(), FIVE[0], "requests") == "Readdressed"
    assert reason(police(), FIVE[0], "questions.police") == "Readdressed"


def test_a_letter_of_a_batch_lives_as_long_as_any_other() -> None:
    assert reason(house(NOW + LIFE - timedelta(seconds=1)), FIVE[0], "findings") == ""
    assert reason(house(NOW + LIFE), FIVE[0], "findings") == "Expired"


def test_a_key_that_is_revoked_takes_remembered_roots_with_it() -> None:
    known = [POLICE.public]
    opener = SignedEnvelope(KeyRing(lambda: Keys(HOUSE, [HOUSE_PAIR], known), fresh_seconds=0), lambda: NOW)
    assert reason(opener, FIVE[0], "findings") == ""
    known[0] = PublicKey.read({**POLICE.public.plain(), "revoked_at": NOW.isoformat()}, "police")

    assert [reason(opener, wire, "findings") for wire in FIVE] == ["RevokedKey"] * 5
