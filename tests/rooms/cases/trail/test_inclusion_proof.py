"""A proof shows one case's lines to whoever has the house's public key, and nothing else passes for one."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from cases.lifecycle import State
from cases.trail import trail
from cases.trail.checkpoint_key import HouseKey, SigningKey
from cases.trail.inclusion_proof import NoInclusion, check_inclusion, prove_inclusion
from cases.trail.trail_line import TrailLine
from storage.vault import Keys, Vault
from tests.rooms.cases.trail.strongroom import KEY, checkpoint
from tests.rooms.county import ASKER, CLERK, County, wish

PUBLIC = HouseKey.read(KEY.pem().encode())


@pytest.fixture
def proof(county: County) -> dict[str, Any]:
    """The proof of one case among several, as it comes out of a file."""
    county.asked_into(State.ANSWERED, 6)
    (number,) = county.asked_into(State.AT_DESK)
    county.moves([wish(number, "release", CLERK)])
    checkpoint(county)
    with county.database.read() as session:
        found: dict[str, Any] = json.loads(json.dumps(prove_inclusion(session, number)))
    return found


def test_a_proof_shows_the_lines_of_its_case(county: County, proof: dict[str, Any]) -> None:
    proven = check_inclusion(proof, PUBLIC)

    assert [line["action"] for line in proven.lines] == ["ask", "hand_over", "take", "release"]
    assert [line["at"] for line in proven.lines] == [line.at for line in county.trail(proven.number)]
    assert proven.checkpoint == 1
    assert 2 <= len(proof["path"]) <= 3  # of seven leaves; the last one stands higher than the others
    assert len(json.dumps(proof)) < 2500


CHANGES: tuple[Callable[[dict[str, Any]], object], ...] = (
    lambda p: p["lines"].pop(),
    lambda p: p["lines"].pop(1),
    lambda p: p["lines"].append(p["lines"][0]),
    lambda p: p["lines"].reverse(),
    lambda p: p["lines"][2].update(who="somebody"),
    lambda p: p["lines"][2].update(at="2026-03-02T01:00:01.000000+00:00"),
    lambda p: p["lines"].clear(),
    lambda p: p.update(number="20260302-AAAAAAAA"),
    lambda p: p.update(place=p["place"] ^ 1),
    lambda p: p["path"].pop(),
    lambda p: p["path"].reverse(),
    lambda p: p.update(checkpoint=p["checkpoint"][:-6] + "AAAAAA"),
    lambda p: p.update(checkpoint=SigningKey(Vault(Keys.make())).sign({"number": 1})),
    lambda p: p.update(checkpoint=KEY.sign({"number": 1})),
    lambda p: p.update(hecha_proof=2),
    lambda p: p.update(lines=7),
    lambda p: p.clear(),
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whatever_is_changed_in_a_proof_it_proves_nothing(proof: dict[str, Any]) -> None:
    for place, change in enumerate(CHANGES):
        changed = deepcopy(proof)
        change(changed)
        assert refused(changed), f"change {place}"
    assert not refused(proof)


def refused(proof: dict[str, Any]) -> bool:
    """Whether this proves nothing."""
    try:
        check_inclusion(proof, PUBLIC)
    except NoInclusion:
        return True
    return False


def test_what_was_noted_is_shown_only_if_wished_and_cannot_be_changed(county: County) -> None:
    (number,) = county.asked_into(State.AT_DESK)
    county.move(number, "answer", CLERK)
    county.move(number, "dispute", ASKER)
    note(county, number, "吴一不是他的父亲")
    checkpoint(county)
    with county.database.read() as session:
        without, told = prove_inclusion(session, number), prove_inclusion(session, number, contents=True)
    assert without is not None
    assert told is not None

    assert "content" not in json.dumps(without["lines"]).replace("content_hash", "")
    assert check_inclusion(told, PUBLIC).lines[-1]["note"] == "吴一不是他的父亲"
    told["lines"][-1]["content"] = told["lines"][-1]["content"][:-4] + "AAAA"
    with pytest.raises(NoInclusion) as no:
        check_inclusion(told, PUBLIC)
    assert (no.value.why, no.value.seq) == ("contents", len(told["lines"]))


def test_a_case_that_no_checkpoint_signs_has_no_proof(county: County) -> None:
    (number,) = county.ask()
    with county.database.read() as session:
        assert prove_inclusion(session, number) is None


def note(county: County, number: str, words: str) -> None:
    """A line with words on the trail of a case."""
    line = TrailLine(county.now, "urge", "supervisor", "supervisor", number=number, note=words)
    with county.database.write() as session:
        trail.write(session, [line])
