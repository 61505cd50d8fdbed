"""A short run of requests made from the description of our API; a long one: `python -m tests.hostile.schemas --requests 20000`."""

from collections.abc import Iterator
from copy import deepcopy

import pytest

from tests.hostile import schemas
from tests.hostile.ground import Ground, open_ground

REQUESTS = 280  # three of each kind for each operation


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with open_ground(tmp_path_factory.mktemp("schemas")) as ground:
        yield ground


def test_no_request_brings_an_error_of_ours_or_what_the_description_does_not_name(ground: Ground) -> None:
    made = schemas.run(ground, REQUESTS)

    assert made.failures == {}, "\n".join(schemas.lines_of(made))
    assert made.sent > REQUESTS * 0.8
    assert made.statuses[200] > REQUESTS * 0.2, "the requests get somewhere"


def test_what_the_description_does_not_name_is_noticed(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    described = deepcopy(ground.wire.app.openapi())
    monkeypatch.setattr(ground.wire.app, "openapi_schema", described)
    described["paths"] = {"/api/v1/board": described["paths"]["/api/v1/board"]}
    answers = described["paths"]["/api/v1/board"]["get"]["responses"]
    del answers["403"], answers["401"]
    answers["200"]["content"]["application/json"]["schema"] = {"type": "object", "required": ["weather"]}
    failures = " ".join(schemas.run(ground, 80).failures)

    assert "UndefinedStatusCode 403" in failures
    assert "UndefinedStatusCode 401" in failures
    assert "JsonSchemaError 200" in failures


def test_every_operation_names_the_errors_that_can_come_and_the_key(ground: Ground) -> None:
    described = ground.wire.send("GET", "/openapi.json").json
    operations = {path: way for path, ways in described["paths"].items() for way in ways.values() if path.startswith("/api/")}

    assert len(operations) > 15
    for path, operation in operations.items():
        assert {"401", "403", "404", "409", "413", "422", "429"} <= set(operation["responses"]), path
        assert operation["security"] == [{"key": []}], path
