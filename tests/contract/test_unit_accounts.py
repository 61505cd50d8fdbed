"""A unit's account at RabbitMQ reads its own queues, writes where it may, and nothing else."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from broker.letter import Kind, Letter
from broker.rabbitmq import RabbitTransport
from broker.transport import DEAD, TransportError
from deploy.rabbitmq.definitions import VHOST, definitions_of, exchange_of, text_of
from deploy.sample import directory
from tests.house.rooms import ROOT
from tests.nodes import RabbitNode

NOW = datetime(2026, 7, 1, tzinfo=UTC)
PASSWORD = "correct-horse"
UNITS = ("police", "civil", "bank-binjiang")


@pytest.fixture(scope="module")
def node(rabbit: RabbitNode) -> Iterator[RabbitNode]:
    """A node that read the committed definitions, three units having got a password."""
    file = rabbit.folder / "definitions.json"
    file.write_text((ROOT / "deploy/rabbitmq/definitions.json").read_text())
    rabbit.rabbitmqctl("import_definitions", str(file))
    rabbit.rabbitmqctl("set_permissions", "-p", VHOST, "guest", ".*", ".*", ".*")
    for unit in UNITS:
        rabbit.rabbitmqctl("change_password", unit, PASSWORD)
    yield rabbit
    rabbit.rabbitmqctl("delete_vhost", VHOST)


def line(node: RabbitNode, user: str, password: str = PASSWORD, exchange: str = "") -> RabbitTransport:
    """A connection with this account."""
    return RabbitTransport(f"amqp://{user}:{password}@127.0.0.1:{node.port}/{VHOST}#{exchange}")


def letter(kind: Kind, to: str, unit: str = "") -> Letter:
    """A letter to this queue, signed by this unit."""
    return Letter.post(kind, to, "2026-1", {"number": "2026-1", "unit": unit}, NOW)


def test_the_committed_definitions_are_those_of_the_sample_city() -> None:
    everybody = [unit.code for unit in directory.units()]

    assert (ROOT / "deploy/rabbitmq/definitions.json").read_text() == text_of(directory.units(), everybody)


def test_only_units_that_are_named_get_an_account_and_none_a_password() -> None:
    written = definitions_of(directory.units(), ["police", "data-office"])

    assert [(user["name"], user["password_hash"]) for user in written["users"]] == [("police", "")]
    assert [permission["user"] for permission in written["permissions"]] == ["police"]


def test_a_unit_takes_its_questions_and_sends_its_findings(node: RabbitNode) -> None:
    house, police = line(node, "guest", "guest"), line(node, "police", exchange=exchange_of("police"))
    house.publish([letter("question", "questions.police")])

    police.declare(["questions.police", "findings"])
    taken = police.receive("questions.police", 10, 10)
    police.publish([letter("finding", "findings", "police")])
    police.ack(taken)

    assert [delivery.letter and delivery.letter.kind for delivery in taken] == ["question"]
    arrived = house.receive("findings", 10, 10)
    house.ack(arrived)
    assert [delivery.fault for delivery in arrived] == [""]
    police.close()
    house.close()


def test_a_unit_buries_what_it_cannot_read(node: RabbitNode) -> None:
    house, police = line(node, "guest", "guest"), line(node, "police", exchange=exchange_of("police"))
    house.publish_wire("questions.police", [b"no letter"])

    police.bury(police.receive("questions.police", 1, 10), "unreadable")

    dead = house.receive(DEAD, 1, 10)
    house.ack(dead)
    assert [(delivery.fault, delivery.source) for delivery in dead] == [("unreadable", "questions.police")]
    police.close()
    house.close()


@pytest.mark.parametrize("queue", ["questions.civil", "findings", "outcomes.bank-binjiang", DEAD])
def test_a_unit_cannot_read_what_is_not_its_own(node: RabbitNode, queue: str) -> None:
    police = line(node, "police")

    with pytest.raises(TransportError):
        police.receive(queue, 1, 1)
    police.close()


@pytest.mark.parametrize("exchange", ["", exchange_of("civil")])
def test_a_unit_cannot_write_past_its_own_exchange(node: RabbitNode, exchange: str) -> None:
    police = line(node, "police", exchange=exchange)

    with pytest.raises(TransportError):
        police.publish([letter("finding", "findings")])
    police.close()


@pytest.mark.parametrize("queue", ["questions.police", "outcomes.bank-binjiang", "requests", "alerts"])
def test_a_units_exchange_leads_nowhere_else(node: RabbitNode, queue: str) -> None:
    civil = line(node, "civil", exchange=exchange_of("civil"))

    with pytest.raises(TransportError):
        civil.publish([letter("question", queue)])
    civil.close()


def test_a_letter_signed_with_another_units_name_is_not_read(node: RabbitNode) -> None:
    house, police = line(node, "guest", "guest"), line(node, "police", exchange=exchange_of("police"))

    police.publish([letter("finding", "findings", "civil")])

    arrived = house.receive("findings", 1, 10)
    house.ack(arrived)
    assert [(delivery.letter, delivery.fault) for delivery in arrived] == [(None, "NotAllowed")]
    police.close()
    house.close()


def test_an_asking_unit_posts_requests(node: RabbitNode) -> None:
    house, bank = line(node, "guest", "guest"), line(node, "bank-binjiang", exchange=exchange_of("bank-binjiang"))

    bank.publish([letter("request", "requests", "bank-binjiang")])

    arrived = house.receive("requests", 1, 10)
    house.ack(arrived)
    assert [delivery.fault for delivery in arrived] == [""]
    bank.close()
    house.close()


def test_an_account_without_a_password_cannot_sign_in(node: RabbitNode) -> None:
    with pytest.raises(TransportError):
        line(node, "tax", "").declare([])


def test_a_units_account_makes_no_queue(node: RabbitNode) -> None:
    police = line(node, "police", exchange=exchange_of("police"))

    with pytest.raises(TransportError, match="NOT_FOUND"):
        police.declare(["questions.police-two"])
    police.close()
