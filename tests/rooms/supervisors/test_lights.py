"""The traffic lights: each colour for what its rule says, and the reason beside it."""

import pytest

from cases.agents import AgentLife
from cases.statistics.histogram import Histogram
from supervisors.board.backlog import Backlog
from supervisors.board.lights import FEW, RULE, RULE_PARAMS, WORDS, Colour, light


def week(answered: int, on_time: int) -> Histogram:
    return Histogram(answered=answered, on_time=on_time)


@pytest.mark.parametrize(
    ("standing", "answers", "life", "colour"),
    [
        (Backlog(), week(0, 0), None, Colour.GREY),
        (Backlog(), week(0, 0), AgentLife.ALIVE, Colour.GREY),
        (Backlog(open=3), week(0, 0), None, Colour.GREEN),
        (Backlog(), week(1, 1), None, Colour.GREEN),
        (Backlog(open=9), week(100, 98), AgentLife.ALIVE, Colour.GREEN),
        (Backlog(open=9), week(100, 97), AgentLife.ALIVE, Colour.AMBER),
        (Backlog(open=9), week(100, 90), AgentLife.ALIVE, Colour.AMBER),
        (Backlog(open=9), week(100, 89), AgentLife.ALIVE, Colour.RED),
        (Backlog(open=9), week(FEW - 1, 0), None, Colour.GREEN),
        (Backlog(open=9), week(FEW, 0), None, Colour.RED),
        (Backlog(open=1, overdue=1), week(100, 100), None, Colour.RED),
        (Backlog(open=1, soon=1), week(100, 100), None, Colour.AMBER),
        (Backlog(open=1, arbitration=1), week(0, 0), None, Colour.AMBER),
        (Backlog(open=1, nobody_reached=1), week(0, 0), None, Colour.AMBER),
        (Backlog(open=1), week(0, 0), AgentLife.LATE, Colour.AMBER),
        (Backlog(open=1), week(0, 0), AgentLife.STOPPED, Colour.AMBER),
        (Backlog(open=1), week(0, 0), AgentLife.AWAY, Colour.AMBER),
        (Backlog(open=1), week(0, 0), AgentLife.NEVER, Colour.GREEN),
    ],
)
def test_each_light_follows_its_rule(standing: Backlog, answers: Histogram, life: AgentLife | None, colour: Colour):
    assert light(standing, answers, life).colour == colour


def test_red_and_amber_say_every_reason_with_its_number():
    red = light(Backlog(open=5, overdue=2, soon=1), week(10, 8))
    amber = light(Backlog(open=5, soon=3, arbitration=1), week(100, 95), AgentLife.LATE)

    assert [number for _, number in red.why] == [2, 80]
    assert [number for _, number in amber.why] == [3, 1, 95, 0]
    assert light(Backlog(open=1), week(0, 0)).why == ()


def test_the_rule_beside_the_lights_names_every_colour_and_its_figures():
    assert set(RULE) == set(WORDS) == {colour.value for colour in Colour}
    assert all("{" not in words.format(**RULE_PARAMS) for words in RULE.values())
    assert RULE_PARAMS == {"red": 90, "amber": 98, "few": FEW, "days": 7}


def test_two_standings_together_add_up_and_keep_the_oldest():
    assert Backlog(open=1, overdue=1) + Backlog(open=2, soon=1) == Backlog(open=3, overdue=1, soon=1)
