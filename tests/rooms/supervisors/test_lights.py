"""The traffic lights: each colour for what its rule says, and the reason beside it."""

import pytest

from cases.agents import Life
from cases.statistics.hourly import Spread
from supervisors.board.backlog import Standing
from supervisors.board.lights import FEW, RULE, RULE_PARAMS, WORDS, Colour, light


def week(answered: int, on_time: int) -> Spread:
    return Spread(answered=answered, on_time=on_time)


@pytest.mark.parametrize(
    ("standing", "answers", "life", "colour"),
    [
        (Standing(), week(0, 0), None, Colour.GREY),
        (Standing(), week(0, 0), Life.ALIVE, Colour.GREY),
        (Standing(open=3), week(0, 0), None, Colour.GREEN),
        (Standing(), week(1, 1), None, Colour.GREEN),
        (Standing(open=9), week(100, 98), Life.ALIVE, Colour.GREEN),
        (Standing(open=9), week(100, 97), Life.ALIVE, Colour.AMBER),
        (Standing(open=9), week(100, 90), Life.ALIVE, Colour.AMBER),
        (Standing(open=9), week(100, 89), Life.ALIVE, Colour.RED),
        (Standing(open=9), week(FEW - 1, 0), None, Colour.GREEN),
        (Standing(open=9), week(FEW, 0), None, Colour.RED),
        (Standing(open=1, overdue=1), week(100, 100), None, Colour.RED),
        (Standing(open=1, soon=1), week(100, 100), None, Colour.AMBER),
        (Standing(open=1, arbitration=1), week(0, 0), None, Colour.AMBER),
        (Standing(open=1, nobody_reached=1), week(0, 0), None, Colour.AMBER),
        (Standing(open=1), week(0, 0), Life.LATE, Colour.AMBER),
        (Standing(open=1), week(0, 0), Life.STOPPED, Colour.AMBER),
        (Standing(open=1), week(0, 0), Life.AWAY, Colour.AMBER),
        (Standing(open=1), week(0, 0), Life.NEVER, Colour.GREEN),
    ],
)
def test_each_light_follows_its_rule(standing: Standing, answers: Spread, life: Life | None, colour: Colour):
    assert light(standing, answers, life).colour == colour


def test_red_and_amber_say_every_reason_with_its_number():
    red = light(Standing(open=5, overdue=2, soon=1), week(10, 8))
    amber = light(Standing(open=5, soon=3, arbitration=1), week(100, 95), Life.LATE)

    assert [number for _, number in red.why] == [2, 80]
    assert [number for _, number in amber.why] == [3, 1, 95, 0]
    assert light(Standing(open=1), week(0, 0)).why == ()


def test_the_rule_beside_the_lights_names_every_colour_and_its_figures():
    assert set(RULE) == set(WORDS) == {colour.value for colour in Colour}
    assert all("{" not in words.format(**RULE_PARAMS) for words in RULE.values())
    assert RULE_PARAMS == {"red": 90, "amber": 98, "few": FEW, "days": 7}


def test_two_standings_together_add_up_and_keep_the_oldest():
    assert Standing(open=1, overdue=1) + Standing(open=2, soon=1) == Standing(open=3, overdue=1, soon=1)
