"""Whoever gets at the post office gets nowhere: letters forged, copied, re-addressed or altered are buried and change nothing."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import select

from broker.crypto.jose import unb64
from broker.crypto.key_ring import HOUSE, KeyPair
from broker.dead_letters import DeadLetter
from broker.letter import Kind, Letter
from storage.database import Database
from tests.contract.correspondents import QUEUES, Place, envelope_of, on_disk, open_place
from tests.engines import ENGINES
from tests.nodes import RabbitNode
from tests.redis_node import RedisNode
from tests.rooms.county import MONDAY, settle
from tests.routes import kinship
from tests.transports import transport_at
from tests.vaults import VAULT

NAME, NUMBER, CONTROL = "验真甲", "330782199001013716", "nothing-but-a-control"
VHOST = f"letters-{os.getpid()}"


@pytest.fixture(scope="module", params=ENGINES)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The address of a post office with everybody's queues, and the folder of its disk."""
    folder = tmp_path_factory.mktemp("post")
    url = f"embedded://{folder / 'broker.sqlite'}"
    if request.param == "redis":
        redis: RedisNode = request.getfixturevalue("redis")
        url, folder = redis.url, redis.folder
    elif request.param != "embedded":
        node: RabbitNode = request.getfixturevalue("rabbit")
        vhost, scheme = f"{VHOST}-{request.param}", "kombu+amqp" if request.param == "rabbitmq-kombu" else "amqp"
        node.rabbitmqctl("add_vhost", vhost)
        node.rabbitmqctl("set_permissions", "-p", vhost, "guest", ".*", ".*", ".*")
        url, folder = f"{scheme}://guest:guest@127.0.0.1:{node.port}/{vhost}", node.folder
    transport = transport_at(url)
    transport.declare(QUEUES)
    transport.close()
    return url, folder


@pytest.fixture(scope="module")
def place(office: tuple[str, Path], sqlite_pattern: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A running house with the police's agent at this post office."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(sqlite_pattern, folder / "hecha.sqlite")
    database = Database(f"sqlite:///{folder / 'hecha.sqlite'}", VAULT)
    with open_place(office[0], settle(database), folder) as place:
        yield place
    database.close()


def letter(kind: Kind, to: str, unit: str) -> Letter:
    """A letter full of what must not be seen."""
    body = {"number": "2026-1", "unit": unit, "key": "k", "subjects": {"person": {"name": NAME, "id_number": NUMBER}}}
    return Letter.post(kind, to, "2026-1", body, MONDAY)


def test_the_posts_disk_shows_nobodys_name_or_number(office: tuple[str, Path]) -> None:
    """Every kind of letter is stored and lies there; one in clear, put beside them, is found by the same search."""
    url, folder = office
    house, police, bank = (transport_at(url, envelope_of(owner)) for owner in (HOUSE, "police", "bank"))
    control = transport_at(url)
    house.publish([letter("question", "questions.civil", "civil"), letter("outcome", "outcomes.bank", "")])
    house.publish([letter("alert", "alerts", "")])
    police.publish([letter("finding", "findings", "police"), letter("alive", "findings", "police")])
    bank.publish([letter("request", "requests", "bank")])
    control.publish_wire("questions.civil", [json.dumps({"name": CONTROL}).encode()])

    seen = on_disk(folder, NAME, NUMBER, CONTROL)
    waiting = {queue: control.depth(queue) for queue in QUEUES}
    for queue in QUEUES:
        control.ack(control.receive(queue, 10, 1) if waiting[queue] else [])
    for transport in (house, police, bank, control):
        transport.close()

    assert waiting == {"questions.police": 0, "questions.civil": 2, "findings": 2, "requests": 1, "outcomes.bank": 1, "alerts": 1}
    assert seen == {CONTROL}


Attack = Callable[[Place, str], bytes]
THIEF = KeyPair.make("police", MONDAY)


def by(owner: str, pair: KeyPair | None = None) -> Callable[[Letter], bytes]:
    """Seals as this party would, each letter alone."""
    return lambda letter: sealed(owner, [letter], pair)[0]


def in_batch(owner: str) -> Callable[[Letter], bytes]:
    """The same, each letter signed together with others of its kind that nobody sees."""
    return lambda letter: sealed(owner, [letter.model_copy(update={"id": uuid4()}), letter, letter])[1]


def sealed(owner: str, letters: Sequence[Letter], pair: KeyPair | None = None) -> list[bytes]:
    """Seals these together, as this party would."""
    return [wire or b"" for wire in envelope_of(owner, pair, all_knowing=True).encrypt(letters)]


def mixed(*wires: bytes) -> bytes:
    """The claims of the first, and of the others the place, the path and the root: made of letters that were signed together."""
    claims, *rest = (wire.split(b"~")[part] for part, wire in enumerate(wires))
    return b"~".join([claims, *rest])


def altered(wire: bytes) -> bytes:
    """The answer turned: one byte of the claims is another."""
    at = 60 if b"~" in wire else wire.index(b".") + 60
    return wire[:at] + (b"A" if wire[at : at + 1] != b"A" else b"B") + wire[at + 1 :]


def request_of(unit: str) -> Letter:
    """A question asked by letter in this unit's name."""
    return Letter.post("request", "requests", "", {"unit": unit, "key": "r1", "question": kinship()}, MONDAY)


def alert() -> Letter:
    """A text to anybody's telephone."""
    return Letter.post("alert", "alerts", "", {"id": "5b3c5d7c-9a35-4b8e-8a53-0a1de7f1f4b0", "to": "+8613900010011"}, MONDAY)


def outcome(number: str) -> Letter:
    """An answer told to the bank."""
    return Letter.post("outcome", "outcomes.bank", number, {"number": number, "state": "answered", "move": "find"}, MONDAY)


ATTACKS: dict[str, tuple[str, Attack, str]] = {
    "a finding without a signature": ("findings", lambda p, n: p.finding(n).wire(), "NotSigned"),
    "a finding signed with a stranger's key": ("findings", lambda p, n: by("police", THIEF)(p.finding(n)), "UnknownKey"),
    "a finding in the name of the holder, signed by another unit": (
        "findings", lambda p, n: by("civil")(p.finding(n)), "NotAllowed"),
    "a finding of another unit about a case it does not hold": (
        "findings", lambda p, n: by("civil")(p.finding(n, unit="civil", question_hash="0" * 64)), "NotAllowed"),
    "an altered finding of a batch": ("findings", lambda p, n: altered(in_batch("police")(p.finding(n))), "Altered"),
    "a finding under the root of another batch": (
        "findings",
        lambda p, n: mixed(*[in_batch("police")(p.finding(n))] * 3, in_batch("police")(p.finding(n))),
        "Altered"),
    "a finding of one unit under the root of another": (
        "findings", lambda p, n: mixed(*[in_batch("police")(p.finding(n))] * 3, in_batch("civil")(p.finding(n))), "Altered"),
    "a finding at its neighbour's place": (
        "findings", lambda p, n: (lambda one, two: mixed(one, two, one, one))(*sealed("police", [p.finding(n)] * 2)), "Altered"),
    "a finding by its neighbour's path": (
        "findings", lambda p, n: (lambda one, two: mixed(one, one, two, two))(*sealed("police", [p.finding(n)] * 2)), "Altered"),
    "a finding of a batch without path and root": (
        "findings", lambda p, n: mixed(in_batch("police")(p.finding(n)), b"~1", b"~~", b"~~~"), "NotSigned"),
    "a finding of a batch put among the requests": ("requests", lambda p, n: in_batch("police")(p.finding(n)), "Readdressed"),
    "a question of a batch, written for another unit": (
        "questions.police",
        lambda p, n: in_batch(HOUSE)(p.question(n).model_copy(update={"to": "questions.civil"})),
        "Readdressed"),
    "an altered finding": ("findings", lambda p, n: altered(by("police")(p.finding(n))), "Altered"),
    "a finding that answers another question": (
        "findings", lambda p, n: by("police")(p.finding(n, question_hash="0" * 64)), "WrongQuestion"),
    "a finding about no case": ("findings", lambda p, n: by("police")(p.finding("20200101-AAAAAAAA")), "UnknownCase"),
    "a finding put among the requests": ("requests", lambda p, n: by("police")(p.finding(n)), "Readdressed"),
    "a finding put among the texts": ("alerts", lambda p, n: by("police")(p.finding(n)), "Readdressed"),
    "a question put among the findings": ("findings", lambda p, n: by(HOUSE)(p.question(n)), "Readdressed"),
    "a question to the police from another unit": ("questions.police", lambda p, n: by("civil")(p.question(n)), "UnknownKey"),
    "a question without a signature": ("questions.police", lambda p, n: p.question(n).wire(), "NotSigned"),
    "an altered question": ("questions.police", lambda p, n: altered(by(HOUSE)(p.question(n))), "Altered"),
    "a question written for another unit": (
        "questions.police",
        lambda p, n: by(HOUSE)(p.question(n).model_copy(update={"to": "questions.civil"})),
        "Readdressed"),
    "a request in another unit's name": ("requests", lambda p, n: by("police")(request_of("bank")), "NotAllowed"),
    "a request without a signature": ("requests", lambda p, n: request_of("bank").wire(), "NotSigned"),
    "a text from a unit": ("alerts", lambda p, n: by("police")(alert()), "NotAllowed"),
    "a text without a signature": ("alerts", lambda p, n: alert().wire(), "NotSigned"),
    "an outcome from a unit": ("outcomes.bank", lambda p, n: by("police")(outcome(n)), "NotAllowed"),
    "an outcome without a signature": ("outcomes.bank", lambda p, n: outcome(n).wire(), "NotSigned"),
    "nonsense": ("findings", lambda p, n: os.urandom(64), "NotSigned"),
}  # fmt: skip


FORMS = {"alone": by, "in a batch": in_batch}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_letter_that_nobody_honest_wrote_changes_nothing_and_stands_in_the_dead_letters(place: Place, attack: str) -> None:
    queue, make, reason = ATTACKS[attack]
    [number] = place.county.ask()
    wire, before = make(place, number), place.state()

    place.deposit(queue, wire)

    assert place.burials(wire) == [(reason, queue)]
    assert place.state() == before
    assert place.county.case(number).state == "asked"


@pytest.mark.parametrize("form", FORMS)
def test_a_copied_finding_changes_nothing_and_stands_in_the_dead_letters(place: Place, form: str) -> None:
    [number] = place.county.ask()
    wire = FORMS[form]("police")(place.finding(number))
    place.deposit("findings", wire)
    place.until("the answer", lambda: place.county.case(number).state == "answered")
    before = place.state()

    place.deposit("findings", wire)

    assert place.burials(wire) == [("Replayed", "findings")]
    assert place.state() == before


@pytest.mark.parametrize("form", FORMS)
def test_a_finding_that_lies_there_twice_answers_once_and_its_copy_is_buried(place: Place, form: str) -> None:
    [number] = place.county.ask()
    wire = FORMS[form]("police")(place.finding(number))
    place.deposit("findings", wire, wire)

    assert place.burials(wire) == [("Replayed", "findings")]
    assert place.county.actions(number) == ["ask", "find"]


@pytest.mark.parametrize("form", FORMS)
def test_a_copied_question_is_answered_by_nobody_and_stands_in_the_dead_letters(place: Place, form: str) -> None:
    [number] = place.county.ask()
    wire = FORMS[form](HOUSE)(place.question(number))
    place.deposit("questions.police", wire)
    place.until("the answer", lambda: place.county.case(number).state == "answered")
    before = place.state()

    place.deposit("questions.police", wire)

    assert place.burials(wire) == [("Replayed", "questions.police")]
    assert place.state() == before


def test_a_copied_text_and_a_copied_outcome_are_told_once(place: Place) -> None:
    for queue, one in (("alerts", alert()), ("outcomes.bank", outcome("2026-9"))):
        wire = by(HOUSE)(one)
        place.deposit(queue, wire, wire)

        assert place.burials(wire) == [("Replayed", queue)]
    assert [text.id for text in place.texted].count(place.texted[-1].id) == 1


def test_the_same_letter_sealed_again_by_an_honest_sender_is_passed_over_in_silence(place: Place) -> None:
    """A relay or an agent that died between sending and noting so sends again; that is no attack."""
    [number] = place.county.ask()
    finding = place.finding(number)
    first, second = by("police")(finding), by("police")(finding)
    place.deposit("findings", first, second)
    place.until("the answer", lambda: place.county.case(number).state == "answered")
    [other] = place.county.ask()
    place.deposit("findings", by("police")(place.finding(other)))
    place.until("the next answer", lambda: place.county.case(other).state == "answered")

    assert place.county.actions(number) == ["ask", "find"]
    with place.county.database.read() as session:
        assert not [dead for dead in session.exec(select(DeadLetter)) if dead.wire in (first, second)]


def test_an_old_letter_kept_back_for_weeks_is_not_taken_any_more(place: Place) -> None:
    [number] = place.county.ask()
    wire = by("police")(place.finding(number))
    place.county.later(days=11)
    try:
        place.deposit("findings", wire)
        assert place.burials(wire) == [("Expired", "findings")]
    finally:
        place.county.later(days=-11)
    assert place.county.case(number).state == "asked"


def test_a_refused_letter_is_not_taken_for_handled(place: Place) -> None:
    """It may be put back; a second look must not find that it was a copy of itself."""
    [number] = place.county.ask()
    wire = by("police")(place.finding(number, question_hash="0" * 64))
    place.deposit("findings", wire)

    assert place.burials(wire) == [("WrongQuestion", "findings")]
    with place.county.database.read() as session:
        mark = (unb64(wire.split(b".")[2])[:12].hex(),)
        assert session.connection().exec_driver_sql("SELECT count(*) FROM inbox WHERE mark = ?", mark).scalar_one() == 0
