"""What README tells a newcomer to type works, and what the documents name is there."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.commands import all_commands
from tests.house.rooms import ROOMS, ROOT
from tests.nodes import free_port
from tests.parts import Part, await_port

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "DECISIONS.md", "CHANGELOG.md")
RUNS = re.compile(r"<!-- runs -->\n```sh\n(.*?)```", re.DOTALL)
ADDRESS = "127.0.0.1:8040"


def text_of(document: str) -> str:
    """A document."""
    return (ROOT / document).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A private `hecha up`: its folder, as after `make run`, and its address."""
    folder, here = tmp_path_factory.mktemp("house"), f"127.0.0.1:{free_port()}"
    settings = {"HECHA_HTTP": here, "HECHA_SMS_URL": f"http://127.0.0.1:{free_port()}", "HECHA_HOME": "var"}
    part = Part(["up"], settings, folder).start()
    try:
        await_port(here, part)
        yield folder, here
    finally:
        part.end()


@pytest.mark.parametrize("block", RUNS.findall(text_of("README.md")))
def test_the_commands_in_readme_end_with_an_answer(house: tuple[Path, str], block: str) -> None:
    folder, here = house

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.replace(ADDRESS, here)],
        cwd=folder, env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    case = json.loads(done.stdout)
    assert (case["state"], case["finding"]["outcome"], case["finding"]["source"]) == ("answered", "confirmed", "record")


def test_readme_has_commands_to_run() -> None:
    assert len(RUNS.findall(text_of("README.md"))) == 1
    assert all(ADDRESS in block for block in RUNS.findall(text_of("README.md")))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_hecha_command_that_is_named_exists_with_its_options(document: str) -> None:
    commands = all_commands()
    named = re.findall(r"(?:^|`|/bin/)hecha ([a-z][a-z-]*)((?: +--?[\w-]+)*)", text_of(document), re.MULTILINE)

    assert {name for name, _ in named} <= set(commands)
    known = {name: {option for parameter in command.params for option in parameter.opts} for name, command in commands.items()}
    assert [(name, option) for name, options in named for option in options.split() if option not in known[name]] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_is_named_exists(document: str) -> None:
    text = text_of(document)
    linked = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if not target.startswith("http")]
    rooms = rf"(?:{'|'.join(ROOMS)}|tests|docs)"
    named = re.findall(rf"`({rooms}/[\w./-]*)`", text)

    made_by_people = {"deploy/hecha.env"}
    assert [path for path in {*linked, *named} - made_by_people if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_document_tells_of_the_machine_it_was_written_on(document: str) -> None:
    assert re.findall(r"/(?:work|root|home/\w+)/|#\d+\b", text_of(document)) == []
