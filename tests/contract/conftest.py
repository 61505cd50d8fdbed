"""The same tests over every engine there is: what the transport tests ask for by `broker_url`."""

from pathlib import Path

import pytest

from tests.engines import ENGINES, broker_of


@pytest.fixture(params=ENGINES)
def broker_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of the post office, once for each engine."""
    return broker_of(request, request.param, tmp_path)
