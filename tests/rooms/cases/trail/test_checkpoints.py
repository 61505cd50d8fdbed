"""Checkpoints: every chain that grew is signed once, whatever is under way."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from cases.lifecycle import State
from cases.trail import trail
from cases.trail.checkpoint_key import said_in
from cases.trail.checkpoints import Checkpoint
from cases.trail.trail_line import TrailLine
from tests.rooms.cases.trail.strongroom import KEY, LEAVES, TRAIL, checkpoint, faults, tamper, verified
from tests.rooms.county import CLERK, MACHINE, MONDAY, County, at_once

OLD = {"at": MONDAY, "actor": "asker", "who": "asker", "unit": "bank", "start": "", "to": "", "note": "", "details": {}}


def asked_line(action: str, number: str) -> TrailLine:
    return TrailLine(MONDAY, action, "asker", "asker", "bank", number)


def signed(county: County) -> dict[str, list[int]]:
    """For each chain the ends that were signed, in order."""
    found: dict[str, list[int]] = {}
    with county.database.read() as session:
        for leaf in session.connection().execute(select(LEAVES).order_by(LEAVES.c.checkpoint)):
            found.setdefault(leaf.number or leaf.chain, []).append(leaf.seq)
    return found


def test_what_grew_is_signed_and_what_did_not_is_not_signed_again(county: County) -> None:
    first, second = county.ask(2)
    checkpoint(county)
    county.move(first, "hand_over", MACHINE)
    county.move(first, "take", CLERK)
    checkpoint(county)

    assert signed(county) == {first: [1, 3], second: [1]}
    assert checkpoint(county) is None
    assert faults(county) == []


def test_lines_about_no_case_are_chained_by_unit_and_day(county: County) -> None:
    line = TrailLine(MONDAY, "sign_in", "person", "clerk", "police", details={"from": "here"})
    with county.database.write() as session:
        trail.write(session, [line._replace(unit=unit) for unit in ("police", "bank", "police", "")])
        trail.write(session, [line._replace(at=MONDAY.replace(day=3))])
    checkpoint(county)

    assert signed(county) == {"police/2026-03-02": [2], "bank/2026-03-02": [1], "/2026-03-02": [1], "police/2026-03-03": [1]}
    assert (faults(county), verified(county).lines) == ([], 5)


def test_more_than_one_checkpoint_takes_are_signed_one_after_the_other(county: County) -> None:
    numbers = county.ask(7)
    made = [checkpoint(county, at_most=3) for _ in range(4)]

    assert [one.chains if one else 0 for one in made] == [3, 3, 1, 0]
    assert signed(county) == {number: [1] for number in numbers}
    assert faults(county) == []


def test_chains_that_do_not_hold_stop_nothing_behind_them(county: County) -> None:
    """As many as one checkpoint takes, and more: they were found anew each time, and nothing else was ever signed."""
    numbers = sorted(county.ask(8))
    spoilt, good = numbers[:5], numbers[5:]
    tamper(county, update(TRAIL).where(TRAIL.c.number.in_(spoilt)).values(who="somebody"))
    made = [checkpoint(county, at_most=2) for _ in range(6)]

    assert signed(county) == {number: [1] for number in good}
    assert sorted(fault[1] for one in made if one for fault in one.broken) == spoilt, "each is told once"
    assert checkpoint(county, at_most=2) is None, "and the next looks behind them"


def test_each_names_the_one_before_and_an_empty_one_is_made_on_request(county: County) -> None:
    county.ask()
    one, two = checkpoint(county), checkpoint(county, even_empty=True)
    assert one is not None
    assert two is not None

    assert (said_in(one.jws)["before"], said_in(two.jws)["chains"]) == ("", 0)
    assert len(said_in(two.jws)["before"]) == 64
    assert KEY.check(two.jws)["number"] == 2


def test_two_clocks_at_once_make_one_checkpoint(county: County) -> None:
    county.ask(5)
    made = at_once(*[lambda: checkpoint(county)] * 3)

    assert [type(one) for one in made if one is not None].count(Checkpoint) == 1
    assert all(isinstance(one, Checkpoint | IntegrityError | None) for one in made)
    assert (faults(county), verified(county).checkpoints) == ([], 1)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_line_that_is_committed_late_is_signed_by_the_next(county: County) -> None:
    """PostgreSQL numbers lines when they are written and shows them when they are committed."""
    slow, fast = county.ask(2)
    checkpoint(county)
    written, go_on = threading.Event(), threading.Event()

    def late() -> None:
        with county.database.write() as session:
            trail.write(session, [asked_line("rate", slow)])
            written.set()
            go_on.wait(20)

    thread = threading.Thread(target=late)
    thread.start()
    written.wait(20)
    county.move(fast, "hand_over", MACHINE)  # its line has a higher id
    for _ in range(3):
        checkpoint(county, even_empty=True)
    go_on.set()
    thread.join(20)
    checkpoint(county)

    assert signed(county) == {slow: [1, 2], fast: [1, 2]}
    assert (faults(county), verified(county).uncovered) == ([], 0)


def test_looks_beside_moves_make_one_chain(county: County) -> None:
    numbers = county.asked_into(State.AT_DESK, 3)

    def looks() -> None:
        for _ in range(8):
            for number in numbers:
                with county.database.write() as session:
                    trail.write(session, [asked_line("look", number)])

    def moves() -> None:
        for name in ("release", "take") * 4:
            assert all(not hasattr(one, "code") for one in [county.move(number, name, CLERK) for number in numbers])

    raised = [one for one in at_once(looks, moves, looks, moves_nothing(county, numbers)) if one is not None]

    assert raised == []
    assert {number: len(county.trail(number)) for number in numbers} == dict.fromkeys(numbers, 3 + 8 + 16 + 8)
    assert faults(county) == []


def moves_nothing(county: County, numbers: list[str]) -> Callable[[], None]:
    """Writes about all cases in one transaction, in the other order."""

    def write() -> None:
        for _ in range(8):
            with county.database.write() as session:
                trail.write(session, [asked_line("verify", number) for number in reversed(numbers)])

    return write
