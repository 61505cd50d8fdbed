"""How long bundles are kept: nobody is shown whom one was about once the first of its cases is blocked; then it is emptied."""

import json
from datetime import timedelta

from sqlalchemy import text

from cases.bundles.bundle import find_bundle
from deploy.operations.reencryption import reencrypt
from deploy.operations.retention import Keeper
from storage.database import Database
from storage.vault import Keys, Vault
from tests.rooms.county import ASKER, YES
from tests.rooms.requesters.bundles.bank import Bank, deposit, one
from tests.routes import RULEBOOK
from tests.vaults import KEYS


def raw(bank: Bank) -> str:
    """Everything of the two tables as it stands in the database."""
    with bank.doors.database.read() as session:
        rows = [session.execute(text(f"SELECT * FROM {table}")).all() for table in ("bundle", "bundle_case")]
    return repr(rows)


def test_people_and_purpose_are_sealed(bank: Bank) -> None:
    bank.post(deposit())

    told = raw(bank)
    assert [word for word in (one(0)["name"], one(1)["id_number"], "小额存款", "\\u5c0f") if word in told] == []


def test_a_bundle_is_blocked_and_emptied_with_the_first_of_its_cases(bank: Bank) -> None:
    number = bank.post(deposit(), **{"Idempotency-Key": "k"}).json()["number"]
    bank.answer(number, death=YES, kinship_heir_0=YES, kinship_heir_1=YES)
    bank.move(number, "death", "accept", ASKER)
    keeper = Keeper(bank.doors.database, RULEBOOK)
    bank.doors.now += timedelta(days=190)
    assert keeper.keep(bank.doors.now) == (1, 0)
    blocked = bank.get(number)
    listed = bank.doors.client("asker").get("/api/v1/bundles").json()["bundles"]
    bank.work(again=True)

    assert (blocked["state"], blocked["result"], blocked["people"], blocked["purpose"]) == ("kept", None, {}, "")
    assert one(1)["name"] not in json.dumps([blocked, listed], ensure_ascii=False)
    bank.doors.now += timedelta(days=1000)
    assert keeper.keep(bank.doors.now)[1] == 1
    emptied = bank.read(number).bundle
    assert (emptied.people, emptied.purpose, emptied.reference) == ({}, "", "")
    assert bank.rows()["idempotency"] == 0


def test_a_new_key_seals_bundles_too(bank: Bank) -> None:
    number = bank.post(deposit()).json()["number"]
    both = Vault(Keys({"new": bytes(32), **KEYS.data}, KEYS.index))
    steps = list(reencrypt(bank.doors.database, both))
    alone = Database(bank.doors.database.url, Vault(Keys({"new": bytes(32)}, KEYS.index)))

    assert "bundle" in {step.table for step in steps}
    with alone.read() as session:
        found = find_bundle(session, number, RULEBOOK)
        assert found is not None
        assert found.people["heir"][0].name == one(1)["name"]
    alone.close()
