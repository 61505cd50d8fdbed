"""`hecha provision-broker` where what it calls answers with something else: one clear line."""

from pathlib import Path

import pytest

from tests.rooms.deploy.test_command_troubles import call, lived_in

__all__ = ["lived_in"]


@pytest.mark.parametrize(
    "said", ["", "Listing users ...", "<html>503</html>", "[1]", '[{"name": "police"}]', '{"error": "x"}', "null"]
)
def test_an_answer_that_is_no_list_of_accounts(lived_in: Path, tmp_path: Path, said: str) -> None:
    control = tmp_path / "control"
    control.write_text(f"#!/bin/sh\ncat <<'END'\n{said}\nEND\n")
    control.chmod(0o700)
    code, told = call(["provision-broker", "--folder", str(tmp_path), "--rabbitmqctl", str(control)], lived_in)

    assert code == 2
    assert "rabbitmqctl list_users: expected the accounts as JSON" in " ".join(told.split())
    assert "JSONDecodeError" not in told
