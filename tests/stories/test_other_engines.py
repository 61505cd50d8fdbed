"""The stories over those engines that few houses have: Redis and RabbitMQ over kombu, everything else in one process."""

from collections.abc import Iterator

import pytest
from rich.console import Console

from sample.stories.private import private_stage
from sample.stories.stage import Stage
from sample.stories.teller import Teller
from sample.stories.tour import STORIES, tell_one
from tests.engines import broker_of
from tests.stories import EACH_LETTER
from tests.town import founded_at


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Those in which each kind of letter travels; `--both` tells all."""
    everything = metafunc.config.getoption("both", default=False)
    metafunc.parametrize("name", list(STORIES) if everything else EACH_LETTER)


@pytest.fixture(scope="module", params=["redis", "rabbitmq-kombu"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A running system, once for each engine; the stories of one engine play on the same stage, day after day."""
    home = founded_at(tmp_path_factory.mktemp("stage"))
    with private_stage(home, broker_of(request, request.param, home)) as stage:
        yield stage


def test_story_goes_as_told(stage: Stage, name: str) -> None:
    """The tour's story of this name, with every check in it."""
    tell = Teller(Console(width=110))
    tell_one(stage, name, tell)

    assert tell.checks > 0
