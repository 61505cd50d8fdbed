"""The trail shows tampering: whoever can do anything in the database, and has no key, is found out."""

import pytest
from sqlalchemy import Delete, LargeBinary, Update, column, delete, insert, select, table, update

from cases.lifecycle import State
from cases.moves import Move, make_moves
from cases.trail import checkpoint_check, trail_verification
from cases.trail.checkpoint_key import SigningKey
from cases.trail.trail import erase
from cases.trail.trail_verification import verify_case
from storage.vault import Keys, Vault
from tests.rooms.cases.trail.strongroom import CASES, CHECKPOINTS, LEAVES, TRAIL, checkpoint, faults, line, tamper, verified
from tests.rooms.county import ASKER, CLERK, County
from tests.routes import RULEBOOK

RAW = table("trail", column("number"), column("seq"), column("content", LargeBinary))  # its contents as they are kept: sealed

# What is read is the same on both databases: some of these are enough on PostgreSQL.
on_files = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def watched(county: County) -> tuple[County, str]:
    """A county with some cases and a checkpoint over them, and the number of one case of five lines."""
    county.asked_into(State.ANSWERED, 3)
    other, _ = county.asked_into(State.AT_DESK, 2)
    county.move(other, "consult", CLERK)
    county.move(other, "answer", CLERK)
    checkpoint(county)
    return county, other


def test_an_untouched_trail_is_whole(watched: tuple[County, str]) -> None:
    county, number = watched
    report = verified(county)

    assert (report.count, report.faults, report.checkpoints, report.chains) == (0, [], 1, 5)
    assert report.lines == 3 * 2 + 3 + 5
    assert report.uncovered == 0
    with county.database.read() as session:
        assert verify_case(session, number).lines == 5


@on_files
@pytest.mark.parametrize(
    "change", [{"who": "somebody"}, {"to": "withdrawn"}, {"action": "look"}, {"unit": "x"}, {"content_hash": b"x" * 32}]
)
def test_a_changed_byte_is_found_and_its_line_named(watched: tuple[County, str], change: dict[str, str]) -> None:
    county, number = watched
    tamper(county, update(TRAIL).where(line(number, 2)).values(change))

    assert faults(county) == [("altered", number, 2)]


@on_files
def test_a_line_moved_to_another_time_is_found(watched: tuple[County, str]) -> None:
    county, number = watched
    tamper(county, update(TRAIL).where(line(number, 4)).values(at=county.now))

    assert faults(county) == [("altered", number, 4)]


def test_a_removed_line_is_found(watched: tuple[County, str]) -> None:
    county, number = watched
    tamper(county, delete(TRAIL).where(line(number, 3)))

    assert faults(county) == [("missing", number, 3)]


@on_files
def test_a_removed_line_is_found_even_if_those_after_it_move_up(watched: tuple[County, str]) -> None:
    county, number = watched
    up = [update(TRAIL).where(line(number, seq)).values(seq=seq - 1) for seq in (4, 5)]
    tamper(county, delete(TRAIL).where(line(number, 3)), *up)

    assert faults(county) == [("altered", number, 3)]


def test_a_removed_tail_is_found_even_if_the_case_forgets_it(watched: tuple[County, str]) -> None:
    county, number = watched
    link = select(LEAVES.c.link).where(LEAVES.c.number != number).limit(1).scalar_subquery()
    back = update(CASES).where(CASES.c.number == number).values(trail_seq=3, trail_link=link)
    tamper(county, delete(TRAIL).where(TRAIL.c.number == number, TRAIL.c.seq > 3), back)

    assert faults(county) == [("missing", number, 4)]


@on_files
def test_a_removed_case_is_found(watched: tuple[County, str]) -> None:
    county, number = watched
    tamper(county, delete(TRAIL).where(TRAIL.c.number == number), delete(CASES).where(CASES.c.number == number))

    assert ("missing", number, 1) in faults(county)


def test_a_tail_removed_with_its_checkpoint_is_found_by_the_copy_outside(watched: tuple[County, str]) -> None:
    county, number = watched
    with county.database.read() as session:
        end = session.connection().execute(select(LEAVES.c.link).where(LEAVES.c.number == number)).scalar_one()
    county.move(number, "dispute", ASKER)
    made = checkpoint(county)
    assert made is not None
    back = update(CASES).where(CASES.c.number == number).values(trail_seq=5, trail_link=end)
    gone = [delete(table).where(table.c[name] == made.number) for table, name in ((CHECKPOINTS, "number"), (LEAVES, "checkpoint"))]
    tamper(county, delete(TRAIL).where(line(number, 6)), back, *gone)

    assert faults(county) == []  # the database alone cannot know
    assert faults(county, {made.number: made.jws}) == [("checkpoint_missing", "", made.number)]


@on_files
def test_two_swapped_lines_are_found(watched: tuple[County, str]) -> None:
    county, number = watched
    swap = [update(TRAIL).where(line(number, one)).values(seq=other) for one, other in ((2, 99), (3, 2), (99, 3))]
    tamper(county, *swap)

    assert faults(county) == [("altered", number, 2)]


@on_files
@pytest.mark.parametrize("mark", ["empty", "copied", "made up"])
def test_a_forged_line_is_found(watched: tuple[County, str], mark: str) -> None:
    county, number = watched
    with county.database.read() as session:
        last = dict(session.connection().execute(select(TRAIL).where(line(number, 5))).mappings().one())
    forged = {**last, "id": last["id"] + 500, "seq": 6, "action": "accept", "content": None, "content_hash": None}
    forged["mac"] = {"empty": b"", "copied": last["mac"], "made up": b"m" * 32}[mark]
    end = update(CASES).where(CASES.c.number == number).values(trail_seq=6, trail_link=b"l" * 32)
    tamper(county, insert(TRAIL).values(forged), end)

    assert faults(county) == [("altered", number, 6)]


@on_files
def test_the_house_does_not_sign_a_forged_line_and_says_so(watched: tuple[County, str]) -> None:
    county, number = watched
    tamper(county, update(TRAIL).where(line(number, 5)).values(who="somebody"))
    county.move(number, "dispute", ASKER)
    made = checkpoint(county)

    assert made is not None
    assert (made.chains, made.broken) == (0, [["altered", number, "", 5, made.broken[0][4]]])


def test_contents_that_were_moved_or_taken_away_are_found(county: County) -> None:
    first, second = noted(county), noted(county)
    checkpoint(county)
    with county.database.read() as session:
        content = session.connection().execute(select(RAW.c.content).where(RAW.c.number == first, RAW.c.seq == 4)).scalar_one()
    tamper(county, update(RAW).where(RAW.c.number == first, RAW.c.seq == 4).values(content=None))
    tamper(county, update(RAW).where(RAW.c.number == second, RAW.c.seq == 4).values(content=content))

    assert sorted(faults(county)) == sorted([("emptied", first, 4), ("contents", second, 4)])


def test_words_written_beside_the_chain_are_found_and_never_shown(watched: tuple[County, str]) -> None:
    county, number = watched
    tamper(county, update(TRAIL).where(line(number, 2)).values(note="Bribed."))
    tamper(county, update(TRAIL).where(line(number, 3)).values(details={"bribed": True}))

    assert sorted(faults(county)) == [("contents", number, 2), ("contents", number, 3)]
    assert [(one.note, one.details) for one in county.trail(number)[1:3]] == [("", {}), ("", {})]


@on_files
def test_contents_that_were_never_sealed_are_found_and_never_shown(county: County) -> None:
    number = noted(county)
    plain = bytes(16) + b'{"note":"Bribed.","details":{}}'
    tamper(county, update(RAW).where(RAW.c.number == number, RAW.c.seq == 4).values(content=plain))

    assert faults(county) == [("contents", number, 4)]
    assert [(one.note, one.details, one.tampered) for one in county.trail(number)[2:]] == [("", {}, False), ("", {}, True)]


def test_contents_may_be_erased_and_the_chain_still_holds(county: County) -> None:
    number = noted(county)
    checkpoint(county)
    assert county.trail(number)[-1].note == "Illegible."
    with county.database.write() as session:
        erase(session, [number], county.now)

    assert [(one.action, one.note) for one in county.trail(number)[-2:]] == [("return", ""), ("erase", "")]
    assert faults(county) == []


@on_files
def test_nobody_without_the_key_can_sign_a_checkpoint(watched: tuple[County, str]) -> None:
    county, _ = watched
    thief = SigningKey(Vault(Keys.make()))
    checkpoint(county, even_empty=True)
    tamper(county, update(CHECKPOINTS).where(CHECKPOINTS.c.number == 2).values(jws=thief.sign({"number": 2})))

    assert faults(county) == [("checkpoint_forged", "", 2)]


@on_files
@pytest.mark.parametrize(
    ("change", "why"),
    [
        (delete(LEAVES).where(LEAVES.c.place == 1), "checkpoint_leaves"),
        (update(LEAVES).where(LEAVES.c.place == 1).values(link=b"x" * 32), "checkpoint_leaves"),
        (delete(CHECKPOINTS).where(CHECKPOINTS.c.number == 2), "checkpoint_missing"),
    ],
)
def test_a_checkpoint_that_was_touched_is_found(watched: tuple[County, str], change: Delete | Update, why: str) -> None:
    county, _ = watched
    for _ in range(2):
        checkpoint(county, even_empty=True)
    tamper(county, change)

    assert why in [fault for fault, *_ in faults(county)]


@on_files
def test_a_page_boundary_hides_nothing(watched: tuple[County, str], monkeypatch: pytest.MonkeyPatch) -> None:
    county, number = watched
    tamper(county, update(TRAIL).where(line(number, 2)).values(who="somebody"))
    for size in (1, 2, 3, 7):
        monkeypatch.setattr(trail_verification, "PAGE", size)  # pages small enough that few lines fill several
        monkeypatch.setattr(checkpoint_check, "PAGE", size)  # the same

        assert faults(county) == [("altered", number, 2)]
        assert (verified(county).lines, verified(county).chains) == (14, 5)


def noted(county: County) -> str:
    """The number of a case whose fourth line says why it was returned."""
    (number,) = county.asked_into(State.AT_DESK)
    with county.database.write() as session:
        make_moves(session, [Move(number, "return", CLERK, note="Illegible.")], county.now, RULEBOOK)
    return number
