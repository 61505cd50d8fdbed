"""The draw by lot: the same for everybody who has the seed, nobody's own commitment, and nobody can bend it unseen."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reform.lots
from cases.rechecks.drawing import NOBODY, Candidate, Inspector, draw, list_digest, sample_size, seal_of, seed_of

SCRIPT = Path(reform.lots.__file__).parent / "recompute_draw.py"
SEED = seed_of("a" * 64, "b" * 64)
INSPECTORS = [Inspector("anna", "data-office", "data-office"), Inspector("bo", "court", "court"), Inspector("cai", "tax", "tax")]


def pool(count: int) -> list[Candidate]:
    houses = ("bank", "court", "education")
    return [Candidate(f"C{n:04d}", houses[n % 3], houses[n % 3], f"clerk{n % 5}") for n in range(count)]


@given(st.integers(0, 60), st.integers(0, 70), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_it_follows_from_the_seed_alone(count: int, size: int, seed: str) -> None:
    first = draw(seed, pool(count), INSPECTORS, size)
    assert draw(seed, list(reversed(pool(count))), list(reversed(INSPECTORS)), size) == first, "the order of the lists is nothing"
    assert len({one.number for one in first}) == len(first) == min(count, size)


@given(st.integers(1, 60), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_nobody_inspects_their_own_and_all_have_alike(count: int, seed: str) -> None:
    houses = {one.number: one.house for one in pool(count)}
    drawn = draw(seed, pool(count), INSPECTORS, count)
    homes = {one.username: one.house for one in INSPECTORS}
    assert all(homes[one.inspector] != houses[one.number] for one in drawn)
    free = draw(seed, [Candidate(f"C{n}", "x", "x", "") for n in range(count)], INSPECTORS, count)
    loads = Counter(one.inspector for one in free)
    assert max(loads.values()) - min(loads.get(one.username, 0) for one in INSPECTORS) <= 1


def test_the_witness_and_a_station_of_the_house_inspect_nothing() -> None:
    taken = [Candidate("C1", "police-east", "police", "anna")]
    assert draw(SEED, taken, [Inspector("anna", "data-office", "data-office")], 1)[0].inspector == NOBODY
    assert draw(SEED, taken, [Inspector("dan", "police-west", "police")], 1)[0].inspector == NOBODY
    assert draw(SEED, taken, [], 1) == [("C1", NOBODY)]


def test_another_seed_is_another_draw() -> None:
    draws = {tuple(draw(seed_of(secret, "b" * 64), pool(200), INSPECTORS, 10)) for secret in "acd"}
    assert len(draws) == 3


@pytest.mark.parametrize(
    ("count", "share", "least", "most", "size"),
    [(0, 0.05, 3, 200, 0), (2, 0.05, 3, 200, 2), (100, 0.05, 3, 200, 5), (101, 0.05, 3, 200, 6), (9000, 0.05, 3, 200, 200)],
)
def test_how_many_are_drawn(count: int, share: float, least: int, most: int, size: int) -> None:
    assert sample_size(count, share, least, most) == size


def lot_file(path: Path, **change: object) -> Path:
    candidates, secret, checkpoint = pool(40), "a" * 64, "b" * 64
    lot = {
        "month": "2026-03", "rule": 1, "secret": secret, "seal": seal_of(secret), "lists": list_digest(candidates, INSPECTORS),
        "candidates": candidates, "inspectors": INSPECTORS, "size": 7, "checkpoint": checkpoint, "checkpoint_number": 12,
        "seed": SEED, "drawn": draw(SEED, candidates, INSPECTORS, 7), **change,
    }  # fmt: skip
    path.write_text(json.dumps(lot, ensure_ascii=False), encoding="utf-8")
    return path


def recompute(path: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-I", str(SCRIPT), str(path)], capture_output=True, text=True, check=False)


def test_the_script_that_knows_nothing_of_the_house_draws_the_same(tmp_path: Path) -> None:
    good = recompute(lot_file(tmp_path / "lot.json"))
    assert good.returncode == 0, good.stdout + good.stderr
    assert "7 of 40 drawn" in good.stdout


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"secret": "c" * 64}, "The secret is not the one that was sealed."),
        ({"candidates": pool(39)}, "The lists are not those that were closed."),
        ({"inspectors": INSPECTORS[:2]}, "The lists are not those that were closed."),
        ({"checkpoint": "d" * 64}, "The seed does not follow from secret and checkpoint."),
        ({"size": 8}, "The draw is not the one that follows from the seed."),
        ({"drawn": [["C0001", "anna"]]}, "The draw is not the one that follows from the seed."),
        ({"rule": 2}, "This script knows version 1 of the rule only."),
    ],
)
def test_the_script_finds_whatever_was_bent(tmp_path: Path, change: dict[str, object], said: str) -> None:
    told = recompute(lot_file(tmp_path / "lot.json", **change))
    assert told.returncode == 1
    assert said in told.stdout


def test_what_is_no_draw_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "lot.json"
    broken.write_text('{"month": "2026-03"}', encoding="utf-8")
    assert recompute(broken).returncode == 2
