"""Handlers are found by their files, answer in order, and ask their records as often for 200 questions as for two."""

from pathlib import Path

import pytest

from cases.catalogue.catalogue import load
from cases.question import Question
from responders import handlers
from tests.rooms.responders.agent.conftest import Opener
from tests.rooms.responders.agent.stores import (
    BRIDE,
    CODE,
    DAUGHTER,
    DEAD_CODE,
    FAMILY,
    FATHER,
    GRANDSON,
    HANDLERS,
    MOTHER,
    SON,
    STRANGER,
    YOUTH,
    about,
    couple,
    firm,
    kinship,
)


def test_every_item_of_the_catalogue_that_a_machine_can_answer_has_a_handler() -> None:
    by_people_only = {"moral_conduct"}

    assert set(HANDLERS) == set(load().items) - by_people_only


def test_a_folder_of_ones_own_adds_and_replaces_handlers(tmp_path: Path) -> None:
    (tmp_path / "pets.py").write_text("def find(records, questions):\n    return []\n")
    (tmp_path / "vehicle.py").write_text("def find(records, questions):\n    return []\n")
    (tmp_path / "_shelf.py").write_text("def find(records, questions):\n    return []\n")
    (tmp_path / "plates.py").write_text("PREFIX = 'G'\n")
    found = handlers.load([tmp_path])

    assert set(found) - set(HANDLERS) == {"pets"}
    assert found["vehicle"].find(None, []) == []


def test_a_broken_handler_file_stops_the_loading(tmp_path: Path) -> None:
    for text, line in (("def find(:\n", 1), ("import re\nimport no_such_module\n", 2), ("x = 1\n\nraise ValueError('x')\n", 3)):
        (tmp_path / "pets.py").write_text(text)

        with pytest.raises(handlers.HandlerProblem, match=rf"pets\.py, line {line}: cannot be read: "):
            handlers.load([tmp_path])


def test_a_handler_file_that_answers_no_item_is_named_with_what_would_be_right(tmp_path: Path) -> None:
    for name, text in (
        ("vehicel", "def find(r, q): ..."),
        ("death", "def finds(r, q): ..."),
        ("plates", "X = 1"),
        ("birth", "find = len"),
    ):
        (tmp_path / f"{name}.py").write_text(text)
    death, vehicle = handlers.misnamed([tmp_path], set(load().items))

    assert death.endswith("death.py: must have a function `find(records, questions)`")
    assert vehicle.endswith("vehicel.py: there is no item `vehicel`; call it vehicle.py")


def some(item: str, size: int) -> list[Question]:
    """That many questions of one item, about different people."""
    people = [FATHER, MOTHER, SON, DAUGHTER, GRANDSON, BRIDE, STRANGER, YOUTH]
    if item.startswith("enterprise"):
        return [firm(item, "新名厂", (CODE, DEAD_CODE)[place % 2]) for place in range(size)]
    pairs = [(people[place % 8], people[(place + 3) % 8]) for place in range(size)]
    if item == "kinship":
        return [kinship(who, other, "father") for who, other in pairs]
    return [couple(who, other) for who, other in pairs] if item == "marriage" else [about(item, who) for who, _ in pairs]


@pytest.mark.parametrize("item", sorted(HANDLERS))
def test_the_count_of_queries_does_not_grow_with_the_batch_and_the_order_stays(store: Opener, item: str) -> None:
    records = store(load().items[item].holder, member=FAMILY)
    alone = [found for one in some(item, 24) for found in records.find([one])]

    assert records.count_queries(some(item, 2)) == records.count_queries(some(item, 200)) <= 6
    assert records.find(some(item, 24)) == alone
