"""The house in one process on files: killed and started again while questions are on their way."""

import time
from pathlib import Path

from tests.faults.asking import Asker, answered_at_once, asking, by_http
from tests.parts import await_port, running
from tests.town import Town


def test_the_one_process_house_is_killed_twice_and_nothing_is_lost_or_answered_twice(tmp_path: Path) -> None:
    """kill -9 of `hecha up` on SQLite and the embedded broker during 150 questions."""
    town = Town(tmp_path, f"sqlite:///{tmp_path / 'hecha.sqlite'}", f"embedded://{tmp_path / 'broker.sqlite'}").found()
    house = town.part("up", "--no-phones")
    with running([house]):
        await_port(town.http, house)
        with asking(town, [house], Asker(by_http(town), 150, 4)):
            for _ in range(2):
                time.sleep(1)
                house.kill()
                house.start()
                await_port(town.http, house)
        answered_at_once(town)
    town.close()
