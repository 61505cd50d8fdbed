"""A unit's account at RabbitMQ reads its own queues, writes where it may, and nothing else."""

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broker.crypto.key_file import KeyFile
from broker.crypto.key_ring import HOUSE, KeyPair, KeyRing, Keys
from broker.crypto.signing import SignedEnvelope
from broker.letter import Kind, Letter, hash_of
from broker.transports.rabbitmq import RabbitTransport
from broker.transports.transport import DEAD, TransportError
from cases.question import Finding
from deploy.asyncapi_words import GUIDE
from deploy.rabbitmq.definitions import VHOST, definitions_of, exchange_of, text_of
from deploy.rabbitmq.provision import Accounts, Control, NotProvisioned, provision
from sample.city import directory
from tests.contract.reading import drain
from tests.house.rooms import ROOT
from tests.nodes import RabbitNode, max_message_size
from tests.routes import kinship

NOW = datetime(2026, 7, 1, tzinfo=UTC)
Opener = Callable[..., RabbitTransport]


@pytest.fixture(scope="module")
def control(rabbit: RabbitNode) -> Control:
    """rabbitmqctl for this node."""
    return Control([*rabbit.prefix, rabbit.ctl, "-n", rabbit.env["RABBITMQ_NODENAME"]], rabbit.env)


@pytest.fixture(scope="module")
def accounts(rabbit: RabbitNode, tmp_path_factory: pytest.TempPathFactory) -> Accounts:
    """Where the addresses of the accounts stand."""
    return Accounts(tmp_path_factory.mktemp("accounts"), f"amqps://127.0.0.1:{rabbit.tls_port}")


@pytest.fixture(scope="module")
def node(rabbit: RabbitNode, control: Control, accounts: Accounts) -> Iterator[RabbitNode]:
    """A node that was provisioned from the list of the sample city's units; one bank asks by letter."""
    provision(directory.units(), ["bank-binjiang"], accounts, control, house=True)
    yield rabbit
    rabbit.rabbitmqctl("delete_vhost", VHOST)


def line(node: RabbitNode, user: str, exchange: str = "", password: str = "") -> RabbitTransport:
    """A connection with this account, over TLS."""
    url = f"amqps://{user}:{password}@127.0.0.1:{node.tls_port}/{VHOST}#{exchange}"
    return RabbitTransport(url, authority=node.authority)


@pytest.fixture
def open_line(node: RabbitNode, accounts: Accounts) -> Iterator[Opener]:
    """Opens connections with accounts' own passwords; all are closed at the end."""
    opened: list[RabbitTransport] = []

    def opener(user: str, exchange: str = "") -> RabbitTransport:
        opened.append(line(node, user, exchange, accounts.password(user)))
        return opened[-1]

    yield opener
    for transport in opened:
        transport.close()


def letter(kind: Kind, to: str, unit: str = "") -> Letter:
    """A letter to this queue, signed by this unit."""
    return Letter.post(kind, to, "2026-1", {"number": "2026-1", "unit": unit}, NOW)


def test_the_committed_definitions_are_those_of_the_sample_city() -> None:
    everybody = [unit.code for unit in directory.units()]

    assert (ROOT / "deploy/rabbitmq/definitions.json").read_text() == text_of(directory.units(), everybody)


def test_only_units_that_are_named_get_an_account() -> None:
    written = definitions_of(directory.units(), {"police": "", "data-office": ""})

    assert [(user["name"], user["password_hash"]) for user in written["users"]] == [("police", "")]
    assert [permission["user"] for permission in written["permissions"]] == ["police"]


def test_an_answering_unit_may_read_its_questions_and_write_to_its_exchange_and_nothing_else() -> None:
    [permission] = definitions_of(directory.units(), {"police": ""})["permissions"]
    bound = {
        binding["destination"] for binding in definitions_of(directory.units(), {})["bindings"] if binding["source"] == "unit.tax"
    }

    assert (permission["configure"], permission["read"], permission["write"]) == ("^$", r"^(questions)\.police$", r"^unit\.police$")
    assert bound == {"findings", DEAD}


def test_a_unit_takes_its_questions_and_sends_its_findings(open_line: Opener) -> None:
    house, police = open_line("hecha"), open_line("police", exchange=exchange_of("police"))
    house.publish([letter("question", "questions.police")])

    police.declare(["questions.police", "findings"])
    taken = police.receive("questions.police", 10, 10)
    police.publish([letter("finding", "findings", "police")])
    police.ack(taken)

    assert [delivery.letter and delivery.letter.kind for delivery in taken] == ["question"]
    arrived = house.receive("findings", 10, 10)
    house.ack(arrived)
    assert [delivery.fault for delivery in arrived] == [""]


def test_a_unit_buries_what_it_cannot_read(open_line: Opener) -> None:
    house, police = open_line("hecha"), open_line("police", exchange=exchange_of("police"))
    house.publish_wire("questions.police", [b"no letter"])

    police.bury(police.receive("questions.police", 1, 10), "unreadable")

    dead = house.receive(DEAD, 1, 10)
    house.ack(dead)
    assert [(delivery.fault, delivery.source) for delivery in dead] == [("unreadable", "questions.police")]


@pytest.mark.parametrize(
    "queue", ["questions.civil", "findings", "requests", "outcomes.bank-binjiang", "replies.bank-binjiang", DEAD]
)
def test_a_unit_cannot_read_what_is_not_its_own(open_line: Opener, queue: str) -> None:
    police = open_line("police")

    with pytest.raises(TransportError):
        police.receive(queue, 1, 1)


@pytest.mark.parametrize("exchange", ["", exchange_of("civil")])
def test_a_unit_cannot_write_past_its_own_exchange(open_line: Opener, exchange: str) -> None:
    police = open_line("police", exchange=exchange)

    with pytest.raises(TransportError):
        police.publish([letter("finding", "findings")])


@pytest.mark.parametrize("queue", ["questions.police", "outcomes.bank-binjiang", "requests", "alerts"])
def test_a_units_exchange_leads_nowhere_else(open_line: Opener, queue: str) -> None:
    civil = open_line("civil", exchange=exchange_of("civil"))

    with pytest.raises(TransportError):
        civil.publish([letter("question", queue)])


def test_a_letter_of_megabytes_is_not_taken(open_line: Opener) -> None:
    """130 MB were; whoever reads `findings` takes 400 letters ahead into its memory."""
    police = open_line("police", exchange=exchange_of("police"))
    house = open_line("hecha")
    limit = int(max_message_size())

    with pytest.raises(TransportError):
        police.publish_wire("findings", [b"x" * (limit + 1)])
    police.publish_wire("findings", [b"x" * (limit // 2)])
    arrived = house.receive("findings", 10, 10)
    house.ack(arrived)
    assert [len(delivery.wire) for delivery in arrived] == [limit // 2]


def test_a_letter_signed_with_another_units_name_is_not_read(open_line: Opener) -> None:
    house, police = open_line("hecha"), open_line("police", exchange=exchange_of("police"))

    police.publish([letter("finding", "findings", "civil")])

    arrived = house.receive("findings", 1, 10)
    house.ack(arrived)
    assert [(delivery.letter, delivery.fault) for delivery in arrived] == [(None, "NotAllowed")]


def test_an_asking_unit_posts_requests(open_line: Opener) -> None:
    house, bank = open_line("hecha"), open_line("bank-binjiang", exchange=exchange_of("bank-binjiang"))

    bank.publish([letter("request", "requests", "bank-binjiang")])

    arrived = house.receive("requests", 1, 10)
    house.ack(arrived)
    assert [delivery.fault for delivery in arrived] == [""]


def test_nobody_signs_in_without_the_password(node: RabbitNode) -> None:
    for password in ("", "guess"):
        with pytest.raises(TransportError):
            line(node, "tax", password=password).declare([])


def test_a_units_account_makes_no_queue(open_line: Opener) -> None:
    police = open_line("police", exchange=exchange_of("police"))

    with pytest.raises(TransportError, match="NOT_FOUND"):
        police.declare(["questions.police-two"])


def test_a_certificate_of_another_authority_is_not_believed(node: RabbitNode, accounts: Accounts) -> None:
    with pytest.raises(TransportError):
        RabbitTransport(f"amqps://police:{accounts.password('police')}@127.0.0.1:{node.tls_port}/{VHOST}").declare([])


def test_running_it_again_disturbs_nobody_and_takes_away_who_is_gone(
    node: RabbitNode, control: Control, accounts: Accounts, open_line: Opener
) -> None:
    """The tax office leaves, civil gets a new password; everybody else's stays."""
    before = {name: accounts.password(name) for name in ("hecha", "police", "civil")}
    staying = [unit for unit in directory.units() if unit.code != "tax"]

    made, gone = provision(staying, ["bank-binjiang"], accounts, control, ["civil"])

    after = {name: accounts.password(name) for name in before}
    assert ("bank-binjiang" in made, gone) == (True, ["tax"])
    assert [name for name in before if before[name] != after[name]] == ["civil"]
    open_line("civil", exchange=exchange_of("civil")).declare(["questions.civil"])
    with pytest.raises(TransportError):
        line(node, "civil", password=before["civil"]).declare([])
    assert not accounts.file("tax").exists()
    assert {user["name"] for user in control_users(control)} >= {"guest", "hecha"}


def control_users(control: Control) -> list[dict[str, str]]:
    """Who has an account at the broker."""
    return [{"name": row.split("\t")[0]} for row in control.run("list_users").splitlines()]


def test_the_addresses_of_accounts_are_for_the_house_alone(node: RabbitNode, accounts: Accounts) -> None:
    path = accounts.file("police")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().strip().endswith(f"@127.0.0.1:{node.tls_port}/hecha#unit.police")


def test_a_broker_that_cannot_be_reached_is_said_and_the_passwords_are_kept(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path, "amqps://127.0.0.1:5671")

    with pytest.raises(NotProvisioned, match="rabbitmqctl"):
        provision(directory.units(), [], accounts, Control(["/nowhere/rabbitmqctl"]))
    assert accounts.password("police") in accounts.file("police").read_text()


PROGRAM = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)[0]


def asked(number: str) -> Letter:
    """A question to the police about this case."""
    return Letter.post("question", "questions.police", number, {"number": number, "question": kinship()}, datetime.now(UTC))


def test_a_program_of_a_units_own_answers_with_the_document_alone(node: RabbitNode, accounts: Accounts, tmp_path: Path) -> None:
    """The program that stands in docs/asyncapi.yaml, word for word: joserfc and pika, no line of ours."""
    pairs = {owner: KeyPair.make(owner, datetime.now(UTC) - timedelta(hours=1)) for owner in (HOUSE, "police")}
    KeyFile("police", [pairs["police"]], [pairs[HOUSE].public]).write(tmp_path / "unit-police.json")
    ring = KeyRing(lambda: Keys(HOUSE, [pairs[HOUSE]], [pairs["police"].public]))
    envelope = SignedEnvelope(ring, lambda: datetime.now(UTC))
    url = f"amqps://hecha:{accounts.password('hecha')}@127.0.0.1:{node.tls_port}/{VHOST}"
    house = RabbitTransport(url, envelope, node.authority)
    questions = [asked(f"2026-{n}") for n in range(6)]
    house.publish(questions[:1])
    house.publish(questions[1:])  # these are signed together
    house.publish_wire("questions.police", [b"nonsense"])
    address = accounts.file("police").read_text().strip().partition("#")[0]
    given = {
        "UNIT": "police",
        "KEYS": str(tmp_path / "unit-police.json"),
        "BROKER_URL": address,
        "SSL_CERT_FILE": str(node.authority),
    }

    with subprocess.Popen([sys.executable, "-c", PROGRAM], env={**os.environ, **given}) as agent:
        answers = drain(house, "findings", len(questions), 30)
        [aside] = drain(house, DEAD, 1, 30)
        agent.kill()
    house.ack(answers)
    house.ack([aside])
    house.close()

    assert (aside.wire, aside.source) == (b"nonsense", "questions.police")
    assert [(answer.fault, answer.sender) for answer in answers] == [("", "police")] * 6
    found = {answer.letter.body["question_hash"]: answer.letter.body["finding"] for answer in answers if answer.letter}
    assert found.keys() == {hash_of(question.sealed_body()) for question in questions}
    assert {Finding.model_validate(finding).outcome for finding in found.values()} == {"not_digitised"}
