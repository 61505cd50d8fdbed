"""docs/asyncapi.yaml is what the code says, and its examples are letters Hecha reads."""

import json
from importlib import metadata
from typing import Any

import pytest
import yaml

from access import units
from access.units import Unit
from broker.letter import Letter
from broker.transports.transport import DEAD
from cases.agents import Heartbeat
from cases.question import Finding, Question
from deploy.asyncapi import document, text
from deploy.asyncapi_words import CHANNELS, EXAMPLES
from tests.house.rooms import ROOT


def test_the_committed_document_is_the_one_the_code_writes() -> None:
    assert (ROOT / "docs/asyncapi.yaml").read_text(encoding="utf-8") == text(), (
        "run `python -m deploy.asyncapi > docs/asyncapi.yaml`"
    )


def test_every_queue_is_in_the_document_and_no_other() -> None:
    needed = units.queues([Unit(code="{unit}", name_zh="", name_en="", asks=True, answers=True)], ["{unit}"])

    assert {channel.address for channel in CHANNELS.values()} == {*needed, DEAD}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_the_examples_are_letters_that_hecha_reads(kind: str) -> None:
    letter = Letter.read(json.dumps(EXAMPLES[kind]))

    assert letter.kind == kind
    if kind == "alive":
        assert Heartbeat.model_validate(letter.body).model_dump(mode="json") == letter.body
        return
    shapes: dict[str, Any] = {
        name: shape for name, shape in {"question": Question, "finding": Finding}.items() if name in letter.body
    }
    kept = {name: shape.model_validate(letter.body[name]).model_dump(mode="json") for name, shape in shapes.items()}
    assert kept, "an example without a question or a finding shows nothing"
    assert all(kept[name].items() >= letter.body[name].items() for name in kept if name != "question")


def test_every_body_names_the_fields_of_its_example() -> None:
    schemas = document("1")["components"]["schemas"]
    schemas["AliveBody"] = schemas["Sign"]  # refers to it
    unknown = {kind: set(letter["body"]) - set(schemas[f"{kind.title()}Body"]["properties"]) for kind, letter in EXAMPLES.items()}

    assert unknown == {kind: set() for kind in EXAMPLES}


def test_the_text_says_what_the_code_says_and_reads_well() -> None:
    written = text()

    assert yaml.safe_load(written) == document(metadata.version("hecha"))
    assert ("description: |-\n" in written, "&id" in written, "\\n" in written) == (True, False, False)
