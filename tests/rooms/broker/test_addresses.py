"""Several nodes of a cluster in one setting, and which of them is tried when."""

import pytest

from broker.transports.addresses import Addresses, split
from broker.transports.transport import Unreachable


def test_commas_part_addresses_and_not_passwords() -> None:
    assert split("amqp://a:x@h1:5672/v") == ["amqp://a:x@h1:5672/v"]
    assert split("amqp://a:x,y@h1/v,amqps://a:x,y@h2/v") == ["amqp://a:x,y@h1/v", "amqps://a:x,y@h2/v"]


def test_a_node_that_does_not_answer_is_passed_over_and_remembered() -> None:
    nodes, tried = Addresses(["a", "b", "c"]), list[str]()

    def opener(url: str) -> str:
        tried.append(url)
        if url != "b":
            raise Unreachable
        return url.upper()

    assert nodes.first_open(opener) == ("b", "B")
    assert nodes.first_open(opener) == ("b", "B")
    assert tried[-2:] == ["b", "b"]


def test_each_node_is_tried_once_and_the_last_word_is_given_back() -> None:
    nodes, tried = Addresses(["a", "b", "c"]), list[str]()

    def opener(url: str) -> str:
        tried.append(url)
        raise Unreachable(url)

    with pytest.raises(Unreachable):
        nodes.first_open(opener)

    assert sorted(tried) == ["a", "b", "c"]


def test_two_lines_that_lose_the_same_node_move_on_once() -> None:
    nodes = Addresses(["a", "b", "c"])
    at, _ = nodes.first_open(lambda url: url)

    nodes.move_on(at)
    nodes.move_on(at)

    assert nodes.first_open(lambda url: url)[0] == nodes.urls[(nodes.urls.index(at) + 1) % 3]
