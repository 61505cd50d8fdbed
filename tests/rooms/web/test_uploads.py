"""Uploads stay in memory, whichever route takes them."""

import tempfile
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from access.accounts import Account
from deploy.app import ROUTERS
from tests.rooms.office import Office
from web.uploads import IN_MEMORY

SEND = ("/verify/file", "/proofs/{number}", "/api/v1/batches", "/batches", "/api/v1/contacts/import", "/roster/import",
        "/api/v1/cases/{number}/attachments", "/attachments/{number}", "/ask/{code}",
        "/errands/{round_id}/paper", "/api/v1/bundles/sheets")  # fmt: skip


def test_no_upload_touches_the_folder_for_temporary_files(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with office.county.database.write() as session:
        session.get_one(Account, "asker").roles = ["asker", "keeper"]
    asker, big = office.client("asker"), b"x" * 4_000_000
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))  # a file there could not be made
    for path in SEND:
        address = path.replace("{number}", office.county.ask()[0] if "{" in path else "")
        address = address.replace("{code}", "kinship")
        data = {"csrf": asker.csrf, "item": "kinship", "words": "x"}
        sent = asker.web.post(address, data=data, files={"file": ("q.csv", big)}, headers={"X-CSRF-Token": asker.csrf})
        assert sent.status_code in (200, 303, 403, 404, 422), (path, sent.status_code)


def test_no_route_takes_more_than_memory_is_kept_for() -> None:
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    taking = [(route.path, route.max_body_size or 0) for route in routes]

    assert {path for path, most in taking if most > 1024 * 1024} == set(SEND)
    assert max(most for _, most in taking) <= IN_MEMORY
