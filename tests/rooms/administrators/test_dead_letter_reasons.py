"""Dead letters say why they were buried in the reader's words, and what bears no signature is put back by nobody unawares."""

from datetime import UTC, datetime

import pytest

from administrators.running.dead_letter_reasons import REASONS
from administrators.running.letter_outline import outline
from broker.crypto.bad_letters import BadLetter
from broker.crypto.key_ring import HOUSE, KeyPair, KeyRing, Keys
from broker.crypto.signing import SignedEnvelope
from broker.dead_letters import DeadLetter, is_unsigned
from broker.letter import Letter
from broker.transports.transport import Delivery
from tests.rooms.administrators.test_dead_letters import bury, in_queue, queues, waiting
from tests.rooms.office import Desk, Office, on_both

NOW = datetime(2026, 3, 2, tzinfo=UTC)
__all__ = ["queues"]  # a fixture


def test_every_reason_for_which_a_letter_is_not_believed_has_words() -> None:
    names = {kind.__name__ for kind in BadLetter.__subclasses__()}

    assert names <= set(REASONS)


@on_both
def test_the_reason_stands_in_words_on_both_pages(office: Office, desk: Desk) -> None:
    [number] = bury(office, reason="Altered")

    for page in (desk.get("/admin/dead"), desk.get(f"/admin/dead/{number}")):
        assert "It was altered on its way" in page


def test_letters_without_a_signature_are_not_put_back_in_heaps(office: Office, desk: Desk) -> None:
    numbers = bury(office, 2, reason="NotSigned")
    desk.post("/admin/dead/replay", group_queue="questions.police", group_reason="NotSigned")
    refused = desk.post("/admin/dead/replay", picked=numbers)

    assert waiting(office) == numbers
    assert "open them first" in refused.text
    assert "vouches for it" in desk.get(f"/admin/dead/{numbers[0]}")


def test_what_the_reason_says_does_not_make_a_letter_signed(office: Office, desk: Desk) -> None:
    """A unit that buries a letter writes the reason itself; put back in a heap, the house would have signed it."""
    numbers = bury(office, 2, reason="KeyError", clear=True)
    refused = desk.post("/admin/dead/replay", group_queue="questions.police", group_reason="KeyError")

    assert waiting(office) == numbers
    assert "open them first" in refused.text
    assert "vouches for it" in desk.get(f"/admin/dead/{numbers[0]}")


def test_nor_does_it_make_a_signed_one_unsigned(office: Office, desk: Desk) -> None:
    [number] = bury(office, reason="Altered")
    with office.county.database.write() as session:
        session.get_one(DeadLetter, int(number)).reason = "NotSigned"

    assert "vouches for it" not in desk.get(f"/admin/dead/{number}")
    desk.post("/admin/dead/replay", picked=[number])
    assert waiting(office) == []


@pytest.mark.parametrize("wire", [b"", b"{}", b"a.b.c", b"e30.e30.e30", b"~~~.b.c", b"a.b.c.d.e", b"\xff" * 9])
def test_what_has_no_form_of_a_signature_is_unsigned(wire: bytes) -> None:
    assert is_unsigned(wire)


def test_who_puts_one_back_vouches_for_it_and_the_house_signs(office: Office, desk: Desk) -> None:
    before = in_queue(office)
    [number] = bury(office, reason="NotSigned")
    desk.post("/admin/dead/replay", picked=[number], vouched="yes")
    transport = office.assembly.transport()
    sealed: list[Delivery] = transport.receive("questions.police", 500, 1)
    transport.close()

    assert len(sealed) == before + 1
    assert (sealed[-1].wire[:1], b"330725196205140015" in sealed[-1].wire) == (b"e", False)


def test_of_a_signed_letter_the_claims_are_shown_and_nothing_of_its_body() -> None:
    house, police = (KeyPair.make(owner, NOW) for owner in (HOUSE, "police"))
    envelope = SignedEnvelope(KeyRing(lambda: Keys("police", [police], [house.public])), lambda: NOW)
    letter = Letter.post("finding", "findings", "2026-1", {"unit": "police", "name": "吴一"}, NOW)

    for count in (1, 2):  # signed alone, and with another
        for wire in envelope.encrypt([letter] * count):
            shown = outline(wire or b"")

            assert not is_unsigned(wire or b"")
            assert '"iss": "police"' in shown
            assert '"body": "(' in shown
